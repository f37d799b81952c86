// SPDX-License-Identifier: Apache-2.0
// Turns "this query changed, these clients watch it" into one ordered change per client. Reuses its nested vectors from
// call to call, so that a steady load allocates nothing here.
// Owner: the registry. Thread: as the registry.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "subscription/update.h"

namespace lightcone::subscription {

// One query in one client's query set.
struct Subscriber {
    ClientId client = 0;
    uint32_t query_set_id = 0;
    uint32_t position = 0;  // of the query in the set

    auto operator<=>(const Subscriber&) const = default;
};

class ChangeGrouping {
  public:
    // Forgets the last result; spans of it become invalid.
    void clear();
    // `subscribers` ascending; `table_name` outlives the result.
    void add(std::string_view table_name, uint32_t table_id, RowsChangePtr rows,
             std::span<const Subscriber> subscribers);
    // Ascending by client, set, table name and position in the set. Valid until clear().
    std::span<const ClientChange> finish();

  private:
    struct Changed {
        std::string_view table_name;
        uint32_t table_id = 0;
        RowsChangePtr rows;
    };
    struct Record {
        Subscriber subscriber;
        uint32_t changed = 0;  // index into changed_
    };
    bool before(const Record& a, const Record& b) const;
    ClientChange& open_client(ClientId client);
    QuerySetChange& open_set(ClientChange& client, uint32_t query_set_id);
    TableChange& open_table(QuerySetChange& set, const Changed& changed);

    std::vector<Changed> changed_;
    std::vector<Record> records_;
    std::vector<ClientChange> result_;
    // Emptied vectors that keep their capacity.
    std::vector<std::vector<QuerySetChange>> spare_sets_;
    std::vector<std::vector<TableChange>> spare_tables_;
    std::vector<std::vector<RowsChangePtr>> spare_rows_;
};

}  // namespace lightcone::subscription
