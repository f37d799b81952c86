// SPDX-License-Identifier: Apache-2.0
// Replays arbitrary bytes as payloads over a small database: errors are fine, crashes are not; what applied can be
// worked on. Input: records, each a u16 size and the payload.
#include <cstdint>

#include "txn/datastore.h"
#include "txn/test_schema.h"

using namespace lightcone;

namespace {

std::unique_ptr<txn::Datastore> small_database() {
    auto store = std::move(*txn::Datastore::create());
    txn::Transaction& tx = store->begin();
    schema::TableSchema named = txn::testing::make_table(
        "named",
        {{"id", sats::AlgebraicType(sats::TypeKind::U32)}, {"name", sats::AlgebraicType(sats::TypeKind::String)}});
    txn::testing::add_index(named, {0}, true);
    txn::testing::add_index(named, {1}, true);
    txn::testing::add_sequence(named, 0);
    TableId accounts = *tx.create_table(txn::testing::accounts_table());
    TableId id = *tx.create_table(named);
    Bytes generated;
    for (uint32_t i = 1; i < 4; ++i) {
        tx.insert(accounts, txn::testing::row_of(i, int64_t{100}), generated);
        tx.insert(id, txn::testing::row_of(i, std::string(i, 'n')), generated);
    }
    store->commit({});
    return store;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    auto store = small_database();
    ByteReader in({data, size});
    while (!in.at_end()) {
        auto length = in.u16();
        if (!length) break;
        auto payload = in.take(std::min<size_t>(*length, in.remaining()));
        if (!store->replayer().on_record({store->next_offset(), {}, *payload})) break;
    }
    txn::Transaction& tx = store->begin();
    std::vector<TableId> tables;
    store->for_each_table([&](storage::Table& table) { tables.push_back(table.id()); });
    for (TableId table : tables) {
        txn::RowBuffer rows;
        tx.scan(table, rows);
        uint64_t count = 0;
        tx.clear(table, count);
    }
    store->commit({});
    return 0;
}
