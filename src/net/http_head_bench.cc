// SPDX-License-Identifier: Apache-2.0
#include "net/http_head.h"

#include <benchmark/benchmark.h>

namespace lightcone::net {
namespace {

void BM_ParseHead(benchmark::State& state) {
    std::string_view head =
        "POST /v1/database/quickstart-chat/call/send_message HTTP/1.1\r\nHost: 127.0.0.1:3000\r\n"
        "User-Agent: bench/1.0\r\nAccept: */*\r\nAccept-Encoding: gzip, br\r\nContent-Type: application/json\r\n"
        "Content-Length: 17\r\nConnection: keep-alive\r\nX-Request-Id: 0123456789abcdef\r\n\r\n";
    for (auto _ : state) {
        HeadScanner scanner;
        HttpRefusal refusal;
        HttpRequest request;
        BodyFraming framing;
        size_t bytes = scanner.scan(as_bytes(head), refusal);
        bool good = parse_request_head(as_bytes(head).first(bytes), request, framing, refusal);
        if (!good) state.SkipWithError("refused");
        benchmark::DoNotOptimize(request.headers.data());
    }
}
BENCHMARK(BM_ParseHead);

}  // namespace
}  // namespace lightcone::net
