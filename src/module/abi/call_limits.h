// SPDX-License-Identifier: Apache-2.0
// What one instance may make the host hold on its behalf, beside its own memory. Reaching a limit is an errno or a
// trap, never an allocation without end.
#pragma once

#include <cstddef>
#include <cstdint>

namespace lightcone::module::abi {

// Row iterators open at once; one more is a trap.
inline constexpr uint32_t kRowIteratorsMax = 16'384;
// Closed iterators keep their row buffers up to this number and size; beyond, the memory is given back.
inline constexpr uint32_t kRetainedBuffers = 16;
inline constexpr size_t kRetainedBufferBytesMax = 1u << 20;
// Bytes sources of one call that are not yet read to their end; one more is NO_SPACE.
inline constexpr uint32_t kByteSourcesMax = 256;
// Bytes one sink takes; more is NO_SPACE.
inline constexpr size_t kSinkBytesMax = 64u << 20;
// Console timers running at once, and the bytes of a timer's name; more is a trap.
inline constexpr uint32_t kConsoleTimersMax = 1024;
inline constexpr size_t kTimerNameBytesMax = 4096;
// Target and file name of a log line; longer ones are cut.
inline constexpr size_t kLogFieldBytesMax = 4096;
// Frames kept of a panic's trace.
inline constexpr size_t kTraceFramesMax = 64;

// What a module may import and export.
inline constexpr uint32_t kImportsMax = 1000;
inline constexpr uint32_t kExportsMax = 100'000;
inline constexpr uint32_t kFunctionsMax = 1'000'000;
inline constexpr uint32_t kTypesMax = 1'000'000;
inline constexpr uint32_t kFunctionParametersMax = 1000;

}  // namespace lightcone::module::abi
