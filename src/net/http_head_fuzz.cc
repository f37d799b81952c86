// SPDX-License-Identifier: Apache-2.0
// Any bytes as a client's requests: heads, bodies, query strings. What comes out must not depend on how they are cut.
#include <string>

#include "base/assert.h"
#include "net/chunk_decoder.h"
#include "net/http_head.h"
#include "net/http_server.h"
#include "net/http_text.h"

using namespace lightcone;
using namespace lightcone::net;

namespace {

constexpr size_t kBodyBytesMax = 3000;

void check_request(const HttpRequest& request) {
    ASSERT(is_token(request.method));
    ASSERT(request.path.starts_with('/') || request.path == "*");
    ASSERT(request.headers.size() <= kHttpHeadersMax);
    ASSERT(request.http_1_0 || request.header_count("host") == 1);
    ASSERT(request.header_count("content-length") + request.header_count("transfer-encoding") <= 1);
    for (const HttpHeader& line : request.headers) {
        ASSERT(is_token(line.name) && is_field_value(line.value));
        ASSERT(trim_blanks(line.value) == line.value);
    }
    (void)check_websocket_upgrade(request);
    (void)parse_query(request.query);
    auto decoded = percent_decode(request.path);
    ASSERT(decoded && decoded->find("/../") == std::string::npos);
}

// Reads requests one after the other, as a connection does, and writes down what it saw.
std::string read_all(ByteView input, size_t step) {
    std::string seen;
    Bytes pending;
    HeadScanner scanner;
    ChunkDecoder decoder;
    HttpRequest request;
    BodyFraming framing;
    bool in_body = false;
    for (size_t at = 0; at < input.size(); at += step) {
        ByteView more = input.subspan(at, std::min(step, input.size() - at));
        pending.insert(pending.end(), more.begin(), more.end());
        for (bool progress = true; progress && !pending.empty();) {
            size_t consumed = 0;
            bool done = false;
            if (!in_body) {
                HttpRefusal refusal;
                consumed = scanner.scan(pending, refusal);
                bool bad =
                    refusal.status != 0 ||
                    (consumed > 0 && !parse_request_head(ByteView(pending).first(consumed), request, framing, refusal));
                if (bad) return seen + fmt::format("refused {}", refusal.status);
                if (consumed == 0) break;
                scanner.reset();
                check_request(request);
                request.body.clear();
                decoder = ChunkDecoder();
                in_body = framing.kind != BodyFraming::Kind::None;
                done = !in_body;
                if (framing.length > kBodyBytesMax) return seen + "too long";
            } else if (framing.kind == BodyFraming::Kind::Length) {
                consumed = std::min<size_t>(pending.size(), framing.length - request.body.size());
                request.body.insert(request.body.end(), pending.begin(),
                                    pending.begin() + static_cast<ptrdiff_t>(consumed));
                done = request.body.size() == framing.length;
            } else {
                ChunkDecoder::State state = decoder.feed(pending, request.body, kBodyBytesMax, consumed);
                ASSERT(request.body.size() <= kBodyBytesMax && consumed <= pending.size());
                if (state == ChunkDecoder::State::Bad) return seen + "bad chunk";
                if (state == ChunkDecoder::State::TooLong) return seen + "too long";
                done = state == ChunkDecoder::State::Done;
            }
            pending.erase(pending.begin(), pending.begin() + static_cast<ptrdiff_t>(consumed));
            progress = consumed > 0;
            if (!done) continue;
            in_body = false;
            seen += fmt::format("{} {} {} {}\n", request.method, request.target, request.headers.size(),
                                as_text(request.body));
        }
    }
    return seen;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    if (size < 1) return 0;
    ByteView input(data + 1, size - 1);
    std::string whole = read_all(input, std::max<size_t>(input.size(), 1));
    std::string pieces = read_all(input, 1 + data[0] % 60);
    // A head that grows too long is refused as soon as that is sure: the status may differ, the requests before may
    // not.
    size_t end = whole.rfind("refused");
    if (end == std::string::npos) {
        ASSERT(whole == pieces, "[{}] [{}]", whole, pieces);
    } else {
        ASSERT(pieces.starts_with(whole.substr(0, end)) && pieces.rfind("refused") == end, "[{}] [{}]", whole, pieces);
    }
    (void)parse_query(as_text(input));
    return 0;
}
