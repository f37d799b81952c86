// SPDX-License-Identifier: Apache-2.0
// The public WebSocket protocol, v2 or v3: calls of the reducer transfer(from u32, to u32, amount i64).
#include <sys/socket.h>
#include <unistd.h>

#include <cstring>

#include "load/peer.h"

namespace lightcone::bench {

namespace {

constexpr uint8_t kReducerResultTag = 6;
constexpr uint8_t kOutcomeOk = 0;

void put(Buffer& out, const void* data, size_t size) {
    const uint8_t* bytes = static_cast<const uint8_t*>(data);
    out.insert(out.end(), bytes, bytes + size);
}
template <typename T>
void put_number(Buffer& out, T value) {
    put(out, &value, sizeof value);
}

class TransferDialect final : public Dialect {
  public:
    explicit TransferDialect(const Options& options) : options_(options), accounts_(options) {}

    void open(int socket) override {
        std::string request = "GET /v1/database/" + options_.database +
                              "/subscribe?compression=None&confirmed=" + (options_.confirmed ? "true" : "false") +
                              " HTTP/1.1\r\nHost: " + options_.host +
                              "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                              "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: " +
                              options_.protocol + ".bsatn.spacetimedb\r\n\r\n";
        send_all(socket, request.data(), request.size());
        std::string head;
        char byte = 0;
        while (!head.ends_with("\r\n\r\n")) {
            if (::recv(socket, &byte, 1, 0) != 1) give_up("the server closed the connection: " + head);
            head += byte;
        }
        if (!head.starts_with("HTTP/1.1 101")) give_up("the server refused the WebSocket: " + head);
        skip_frame(socket);
    }

    void write_requests(Buffer& out, uint32_t count) override {
        bool coalesced = options_.protocol == "v3";
        payload_.clear();
        for (uint32_t i = 0; i < count; ++i) {
            write_call(payload_);
            if (!coalesced) flush_frame(out);
        }
        if (coalesced) flush_frame(out);
    }

    uint32_t read_answers(const Buffer& in, size_t& begin, uint64_t& failures) override {
        uint32_t answers = 0;
        while (true) {
            size_t header = 2;
            if (in.size() - begin < header) return answers;
            uint64_t length = in[begin + 1] & 127;
            if (length == 126) header = 4;
            if (length == 127) header = 10;
            if (in.size() - begin < header) return answers;
            if (length == 126) length = static_cast<uint64_t>(in[begin + 2]) << 8 | in[begin + 3];
            if (length == 127) {
                length = 0;
                for (size_t i = 0; i < 8; ++i) length = length << 8 | in[begin + 2 + i];
            }
            if (in.size() - begin < header + length) return answers;
            uint8_t opcode = in[begin] & 15;
            if (opcode == 8) give_up("the server closed the WebSocket");
            if (opcode == 2) answers += count_results(in.data() + begin + header, length, failures);
            begin += header + length;
        }
    }

  private:
    void write_call(Buffer& out) {
        uint32_t from = accounts_.next();
        uint32_t to = accounts_.next();
        while (to == from) to = static_cast<uint32_t>((to + 1) % options_.accounts);
        out.push_back(3);  // CallReducer
        put_number<uint32_t>(out, request_id_++);
        out.push_back(0);
        put_number<uint32_t>(out, 8);
        put(out, "transfer", 8);
        put_number<uint32_t>(out, 16);
        put_number<uint32_t>(out, from);
        put_number<uint32_t>(out, to);
        put_number<int64_t>(out, 1);
    }

    // A masked binary frame; the mask is zero, so the payload stays as it is.
    void flush_frame(Buffer& out) {
        out.push_back(0x82);
        if (payload_.size() < 126) {
            out.push_back(static_cast<uint8_t>(0x80 | payload_.size()));
        } else {
            out.push_back(0x80 | 126);
            out.push_back(static_cast<uint8_t>(payload_.size() >> 8));
            out.push_back(static_cast<uint8_t>(payload_.size()));
        }
        put_number<uint32_t>(out, 0);
        put(out, payload_.data(), payload_.size());
        payload_.clear();
    }

    static uint32_t count_results(const uint8_t* at, size_t size, uint64_t& failures) {
        const uint8_t* end = at + size;
        if (*at++ != 0) give_up("a compressed payload although none was asked for");
        uint32_t results = 0;
        while (at < end) {
            if (*at != kReducerResultTag) give_up("an unexpected server message with tag " + std::to_string(*at));
            uint8_t outcome = at[13];
            at += 14;
            uint32_t length = 0;
            std::memcpy(&length, at, 4);
            at += 4 + length;
            if (outcome == kOutcomeOk) {
                at += 4;  // no query sets
            } else {
                failures++;
                if (outcome == 3) give_up("internal error: " + std::string(at - length, at));
            }
            results++;
        }
        return results;
    }

    static void skip_frame(int socket) {
        uint8_t header[2];
        receive(socket, header, 2);
        size_t length = header[1] & 127;
        if (length == 126) {
            uint8_t more[2];
            receive(socket, more, 2);
            length = static_cast<size_t>(more[0]) << 8 | more[1];
        }
        Buffer payload(length);
        receive(socket, payload.data(), length);
        if ((header[0] & 15) != 2) skip_frame(socket);  // a ping came first
    }
    static void receive(int socket, uint8_t* out, size_t size) {
        if (size > 0 && ::recv(socket, out, size, MSG_WAITALL) != static_cast<ssize_t>(size)) give_up("short read");
    }

    const Options& options_;
    AccountPicker accounts_;
    Buffer payload_;
    uint32_t request_id_ = 0;
};

}  // namespace

std::unique_ptr<Dialect> make_transfer_dialect(const Options& options) {
    return std::make_unique<TransferDialect>(options);
}

}  // namespace lightcone::bench
