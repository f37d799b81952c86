// SPDX-License-Identifier: Apache-2.0
// The functions a module may import. What each does, its errors and traps: spec, module ABI §6 (docs/compatibility.md
// has where we differ). Guest addresses and handles are plain integers here; nothing about them is believed.
#pragma once

#include "module/abi/guest_context.h"

namespace lightcone::module::abi {

// names.cc
int32_t table_id_from_name(GuestContext&, uint32_t name, uint32_t name_len, uint32_t out);
int32_t index_id_from_name(GuestContext&, uint32_t name, uint32_t name_len, uint32_t out);
void identity(GuestContext&, uint32_t out);
int32_t get_jwt(GuestContext&, uint32_t connection_id, uint32_t out);

// scans.cc
int32_t datastore_table_row_count(GuestContext&, uint32_t table, uint32_t out);
int32_t datastore_table_scan_bsatn(GuestContext&, uint32_t table, uint32_t out);
int32_t datastore_index_scan_point_bsatn(GuestContext&, uint32_t index, uint32_t point, uint32_t point_len,
                                         uint32_t out);
int32_t datastore_index_scan_range_bsatn(GuestContext&, uint32_t index, uint32_t prefix, uint32_t prefix_len,
                                         uint32_t prefix_elems, uint32_t start, uint32_t start_len, uint32_t end,
                                         uint32_t end_len, uint32_t out);
int32_t row_iter_bsatn_advance(GuestContext&, uint32_t iterator, uint32_t buffer, uint32_t buffer_len);
int32_t row_iter_bsatn_close(GuestContext&, uint32_t iterator);

// writes.cc
int32_t datastore_insert_bsatn(GuestContext&, uint32_t table, uint32_t row, uint32_t row_len);
int32_t datastore_update_bsatn(GuestContext&, uint32_t table, uint32_t index, uint32_t row, uint32_t row_len);
int32_t datastore_delete_by_index_scan_point_bsatn(GuestContext&, uint32_t index, uint32_t point, uint32_t point_len,
                                                   uint32_t out);
int32_t datastore_delete_by_index_scan_range_bsatn(GuestContext&, uint32_t index, uint32_t prefix, uint32_t prefix_len,
                                                   uint32_t prefix_elems, uint32_t start, uint32_t start_len,
                                                   uint32_t end, uint32_t end_len, uint32_t out);
int32_t datastore_delete_all_by_eq_bsatn(GuestContext&, uint32_t table, uint32_t relation, uint32_t relation_len,
                                         uint32_t out);
int32_t datastore_clear(GuestContext&, uint32_t table, uint32_t out);

// channels.cc
int32_t bytes_source_read(GuestContext&, uint32_t source, uint32_t buffer, uint32_t buffer_len);
int32_t bytes_source_remaining_length(GuestContext&, uint32_t source, uint32_t out);
int32_t bytes_sink_write(GuestContext&, uint32_t sink, uint32_t buffer, uint32_t buffer_len);
void console_log(GuestContext&, uint32_t level, uint32_t target, uint32_t target_len, uint32_t filename,
                 uint32_t filename_len, uint32_t line_number, uint32_t message, uint32_t message_len);
int32_t console_timer_start(GuestContext&, uint32_t name, uint32_t name_len);
int32_t console_timer_end(GuestContext&, uint32_t timer);

// procedures.cc
void volatile_nonatomic_schedule_immediate(GuestContext&, uint32_t name, uint32_t name_len, uint32_t args,
                                           uint32_t args_len);
int64_t procedure_sleep_until(GuestContext&, int64_t wake_at);
int32_t procedure_start_mut_tx(GuestContext&, uint32_t out);
int32_t procedure_commit_mut_tx(GuestContext&);
int32_t procedure_abort_mut_tx(GuestContext&);
int32_t procedure_http_request(GuestContext&, uint32_t request, uint32_t request_len, uint32_t body, uint32_t body_len,
                               uint32_t out);

// Visits every import once: visit.template operator()<function>(module, name). The one list of what exists under which
// version; types follow from the functions above.
template <typename Visitor>
void for_each_host_function(Visitor&& visit) {
    static constexpr const char* v0 = "spacetime_10.0";
    static constexpr const char* v3 = "spacetime_10.3";
    static constexpr const char* v4 = "spacetime_10.4";
    visit.template operator()<table_id_from_name>(v0, "table_id_from_name");
    visit.template operator()<index_id_from_name>(v0, "index_id_from_name");
    visit.template operator()<datastore_table_row_count>(v0, "datastore_table_row_count");
    visit.template operator()<datastore_table_scan_bsatn>(v0, "datastore_table_scan_bsatn");
    visit.template operator()<datastore_index_scan_range_bsatn>(v0, "datastore_index_scan_range_bsatn");
    visit.template operator()<datastore_index_scan_range_bsatn>(v0, "datastore_btree_scan_bsatn");
    visit.template operator()<datastore_delete_by_index_scan_range_bsatn>(v0,
                                                                          "datastore_delete_by_index_scan_range_bsatn");
    visit.template operator()<datastore_delete_by_index_scan_range_bsatn>(v0, "datastore_delete_by_btree_scan_bsatn");
    visit.template operator()<datastore_delete_all_by_eq_bsatn>(v0, "datastore_delete_all_by_eq_bsatn");
    visit.template operator()<row_iter_bsatn_advance>(v0, "row_iter_bsatn_advance");
    visit.template operator()<row_iter_bsatn_close>(v0, "row_iter_bsatn_close");
    visit.template operator()<datastore_insert_bsatn>(v0, "datastore_insert_bsatn");
    visit.template operator()<datastore_update_bsatn>(v0, "datastore_update_bsatn");
    visit.template operator()<volatile_nonatomic_schedule_immediate>(v0, "volatile_nonatomic_schedule_immediate");
    visit.template operator()<bytes_source_read>(v0, "bytes_source_read");
    visit.template operator()<bytes_sink_write>(v0, "bytes_sink_write");
    visit.template operator()<console_log>(v0, "console_log");
    visit.template operator()<console_timer_start>(v0, "console_timer_start");
    visit.template operator()<console_timer_end>(v0, "console_timer_end");
    visit.template operator()<identity>(v0, "identity");
    visit.template operator()<bytes_source_remaining_length>("spacetime_10.1", "bytes_source_remaining_length");
    visit.template operator()<get_jwt>("spacetime_10.2", "get_jwt");
    visit.template operator()<procedure_sleep_until>(v3, "procedure_sleep_until");
    visit.template operator()<procedure_start_mut_tx>(v3, "procedure_start_mut_tx");
    visit.template operator()<procedure_commit_mut_tx>(v3, "procedure_commit_mut_tx");
    visit.template operator()<procedure_abort_mut_tx>(v3, "procedure_abort_mut_tx");
    visit.template operator()<procedure_http_request>(v3, "procedure_http_request");
    visit.template operator()<datastore_index_scan_point_bsatn>(v4, "datastore_index_scan_point_bsatn");
    visit.template operator()<datastore_delete_by_index_scan_point_bsatn>(v4,
                                                                          "datastore_delete_by_index_scan_point_bsatn");
    visit.template operator()<datastore_clear>("spacetime_10.5", "datastore_clear");
}

}  // namespace lightcone::module::abi
