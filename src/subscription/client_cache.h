// SPDX-License-Identifier: Apache-2.0
// What a client keeps: per query set and table, how often each row was inserted and not yet deleted. Tests only.
#pragma once

#include <map>
#include <string>

#include "subscription/update.h"

namespace lightcone::subscription {

// The rows of an encoded list; throws std::runtime_error when it is not exactly one list.
std::vector<Bytes> decode_rows(const RowList& list);

class ClientCache {
  public:
    using Rows = std::map<Bytes, int>;           // row → count, never 0
    using Tables = std::map<std::string, Rows>;  // table name → rows

    void add_set(uint32_t query_set_id, const std::vector<TableRows>& initial);
    void remove_set(uint32_t query_set_id) { sets_.erase(query_set_id); }
    // Throws std::runtime_error when a set is unknown, a row is deleted that is not there, a list is empty in vain, or
    // the order of sets and tables is not ascending. Rows of event tables are counted in events() and kept nowhere.
    void apply(const ClientChange& change);
    const std::map<uint32_t, Tables>& sets() const { return sets_; }
    // Events of the last apply(), by set and table.
    const std::map<uint32_t, Tables>& events() const { return events_; }
    void forget_events() { events_.clear(); }

  private:
    void apply_rows(uint32_t query_set_id, const std::string& table, const RowsChange& change);

    std::map<uint32_t, Tables> sets_;
    std::map<uint32_t, Tables> events_;
};

}  // namespace lightcone::subscription
