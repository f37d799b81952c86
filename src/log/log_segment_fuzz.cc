// SPDX-License-Identifier: Apache-2.0
// Any bytes as a segment file: the log opens or says why not, never crashes, and what it opens takes records and opens
// again with the same content. First byte of the input: 0 the rest is the file; 1 the rest are record bodies, each
// behind a length byte, which get the frames and the header that belong to them; 2 the same, with the end mark as well.
#include <cstdlib>

#include "base/crc32c.h"
#include "base/log.h"
#include "log/log_script.h"
#include "log/record_codec.h"
#include "log/segment_format.h"
#include "log/sim_disk.h"

namespace lightcone::log {
namespace {

Bytes framed_segment(ByteView bodies, bool has_mark) {
    Bytes file(kSegmentHeaderBytes);
    uint32_t header_crc = write_segment_header({0, 0, 0}, file.data());
    uint32_t chain = header_crc;
    while (!bodies.empty()) {
        size_t body_bytes = std::min<size_t>(bodies[0], bodies.size() - 1);
        if (body_bytes == 0) break;
        size_t at = file.size();
        file.resize(at + kRecordFrameBytes);
        file.insert(file.end(), bodies.begin() + 1, bodies.begin() + 1 + static_cast<ptrdiff_t>(body_bytes));
        store_le<uint32_t>(file.data() + at + 4, static_cast<uint32_t>(body_bytes));
        chain = crc32c(ByteView(file).subspan(at + 4), chain);
        store_le<uint32_t>(file.data() + at, chain);
        bodies = bodies.subspan(1 + body_bytes);
    }
    if (has_mark) {
        size_t at = file.size();
        file.resize(at + kEndMarkBytes);
        write_end_mark({at, kSegmentHeaderBytes}, header_crc, file.data() + at);
    }
    file.insert(file.end(), bodies.begin(), bodies.end());
    return file;
}

void require(bool condition) {
    if (!condition) std::abort();
}

void open_twice(SimDisk& disk) {
    RememberingListener listener;
    RememberingVisitor first;
    auto log = open_and_replay(disk, "log", script_options(), listener, first);
    if (!log) return;
    OwnedRecord record{"again", {}, {}, 5, {1}, {2}};
    require((*log)->append(record.context(), record.payload).value == first.records.size());
    require((*log)->stop().has_value());
    first.records.push_back(record);
    RememberingVisitor second;
    log = open_and_replay(disk, "log", script_options(), listener, second);
    require(log.has_value() && !(*log)->torn_tail() && second.records == first.records);
}

}  // namespace
}  // namespace lightcone::log

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    using namespace lightcone;
    set_log_level(LogLevel::Error);
    if (size == 0) return 0;
    ByteView rest(data + 1, size - 1);
    Bytes file = data[0] % 3 == 0 ? Bytes(rest.begin(), rest.end()) : log::framed_segment(rest, data[0] % 3 == 2);
    log::SimDisk disk;
    disk.put("log/" + log::segment_name(0), std::move(file));
    log::open_twice(disk);
    return 0;
}
