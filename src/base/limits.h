// SPDX-License-Identifier: Apache-2.0
// Every fixed limit of the server, in one place, with its unit last in the name. Configurable ones hold the default.
// Each is tested at limit - 1, limit and limit + 1 beside the code that enforces it.
#pragma once

#include <cstddef>
#include <cstdint>

namespace lightcone {

// sats: nesting of types and of JSON texts; the format itself has no limit.
inline constexpr uint32_t kTypeDepthMax = 128;
inline constexpr uint32_t kJsonDepthMax = 256;
// sats: a sum's runtime tag is one byte.
inline constexpr uint32_t kSumVariantsMax = 256;
// sats: elements reserved ahead from a length prefix.
inline constexpr uint32_t kReserveElementsMax = 4096;

// schema
inline constexpr uint32_t kColumnsMax = 65'535;
inline constexpr uint32_t kFixedRowBytesMax = 65'472;
inline constexpr size_t kModuleDefBytesMax = 16u << 20;

// module
inline constexpr size_t kModuleBytesMax = 64u << 20;
inline constexpr uint32_t kEpochTickMs = 10;
inline constexpr uint32_t kReducerBudgetMs = 60'000;
inline constexpr uint64_t kInstanceMemoryBytesMax = 1ull << 30;
inline constexpr size_t kWasmStackBytes = 1u << 20;
inline constexpr size_t kLogMessageBytesMax = 1u << 20;

// query
inline constexpr size_t kSqlBytesMax = 50'000;
inline constexpr uint32_t kSqlDepthMax = 64;

// net
inline constexpr size_t kWsMessageBytesMax = 32u << 20;
inline constexpr size_t kHttpHeadBytesMax = 16u << 10;
inline constexpr uint32_t kHttpHeadersMax = 100;
inline constexpr size_t kHttpBodyBytesMax = 64u << 20;
inline constexpr uint32_t kHttpHeadDeadlineMs = 10'000;
inline constexpr uint32_t kHttpKeepAliveIdleMs = 60'000;
inline constexpr uint32_t kWsPingIntervalMs = 15'000;
inline constexpr uint32_t kWsIdleTimeoutMs = 30'000;
inline constexpr uint32_t kWsCloseHandshakeMs = 250;
inline constexpr uint32_t kConnectionsMax = 16'384;

// api: per connection
inline constexpr uint32_t kOutgoingMessagesMax = 16'384;
inline constexpr size_t kOutgoingBytesMax = 256u << 20;
inline constexpr size_t kV3PayloadBytesMax = 512u << 10;

// auth
inline constexpr size_t kTokenBytesMax = 8u << 10;

// database: one turn of the executor
inline constexpr uint32_t kTurnCallsMax = 4096;
inline constexpr uint32_t kTurnMicrosMax = 1000;
inline constexpr uint32_t kExecutorQueueMax = 16'384;

// log
inline constexpr size_t kLogSegmentBytes = 64u << 20;
inline constexpr size_t kLogRecordBytesMax = 512u << 20;

}  // namespace lightcone
