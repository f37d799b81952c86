// SPDX-License-Identifier: Apache-2.0
// The peers of W1 and W9: Redis running the same transfer as a Lua script, and a raw TCP echo.
#include <sys/socket.h>

#include <cstring>

#include "load/peer.h"

namespace lightcone::bench {

namespace {

constexpr std::string_view kScript =
    "local a=redis.call('GET',KEYS[1]) local b=redis.call('GET',KEYS[2]) "
    "if KEYS[1]==KEYS[2] or tonumber(ARGV[1])<=0 then return redis.error_reply('bad') end "
    "if not a or not b or tonumber(a)<tonumber(ARGV[1]) then return redis.error_reply('funds') end "
    "redis.call('SET',KEYS[1],a-ARGV[1]) redis.call('SET',KEYS[2],b+ARGV[1]) return 1";

void put_text(Buffer& out, std::string_view text) {
    out.insert(out.end(), text.begin(), text.end());
}
void put_bulk(Buffer& out, std::string_view text) {
    put_text(out, "$" + std::to_string(text.size()) + "\r\n");
    put_text(out, text);
    put_text(out, "\r\n");
}

class RedisDialect final : public Dialect {
  public:
    explicit RedisDialect(const Options& options) : options_(options), accounts_(options) {}

    void open(int socket) override {
        Buffer load;
        put_text(load, "*3\r\n");
        put_bulk(load, "SCRIPT");
        put_bulk(load, "LOAD");
        put_bulk(load, kScript);
        send_all(socket, load.data(), load.size());
        char answer[47] = {};  // $40\r\n<40 hex digits>\r\n
        if (::recv(socket, answer, 47, MSG_WAITALL) != 47 || answer[0] != '$') give_up("redis refused the script");
        script_.assign(answer + 5, 40);
    }

    void write_requests(Buffer& out, uint32_t count) override {
        for (uint32_t i = 0; i < count; ++i) {
            uint32_t from = accounts_.next();
            uint32_t to = accounts_.next();
            while (to == from) to = (to + 1) % options_.accounts;
            put_text(out, "*6\r\n");
            put_bulk(out, "EVALSHA");
            put_bulk(out, script_);
            put_bulk(out, "2");
            put_bulk(out, "a" + std::to_string(from));
            put_bulk(out, "a" + std::to_string(to));
            put_bulk(out, "1");
        }
    }

    uint32_t read_answers(const Buffer& in, size_t& begin, uint64_t& failures) override {
        uint32_t answers = 0;
        while (true) {
            const auto* found = static_cast<const uint8_t*>(std::memchr(in.data() + begin, '\n', in.size() - begin));
            if (found == nullptr) return answers;
            if (in[begin] == '-') failures++;
            begin = static_cast<size_t>(found - in.data()) + 1;
            answers++;
        }
    }

  private:
    const Options& options_;
    AccountPicker accounts_;
    std::string script_;
};

class EchoDialect final : public Dialect {
  public:
    explicit EchoDialect(const Options& options) : options_(options) {}
    void open(int) override {}
    void write_requests(Buffer& out, uint32_t count) override {
        out.resize(out.size() + size_t{count} * options_.request_bytes, 'x');
    }
    uint32_t read_answers(const Buffer& in, size_t& begin, uint64_t&) override {
        size_t answers = (in.size() - begin) / options_.request_bytes;
        begin += answers * options_.request_bytes;
        return static_cast<uint32_t>(answers);
    }

  private:
    const Options& options_;
};

}  // namespace

std::unique_ptr<Dialect> make_redis_dialect(const Options& options) {
    return std::make_unique<RedisDialect>(options);
}
std::unique_ptr<Dialect> make_echo_dialect(const Options& options) {
    return std::make_unique<EchoDialect>(options);
}

}  // namespace lightcone::bench
