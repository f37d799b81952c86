// SPDX-License-Identifier: Apache-2.0
// Matching one committed delta: nobody watches, many distinct filters, many clients on one query.
#include <benchmark/benchmark.h>

#include "subscription/registry.h"

namespace lightcone::subscription {

namespace {

constexpr uint32_t kRows = 1000;

// Table account (id U64 unique, owner U64 indexed, balance I64) and a delta that updates two rows of it.
class Fixture {
  public:
    Fixture() : store_(txn::Datastore::create().value()) {
        schema::TableSchema table;
        table.name = table.accessor = "account";
        table.access = schema::TableAccess::Public;
        for (const char* name : {"id", "owner"}) {
            table.columns.push_back({name, name, sats::AlgebraicType(sats::TypeKind::U64)});
        }
        table.columns.push_back({"balance", "balance", sats::AlgebraicType(sats::TypeKind::I64)});
        schema::IndexSchema index;
        index.name = index.alias = "account_id_idx_btree";
        index.columns = {ColumnId(0)};
        index.unique = true;
        table.indexes.push_back(index);
        table.constraints.push_back({{}, "account_id_key", {ColumnId(0)}});
        txn::Transaction& tx = store_->begin();
        table_ = tx.create_table(table).value();
        for (uint64_t id = 0; id < kRows; ++id) insert(tx, id, 100);
        store_->commit({});
        index_ = store_->table(table_)->indexes()[0]->schema().id;
        registry_ = Registry::create(*store_);
    }

    void subscribe(const std::string& sql) { registry_->subscribe(registry_->add_client({}), 1, {sql}).value(); }

    txn::Delta transfer() {
        txn::Transaction& tx = store_->begin();
        Bytes generated;
        (void)tx.update(table_, index_, row(7, 90), generated);
        (void)tx.update(table_, index_, row(8, 110), generated);
        return store_->commit({}).delta;
    }

    Registry& registry() { return *registry_; }

  private:
    static Bytes row(uint64_t id, int64_t balance) {
        Bytes out;
        ByteWriter writer(out);
        writer.u64(id);
        writer.u64(id);
        writer.i64(balance);
        return out;
    }
    void insert(txn::Transaction& tx, uint64_t id, int64_t balance) {
        Bytes generated;
        (void)tx.insert(table_, row(id, balance), generated);
    }

    std::unique_ptr<txn::Datastore> store_;
    TableId table_;
    IndexId index_;
    std::unique_ptr<Registry> registry_;
};

void nobody_watches(benchmark::State& state) {
    Fixture fixture;
    txn::Delta delta = fixture.transfer();
    for (auto _ : state) benchmark::DoNotOptimize(fixture.registry().match(delta));
}
BENCHMARK(nobody_watches);

// Two of the filters match.
void distinct_filters(benchmark::State& state) {
    Fixture fixture;
    for (int64_t i = 0; i < state.range(0); ++i) {
        fixture.subscribe("SELECT * FROM account WHERE owner = " + std::to_string(i));
    }
    txn::Delta delta = fixture.transfer();
    for (auto _ : state) benchmark::DoNotOptimize(fixture.registry().match(delta));
}
BENCHMARK(distinct_filters)->RangeMultiplier(10)->Range(10, 100'000);

void filters_without_equality(benchmark::State& state) {
    Fixture fixture;
    for (int64_t i = 0; i < state.range(0); ++i) {
        fixture.subscribe("SELECT * FROM account WHERE balance < " + std::to_string(-i));
    }
    txn::Delta delta = fixture.transfer();
    for (auto _ : state) benchmark::DoNotOptimize(fixture.registry().match(delta));
}
BENCHMARK(filters_without_equality)->Range(1, 1024);

void clients_on_one_query(benchmark::State& state) {
    Fixture fixture;
    for (int64_t i = 0; i < state.range(0); ++i) fixture.subscribe("SELECT * FROM account");
    txn::Delta delta = fixture.transfer();
    for (auto _ : state) benchmark::DoNotOptimize(fixture.registry().match(delta));
    state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(clients_on_one_query)->RangeMultiplier(10)->Range(1, 10'000);

}  // namespace

}  // namespace lightcone::subscription
