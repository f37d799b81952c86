// SPDX-License-Identifier: Apache-2.0
// Cutting and unmasking frames, and framing replies, without sockets.
#include "net/ws_frame.h"

#include <benchmark/benchmark.h>

#include "net/websocket.h"

namespace lightcone::net {
namespace {

void BM_ParseFrames(benchmark::State& state) {
    size_t payload_bytes = static_cast<size_t>(state.range(0));
    constexpr size_t kFrames = 40;
    Bytes input;
    for (size_t i = 0; i < kFrames; i++) append_masked_frame(input, 2, Bytes(payload_bytes, 'x'), 0x12345678);
    WsFrameParser parser(WsFrameParser::Peer::Client, 32u << 20, 100);
    std::vector<WsEvent> events;
    for (auto _ : state) {
        events.clear();
        benchmark::DoNotOptimize(parser.parse(input, events));
        // The next round's payloads are other bytes; their headers are what counts.
    }
    state.SetItemsProcessed(static_cast<int64_t>(state.iterations() * kFrames));
    state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * input.size()));
}
BENCHMARK(BM_ParseFrames)->Arg(16)->Arg(64)->Arg(1024)->Arg(65536);

void BM_BatchOfReplies(benchmark::State& state) {
    WsBatch batch;
    for (auto _ : state) {
        for (uint32_t i = 0; i < 40; i++) {
            batch.begin();
            ByteWriter writer(batch.bytes());
            writer.u8(0);
            writer.u64(i);
            writer.u64(i);
            batch.end();
        }
        benchmark::DoNotOptimize(batch.gather().bytes().data());
        batch.clear();
    }
    state.SetItemsProcessed(static_cast<int64_t>(state.iterations()) * 40);
}
BENCHMARK(BM_BatchOfReplies);

}  // namespace
}  // namespace lightcone::net
