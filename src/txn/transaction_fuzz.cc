// SPDX-License-Identifier: Apache-2.0
// Arbitrary operations with arbitrary row, key, bound and relation bytes, as a module could send them. Nothing may
// crash, and what was committed must replay to the same rows. Input: operations, each a kind byte, a u8 size and that
// many bytes.
#include <cstdint>
#include <cstdlib>

#include "txn/datastore_impl.h"
#include "txn/test_schema.h"

using namespace lightcone;

namespace {

using sats::AlgebraicType;
using sats::TypeKind;

struct Fixture {
    std::unique_ptr<txn::Datastore> store = std::move(*txn::Datastore::create());
    TableId table;
    std::vector<IndexId> indexes;
    std::vector<Bytes> payloads;

    Fixture() {
        schema::TableSchema schema = txn::testing::make_table(
            "t", {{"id", AlgebraicType(TypeKind::U16)},
                  {"name", AlgebraicType(TypeKind::String)},
                  {"weight", AlgebraicType(TypeKind::F32)},
                  {"tag", AlgebraicType::option_of(AlgebraicType::array_of(AlgebraicType(TypeKind::U16)))}});
        txn::testing::add_index(schema, {0}, true);
        txn::testing::add_index(schema, {1, 2}, false);
        txn::testing::add_index(schema, {3}, false);
        txn::testing::add_index(schema, {2}, true);
        txn::testing::add_sequence(schema, 0);
        table = *store->begin().create_table(schema);
        commit();
        for (const auto& index : store->table(table)->indexes()) indexes.push_back(index->schema().id);
    }
    void commit() {
        if (!store->commit({}).consumed_offset) return;
        ByteView payload = static_cast<txn::DatastoreImpl&>(*store).last_payload();
        payloads.emplace_back(payload.begin(), payload.end());
    }
    Bytes all_rows(txn::Datastore& of) const {
        std::vector<Bytes> rows;
        of.table(table)->for_each_row([&](RowId, ByteView row) { rows.emplace_back(row.begin(), row.end()); });
        std::sort(rows.begin(), rows.end());
        Bytes all;
        for (const Bytes& row : rows) all.insert(all.end(), row.begin(), row.end());
        return all;
    }
};

void apply(Fixture& fixture, txn::Transaction& tx, uint8_t kind, ByteView bytes) {
    Bytes generated;
    txn::RowBuffer rows;
    uint32_t count = 0;
    bool deleted = false;
    IndexId index = fixture.indexes[(kind / 8) % fixture.indexes.size()];
    size_t third = bytes.size() / 3;
    ByteView start = bytes.subspan(third, third);
    ByteView end = bytes.subspan(2 * third);
    switch (kind % 8) {
        case 0: tx.insert(fixture.table, bytes, generated); return;
        case 1: tx.update(fixture.table, index, bytes, generated); return;
        case 2: tx.index_point(index, bytes, rows); return;
        case 3: tx.index_range(index, bytes.first(third), kind / 64, start, end, rows); return;
        case 4: tx.delete_point(index, bytes, count); return;
        case 5: tx.delete_range(index, bytes.first(third), kind / 64, start, end, count); return;
        case 6: tx.delete_all_by_eq(fixture.table, bytes, count); return;
        default: tx.delete_row(fixture.table, bytes, deleted); return;
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    Fixture fixture;
    ByteReader in({data, size});
    txn::Transaction* tx = &fixture.store->begin();
    while (in.remaining() >= 2) {
        uint8_t kind = *in.u8();
        uint8_t length = *in.u8();
        if (kind == 0xFF || kind == 0xFE) {
            if (kind == 0xFF) {
                fixture.commit();
            } else {
                fixture.store->rollback();
            }
            tx = &fixture.store->begin();
            continue;
        }
        apply(fixture, *tx, kind, *in.take(std::min<size_t>(length, in.remaining())));
    }
    fixture.commit();
    auto copy = std::move(*txn::Datastore::create());
    for (size_t i = 0; i < fixture.payloads.size(); ++i) {
        if (!copy->replayer().on_record({TxOffset(i), {}, fixture.payloads[i]})) std::abort();
    }
    if (fixture.all_rows(*copy) != fixture.all_rows(*fixture.store)) std::abort();
    return 0;
}
