// SPDX-License-Identifier: Apache-2.0
#include "subscription/change_grouping.h"

#include <algorithm>

namespace lightcone::subscription {

namespace {

// Emptied vectors kept; more would only hold memory after a burst.
constexpr size_t kSpareMax = 64 * 1024;

template <typename T>
std::vector<T> take_spare(std::vector<std::vector<T>>& spares) {
    if (spares.empty()) return {};
    std::vector<T> taken = std::move(spares.back());
    spares.pop_back();
    return taken;
}

template <typename T>
void give_back(std::vector<std::vector<T>>& spares, std::vector<T> used) {
    used.clear();
    if (spares.size() < kSpareMax && used.capacity() > 0) spares.push_back(std::move(used));
}

}  // namespace

void ChangeGrouping::clear() {
    for (ClientChange& client : result_) {
        for (QuerySetChange& set : client.query_sets) {
            for (TableChange& table : set.tables) give_back(spare_rows_, std::move(table.rows));
            give_back(spare_tables_, std::move(set.tables));
        }
        give_back(spare_sets_, std::move(client.query_sets));
    }
    result_.clear();
    records_.clear();
    changed_.clear();
}

void ChangeGrouping::add(std::string_view table_name, uint32_t table_id, RowsChangePtr rows,
                         std::span<const Subscriber> subscribers) {
    auto index = static_cast<uint32_t>(changed_.size());
    changed_.push_back({table_name, table_id, std::move(rows)});
    for (const Subscriber& subscriber : subscribers) records_.push_back({subscriber, index});
}

bool ChangeGrouping::before(const Record& a, const Record& b) const {
    if (a.subscriber.client != b.subscriber.client) return a.subscriber.client < b.subscriber.client;
    if (a.subscriber.query_set_id != b.subscriber.query_set_id) {
        return a.subscriber.query_set_id < b.subscriber.query_set_id;
    }
    const Changed& a_changed = changed_[a.changed];
    const Changed& b_changed = changed_[b.changed];
    if (a_changed.table_id != b_changed.table_id) return a_changed.table_name < b_changed.table_name;
    return a.subscriber.position < b.subscriber.position;
}

ClientChange& ChangeGrouping::open_client(ClientId client) {
    if (result_.empty() || result_.back().client != client) {
        result_.push_back({client, take_spare(spare_sets_)});
    }
    return result_.back();
}

QuerySetChange& ChangeGrouping::open_set(ClientChange& client, uint32_t query_set_id) {
    auto& sets = client.query_sets;
    if (sets.empty() || sets.back().query_set_id != query_set_id) {
        sets.push_back({query_set_id, take_spare(spare_tables_)});
    }
    return sets.back();
}

TableChange& ChangeGrouping::open_table(QuerySetChange& set, const Changed& changed) {
    auto& tables = set.tables;
    if (tables.empty() || tables.back().table_id != changed.table_id) {
        tables.push_back({changed.table_name, changed.table_id, take_spare(spare_rows_)});
    }
    return tables.back();
}

std::span<const ClientChange> ChangeGrouping::finish() {
    // One query's subscribers are already in order.
    if (changed_.size() > 1) {
        std::sort(records_.begin(), records_.end(), [this](const Record& a, const Record& b) { return before(a, b); });
    }
    for (const Record& record : records_) {
        const Changed& changed = changed_[record.changed];
        ClientChange& client = open_client(record.subscriber.client);
        QuerySetChange& set = open_set(client, record.subscriber.query_set_id);
        open_table(set, changed).rows.push_back(changed.rows);
    }
    return result_;
}

}  // namespace lightcone::subscription
