// SPDX-License-Identifier: Apache-2.0
// The data part of W1 (two look-ups, two updates, commit) and single-row operations on a million rows. Keys are visited
// in random order, so that caches behave as under load.
#include <benchmark/benchmark.h>

#include "base/random.h"
#include "txn/datastore.h"
#include "txn/datastore_impl.h"
#include "txn/test_schema.h"

namespace lightcone::txn {
namespace {

using namespace testing;

constexpr uint32_t kKeys = 1u << 16;  // random keys drawn ahead, a power of two

struct Accounts {
    std::unique_ptr<Datastore> store = std::move(*Datastore::create());
    TableId table;
    IndexId by_id;
    std::vector<uint32_t> keys;

    explicit Accounts(uint32_t row_count) {
        Transaction& tx = store->begin();
        table = *tx.create_table(accounts_table());
        by_id = *store->find_index("accounts_id_idx_btree");
        Bytes generated;
        for (uint32_t i = 0; i < row_count; ++i) tx.insert(table, row_of(i, int64_t{1'000'000}), generated);
        store->commit({});
        SeededRandom random(1);
        for (uint32_t i = 0; i < kKeys; ++i) keys.push_back(static_cast<uint32_t>(random.below(row_count)));
    }
};

int64_t balance_of(const RowBuffer& rows) {
    return load_le<int64_t>(rows.bytes.data() + 4);
}

void transfer(benchmark::State& state) {
    Accounts accounts(static_cast<uint32_t>(state.range(0)));
    RowBuffer from;
    RowBuffer to;
    Bytes generated;
    uint32_t at = 0;
    for (auto _ : state) {
        uint32_t from_id = accounts.keys[at % kKeys];
        uint32_t to_id = accounts.keys[(at + 1) % kKeys];
        if (from_id == to_id) to_id = (to_id + 1) % static_cast<uint32_t>(state.range(0));
        at += 2;
        Transaction& tx = accounts.store->begin();
        from.clear();
        to.clear();
        tx.index_point(accounts.by_id, {reinterpret_cast<uint8_t*>(&from_id), 4}, from);
        tx.index_point(accounts.by_id, {reinterpret_cast<uint8_t*>(&to_id), 4}, to);
        int64_t less = balance_of(from) - 1;
        int64_t more = balance_of(to) + 1;
        store_le(from.bytes.data() + 4, less);
        store_le(to.bytes.data() + 4, more);
        tx.update(accounts.table, accounts.by_id, from.bytes, generated);
        tx.update(accounts.table, accounts.by_id, to.bytes, generated);
        CommittedTx done = accounts.store->commit({});
        benchmark::DoNotOptimize(done);
    }
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(transfer)->Arg(1000)->Arg(100'000)->Arg(1'000'000)->Arg(10'000'000);

void find(benchmark::State& state) {
    Accounts accounts(static_cast<uint32_t>(state.range(0)));
    Transaction& tx = accounts.store->begin();
    RowBuffer row;
    uint32_t at = 0;
    for (auto _ : state) {
        row.clear();
        uint32_t key = accounts.keys[at++ % kKeys];
        benchmark::DoNotOptimize(tx.index_point(accounts.by_id, {reinterpret_cast<uint8_t*>(&key), 4}, row));
    }
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(find)->Arg(1'000'000);

void update(benchmark::State& state) {
    Accounts accounts(static_cast<uint32_t>(state.range(0)));
    Bytes generated;
    int64_t value = 0;
    uint32_t at = 0;
    for (auto _ : state) {
        Transaction& tx = accounts.store->begin();
        for (int i = 0; i < 256; ++i) {
            uint8_t row[12];
            store_le(row, accounts.keys[at++ % kKeys]);
            store_le(row + 4, value++);
            tx.update(accounts.table, accounts.by_id, row, generated);
        }
        accounts.store->commit({});
    }
    state.SetItemsProcessed(state.iterations() * 256);
}
BENCHMARK(update)->Arg(1'000'000);

// W2: (u32, u64, u64) and (u32, u64, string), primary key, 256 rows a transaction into a table of a million.
void insert(benchmark::State& state) {
    bool with_text = state.range(0) != 0;
    auto store = std::move(*Datastore::create());
    schema::TableSchema schema = make_table("rows", {{"id", type(TypeKind::U32)},
                                                     {"x", type(TypeKind::U64)},
                                                     {"y", type(with_text ? TypeKind::String : TypeKind::U64)}});
    add_index(schema, {0}, true);
    if (state.range(1) != 0) add_index(schema, {1}, false);
    Transaction& first = store->begin();
    TableId table = *first.create_table(schema);
    Bytes generated;
    uint32_t id = 0;
    auto make_row = [&](Bytes& row) {
        row.clear();
        append_value(row, id);
        append_value(row, uint64_t{id / 4});
        if (with_text) {
            append_value(row, std::string_view("a name of some 20 bytes"));
        } else {
            append_value(row, uint64_t{id});
        }
        ++id;
    };
    Bytes row;
    for (int i = 0; i < 1'000'000; ++i) {
        make_row(row);
        first.insert(table, row, generated);
    }
    store->commit({});
    for (auto _ : state) {
        Transaction& tx = store->begin();
        for (int i = 0; i < 256; ++i) {
            make_row(row);
            tx.insert(table, row, generated);
        }
        store->commit({});
    }
    state.SetItemsProcessed(state.iterations() * 256);
}
BENCHMARK(insert)->Args({0, 0})->Args({1, 0})->Args({0, 1})->Args({1, 1});

void replay_transfers(benchmark::State& state) {
    auto writer = std::move(*Datastore::create());
    std::vector<Bytes> payloads;
    auto commit = [&] {
        writer->commit({});
        ByteView payload = static_cast<DatastoreImpl&>(*writer).last_payload();
        payloads.emplace_back(payload.begin(), payload.end());
    };
    Transaction& first = writer->begin();
    TableId table = *first.create_table(accounts_table());
    IndexId by_id = *writer->find_index("accounts_id_idx_btree");
    Bytes generated;
    for (uint32_t i = 0; i < 100'000; ++i) first.insert(table, row_of(i, int64_t{0}), generated);
    commit();
    SeededRandom random(3);
    constexpr uint32_t kTransfers = 200'000;
    for (uint32_t i = 1; i <= kTransfers; ++i) {
        Transaction& tx = writer->begin();
        auto key = static_cast<uint32_t>(random.below(100'000));
        tx.update(table, by_id, row_of(key, static_cast<int64_t>(i)), generated);
        tx.update(table, by_id, row_of((key + 7) % 100'000, -static_cast<int64_t>(i)), generated);
        commit();
    }
    for (auto _ : state) {
        state.PauseTiming();
        auto reader = std::move(*Datastore::create());
        log::Record record{TxOffset(0), {}, payloads[0]};
        if (!reader->replayer().on_record(record)) state.SkipWithError("the first record does not apply");
        state.ResumeTiming();
        for (uint32_t i = 1; i <= kTransfers; ++i) {
            record.offset = TxOffset(i);
            record.payload = payloads[i];
            if (!reader->replayer().on_record(record)) state.SkipWithError("a record does not apply");
        }
        state.PauseTiming();
        reader.reset();
        state.ResumeTiming();
    }
    state.SetItemsProcessed(state.iterations() * kTransfers);
    state.counters["payload_bytes"] = static_cast<double>(payloads.back().size());
}
BENCHMARK(replay_transfers);

}  // namespace
}  // namespace lightcone::txn
