// SPDX-License-Identifier: Apache-2.0
#include "module/abi/byte_channels.h"

#include <algorithm>
#include <cstring>

namespace lightcone::module::abi {

uint32_t ByteSources::open_borrowed(ByteView bytes) {
    if (bytes.empty()) return 0;
    sources_.push_back({++last_handle_, bytes, {}});
    return last_handle_;
}

bool ByteSources::open_copy(ByteView bytes, uint32_t& handle) {
    handle = 0;
    if (bytes.empty()) return true;
    if (sources_.size() >= kByteSourcesMax) return false;
    Bytes owned(bytes.begin(), bytes.end());
    ByteView view(owned);
    sources_.push_back({++last_handle_, view, std::move(owned)});
    handle = last_handle_;
    return true;
}

ByteSources::Read ByteSources::read(uint32_t handle, std::span<uint8_t> buffer, uint32_t& count) {
    for (Source& source : sources_) {
        if (source.handle != handle) continue;
        count = static_cast<uint32_t>(std::min(buffer.size(), source.rest.size()));
        if (count > 0) std::memcpy(buffer.data(), source.rest.data(), count);
        source.rest = source.rest.subspan(count);
        if (!source.rest.empty()) return Read::More;
        if (&source != &sources_.back()) source = std::move(sources_.back());
        sources_.pop_back();
        return Read::Exhausted;
    }
    return Read::NoSuchSource;
}

bool ByteSources::remaining(uint32_t handle, uint32_t& count) const {
    for (const Source& source : sources_) {
        if (source.handle != handle) continue;
        count = static_cast<uint32_t>(source.rest.size());
        return true;
    }
    return false;
}

uint32_t ByteSinks::open() {
    if (open_count_ == sinks_.size()) sinks_.emplace_back();
    return ++open_count_;
}

ByteSinks::Write ByteSinks::write(uint32_t handle, ByteView bytes) {
    if (handle == 0 || handle > open_count_) return Write::NoSuchSink;
    Bytes& sink = sinks_[handle - 1];
    if (bytes.size() > kSinkBytesMax - sink.size()) return Write::NoSpace;
    sink.insert(sink.end(), bytes.begin(), bytes.end());
    return Write::Ok;
}

void ByteSinks::end_call() {
    for (uint32_t i = 0; i < open_count_; ++i) {
        sinks_[i].clear();
        if (sinks_[i].capacity() > kRetainedBufferBytesMax) sinks_[i] = {};
    }
    open_count_ = 0;
}

}  // namespace lightcone::module::abi
