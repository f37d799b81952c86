// SPDX-License-Identifier: Apache-2.0
// The functions that a module imports from its database, ABI 10.0 to 10.5. Module authors do not call them: tables,
// logging and the context do. A function that is not used is not imported.
// Results: 0 is success, -1 is "exhausted" where said, anything else an error number (enum HostError).
// Outside wasm the same functions are plain declarations, so that native tests can supply them.
#pragma once

#include <cstddef>
#include <cstdint>

#if defined(__wasm__)
#define LIGHTCONE_IMPORT(version, name) __attribute__((import_module("spacetime_" version), import_name(#name)))
#else
#define LIGHTCONE_IMPORT(version, name)
#endif

namespace lightcone::host {

enum HostError : std::int32_t {
    kExhausted = -1,
    kOk = 0,
    kHostCallFailure = 1,
    kNotInTransaction = 2,
    kDecodeError = 3,
    kNoSuchTable = 4,
    kNoSuchIndex = 5,
    kNoSuchIterator = 6,
    kNoSuchTimer = 7,
    kNoSuchBytes = 8,
    kNoSpace = 9,
    kWrongIndexAlgorithm = 10,
    kBufferTooSmall = 11,
    kUniqueAlreadyExists = 12,
    kScheduleDelayTooLong = 13,
    kIndexNotUnique = 14,
    kNoSuchRow = 15,
    kAutoIncOverflow = 16,
};

enum LogLevel : std::uint32_t { kError = 0, kWarn = 1, kInfo = 2, kDebug = 3, kTrace = 4, kPanic = 101 };

inline constexpr std::uint32_t kNoLine = 0xFFFFFFFF;

using Bytes = const void*;
using Length = std::uint32_t;

LIGHTCONE_IMPORT("10.0", table_id_from_name)
std::int32_t table_id_from_name(Bytes name, Length length, std::uint32_t* out);

LIGHTCONE_IMPORT("10.0", index_id_from_name)
std::int32_t index_id_from_name(Bytes name, Length length, std::uint32_t* out);

LIGHTCONE_IMPORT("10.0", datastore_table_row_count)
std::int32_t datastore_table_row_count(std::uint32_t table, std::uint64_t* out);

LIGHTCONE_IMPORT("10.0", datastore_table_scan_bsatn)
std::int32_t datastore_table_scan_bsatn(std::uint32_t table, std::uint32_t* out_iterator);

LIGHTCONE_IMPORT("10.0", datastore_index_scan_range_bsatn)
std::int32_t datastore_index_scan_range_bsatn(std::uint32_t index, Bytes prefix, Length prefix_length,
                                              std::uint32_t prefix_columns, Bytes start, Length start_length, Bytes end,
                                              Length end_length, std::uint32_t* out_iterator);

LIGHTCONE_IMPORT("10.0", datastore_delete_by_index_scan_range_bsatn)
std::int32_t datastore_delete_by_index_scan_range_bsatn(std::uint32_t index, Bytes prefix, Length prefix_length,
                                                        std::uint32_t prefix_columns, Bytes start, Length start_length,
                                                        Bytes end, Length end_length, std::uint32_t* out_count);

LIGHTCONE_IMPORT("10.0", datastore_delete_all_by_eq_bsatn)
std::int32_t datastore_delete_all_by_eq_bsatn(std::uint32_t table, Bytes rows, Length length, std::uint32_t* out_count);

LIGHTCONE_IMPORT("10.0", row_iter_bsatn_advance)
std::int32_t row_iter_bsatn_advance(std::uint32_t iterator, void* buffer, Length* length);

LIGHTCONE_IMPORT("10.0", row_iter_bsatn_close)
std::int32_t row_iter_bsatn_close(std::uint32_t iterator);

LIGHTCONE_IMPORT("10.0", datastore_insert_bsatn)
std::int32_t datastore_insert_bsatn(std::uint32_t table, void* row, Length* length);

LIGHTCONE_IMPORT("10.0", datastore_update_bsatn)
std::int32_t datastore_update_bsatn(std::uint32_t table, std::uint32_t index, void* row, Length* length);

LIGHTCONE_IMPORT("10.0", bytes_source_read)
std::int32_t bytes_source_read(std::uint32_t source, void* buffer, Length* length);

LIGHTCONE_IMPORT("10.0", bytes_sink_write)
std::int32_t bytes_sink_write(std::uint32_t sink, Bytes buffer, Length* length);

LIGHTCONE_IMPORT("10.0", console_log)
void console_log(std::uint32_t level, Bytes target, Length target_length, Bytes file, Length file_length,
                 std::uint32_t line, Bytes message, Length message_length);

LIGHTCONE_IMPORT("10.0", console_timer_start)
std::uint32_t console_timer_start(Bytes name, Length length);

LIGHTCONE_IMPORT("10.0", console_timer_end)
std::int32_t console_timer_end(std::uint32_t timer);

LIGHTCONE_IMPORT("10.0", identity)
void identity(void* out_32_bytes);

LIGHTCONE_IMPORT("10.1", bytes_source_remaining_length)
std::int32_t bytes_source_remaining_length(std::uint32_t source, std::uint32_t* out);

LIGHTCONE_IMPORT("10.2", get_jwt)
std::int32_t get_jwt(Bytes connection_id_16_bytes, std::uint32_t* out_source);

LIGHTCONE_IMPORT("10.4", datastore_index_scan_point_bsatn)
std::int32_t datastore_index_scan_point_bsatn(std::uint32_t index, Bytes point, Length length,
                                              std::uint32_t* out_iterator);

LIGHTCONE_IMPORT("10.4", datastore_delete_by_index_scan_point_bsatn)
std::int32_t datastore_delete_by_index_scan_point_bsatn(std::uint32_t index, Bytes point, Length length,
                                                        std::uint32_t* out_count);

LIGHTCONE_IMPORT("10.5", datastore_clear)
std::int32_t datastore_clear(std::uint32_t table, std::uint64_t* out_count);

}  // namespace lightcone::host

#undef LIGHTCONE_IMPORT
