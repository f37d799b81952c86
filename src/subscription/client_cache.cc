// SPDX-License-Identifier: Apache-2.0
#include "subscription/client_cache.h"

#include <stdexcept>

namespace lightcone::subscription {

namespace {

void require(bool holds, const std::string& what) {
    if (!holds) throw std::runtime_error(what);
}

// v2 is the tag and the lists, and the lists are parts of it.
void require_consistent(const RowsChange& change) {
    Bytes wanted = {change.is_event ? uint8_t{1} : uint8_t{0}};
    ByteWriter(wanted).raw(change.inserts.encoded.view());
    if (!change.is_event) ByteWriter(wanted).raw(change.deletes.encoded.view());
    require(bytes_equal(wanted, change.v2.view()), "v2 is not made of its lists");
    require(change.inserts.row_count + change.deletes.row_count > 0, "a change without rows");
}

}  // namespace

std::vector<Bytes> decode_rows(const RowList& list) {
    ByteReader in(list.encoded.view());
    std::vector<uint64_t> offsets;
    size_t fixed_bytes = 0;
    if (in.u8().value() == 0) {
        fixed_bytes = in.u16().value();
        require(fixed_bytes > 0, "fixed size 0");
    } else {
        uint32_t count = in.u32().value();
        for (uint32_t i = 0; i < count; ++i) offsets.push_back(in.u64().value());
    }
    ByteView data = in.length_prefixed().value();
    require(in.at_end(), "bytes after the list");
    if (fixed_bytes > 0) {
        require(data.size() % fixed_bytes == 0, "data is no multiple of the row size");
        for (size_t at = 0; at < data.size(); at += fixed_bytes) offsets.push_back(at);
    }
    std::vector<Bytes> rows;
    for (size_t i = 0; i < offsets.size(); ++i) {
        uint64_t end = i + 1 < offsets.size() ? offsets[i + 1] : data.size();
        require(offsets[i] <= end && end <= data.size(), "offsets do not ascend");
        rows.emplace_back(data.begin() + static_cast<ptrdiff_t>(offsets[i]),
                          data.begin() + static_cast<ptrdiff_t>(end));
    }
    require(rows.size() == list.row_count, "row count differs");
    return rows;
}

void ClientCache::add_set(uint32_t query_set_id, const std::vector<TableRows>& initial) {
    Tables& tables = sets_[query_set_id];
    for (const TableRows& table : initial) {
        for (const Bytes& row : decode_rows(table.rows)) ++tables[table.table_name][row];
    }
}

void ClientCache::apply(const ClientChange& change) {
    require(!change.query_sets.empty(), "a change without query sets");
    for (size_t i = 0; i < change.query_sets.size(); ++i) {
        const QuerySetChange& set = change.query_sets[i];
        require(i == 0 || change.query_sets[i - 1].query_set_id < set.query_set_id, "query sets out of order");
        require(sets_.contains(set.query_set_id), "an unknown query set");
        require(!set.tables.empty(), "a query set without tables");
        for (size_t j = 0; j < set.tables.size(); ++j) {
            require(j == 0 || set.tables[j - 1].table_name < set.tables[j].table_name, "tables out of order");
            require(!set.tables[j].rows.empty(), "a table without changes");
            for (const RowsChangePtr& rows : set.tables[j].rows) {
                apply_rows(set.query_set_id, std::string(set.tables[j].table_name), *rows);
            }
        }
    }
}

void ClientCache::apply_rows(uint32_t query_set_id, const std::string& table, const RowsChange& change) {
    require_consistent(change);
    if (change.is_event) {
        for (const Bytes& row : decode_rows(change.inserts)) ++events_[query_set_id][table][row];
        return;
    }
    Rows& rows = sets_[query_set_id][table];
    for (const Bytes& row : decode_rows(change.inserts)) ++rows[row];
    for (const Bytes& row : decode_rows(change.deletes)) {
        auto found = rows.find(row);
        require(found != rows.end(), "a deleted row that is not there");
        if (--found->second == 0) rows.erase(found);
    }
    if (rows.empty()) sets_[query_set_id].erase(table);
}

}  // namespace lightcone::subscription
