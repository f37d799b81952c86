// SPDX-License-Identifier: Apache-2.0
// For tests: a client that sends exactly the bytes it is told and shows exactly what comes back.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "net/client_socket.h"

namespace lightcone::net {

class RawPeer {
  public:
    explicit RawPeer(uint16_t port) : socket_(connect(port)) {}

    // False once the server has closed.
    bool send(std::string_view bytes) { return static_cast<bool>(socket_.write_all(as_bytes(bytes), kLimitMs)); }
    bool send(const Bytes& bytes) { return send(as_text(bytes)); }

    // Reads until `text` was seen (it is consumed); false at the end of the stream or after a while.
    bool read_through(std::string_view text, std::string* before = nullptr) {
        size_t found;
        while ((found = received_.find(text)) == std::string::npos) {
            if (!read_more()) return false;
        }
        if (before != nullptr) *before = received_.substr(0, found);
        received_.erase(0, found + text.size());
        return true;
    }
    std::string read_exactly(size_t count) {
        while (received_.size() < count && read_more()) {
        }
        std::string out = received_.substr(0, count);
        received_.erase(0, out.size());
        return out;
    }
    // Everything until the server closes; "(timeout)" is appended if it does not.
    std::string read_to_end() {
        while (read_more()) {
        }
        return std::exchange(received_, {}) + (timed_out_ ? "(timeout)" : "");
    }
    // One answer with content-length: "status body".
    std::string read_answer() {
        std::string head;
        if (!read_through("\r\n\r\n", &head)) return "(closed)";
        size_t at = head.find("content-length: ");
        std::string body;
        if (at != std::string::npos) body = read_exactly(std::stoul(head.substr(at + 16)));
        return head.substr(9, 3) + " " + body;
    }
    int descriptor() const { return socket_.descriptor(); }

  private:
    static constexpr uint32_t kLimitMs = 10'000;
    static ClientSocket connect(uint16_t port) {
        auto socket = ClientSocket::connect("127.0.0.1", port, kLimitMs);
        if (!socket) throw std::runtime_error(socket.error().message);
        return std::move(*socket);
    }
    bool read_more() {
        uint8_t piece[4096];
        auto count = socket_.read_some(piece, kLimitMs);
        if (!count) {
            timed_out_ = count.error().code == ErrorCode::Timeout;
            return false;
        }
        received_.append(reinterpret_cast<char*>(piece), *count);
        return *count > 0;
    }

    ClientSocket socket_;
    std::string received_;
    bool timed_out_ = false;
};

}  // namespace lightcone::net
