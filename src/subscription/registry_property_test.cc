// SPDX-License-Identifier: Apache-2.0
// Random clients, query sets and transactions: after every step each client's cache equals a fresh evaluation of its
// queries by a naive evaluator over the model's rows.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <functional>
#include <set>
#include <stdexcept>

#include "base/random.h"
#include "query/sql_case_store.h"
#include "subscription/client_cache.h"
#include "subscription/registry.h"

namespace lightcone::subscription {

namespace {

struct Row {
    uint32_t id = 0;
    uint32_t k = 0;
    bool flag = false;
    std::string s;
    double f = 0;
};

Bytes encode(const Row& row) {
    Bytes out;
    ByteWriter writer(out);
    writer.u32(row.id);
    writer.u32(row.k);
    writer.u8(row.flag);
    writer.length_prefixed(row.s);
    writer.raw({reinterpret_cast<const uint8_t*>(&row.f), sizeof row.f});
    return out;
}

struct NaiveQuery {
    std::string sql;
    size_t table = 0;
    std::function<bool(const Row&)> holds;
};

constexpr const char* kTables[] = {"a", "b", "e"};  // keyed, a plain set of rows, events
constexpr size_t kEvents = 2;

class Model {
  public:
    explicit Model(uint64_t seed) : random_(seed) {
        constexpr const char* kColumns = R"("access": "public", "columns": [{"name": "id", "type": "U32"},
            {"name": "k", "type": "U32"}, {"name": "flag", "type": "Bool"}, {"name": "s", "type": "String"},
            {"name": "f", "type": "F64"}])";
        const std::string kinds[] = {R"({"name": "a", "primary_key": "id", "indexes": [{"columns": ["k"]}], )",
                                     R"({"name": "b", )", R"({"name": "e", "event": true, )"};
        store_ = txn::Datastore::create().value();
        txn::Transaction& tx = store_->begin();
        for (const std::string& kind : kinds) {
            auto described = sats::JsonValue::parse(kind + kColumns + "}").value();
            ids_.push_back(tx.create_table(query::case_table(described)).value());
        }
        query::commit_case(*store_);
        key_index_ = store_->table(ids_[0])->indexes()[0]->schema().id;
        registry_ = Registry::create(*store_);
    }

    void step() {
        uint64_t choice = random_.below(10);
        if (choice == 0)
            add_client();
        else if (choice == 1)
            remove_client();
        else if (choice <= 3)
            subscribe();
        else if (choice == 4)
            unsubscribe();
        else
            transaction();
        check();
    }

  private:
    struct Watcher {
        ClientId id = 0;
        ClientCache cache;
        std::map<uint32_t, std::vector<NaiveQuery>> sets;
    };

    NaiveQuery random_query() {
        NaiveQuery query;
        query.table = random_.below(3);
        auto n = static_cast<uint32_t>(random_.below(4));
        std::string from = std::string("SELECT * FROM ") + kTables[query.table];
        switch (random_.below(9)) {
            case 0: return {from, query.table, [](const Row&) { return true; }};
            case 1:
                return {fmt::format("{} WHERE k = {}", from, n), query.table, [n](const Row& r) { return r.k == n; }};
            case 2:
                return {fmt::format("{} WHERE k > {}", from, n), query.table, [n](const Row& r) { return r.k > n; }};
            case 3:
                return {fmt::format("{} WHERE {} = id", from, n), query.table, [n](const Row& r) { return r.id == n; }};
            case 4: return {from + " WHERE flag", query.table, [](const Row& r) { return r.flag; }};
            case 5: return {from + " WHERE f = 0.0", query.table, [](const Row& r) { return r.f == 0; }};
            case 6:
                return {fmt::format("{} WHERE k = {} AND flag", from, n), query.table,
                        [n](const Row& r) { return r.k == n && r.flag; }};
            case 7:
                return {fmt::format("{} WHERE k = {} OR s = 'x'", from, n), query.table,
                        [n](const Row& r) { return r.k == n || r.s == "x"; }};
            default:
                return {from + " WHERE s = 'x' AND flag = FALSE", query.table,
                        [](const Row& r) { return r.s == "x" && !r.flag; }};
        }
    }

    void add_client() {
        Watcher watcher;
        watcher.id = registry_->add_client({});
        watchers_.push_back(std::move(watcher));
    }

    Watcher* random_watcher() { return watchers_.empty() ? nullptr : &watchers_[random_.below(watchers_.size())]; }

    void remove_client() {
        Watcher* watcher = random_watcher();
        if (watcher == nullptr) return;
        registry_->remove_client(watcher->id);
        watchers_.erase(watchers_.begin() + (watcher - watchers_.data()));
    }

    void subscribe() {
        Watcher* watcher = random_watcher();
        if (watcher == nullptr) return;
        auto set_id = static_cast<uint32_t>(random_.below(4));
        std::vector<NaiveQuery> queries;
        std::vector<std::string_view> texts;
        std::set<std::string> distinct;
        for (uint64_t i = 0, count = random_.below(4); i < count; ++i) queries.push_back(random_query());
        for (const NaiveQuery& query : queries) texts.push_back(query.sql);
        auto rows = registry_->subscribe(watcher->id, set_id, texts);
        if (watcher->sets.contains(set_id)) {
            EXPECT_EQ(rows.error().code, ErrorCode::AlreadyExists);
            return;
        }
        std::erase_if(queries, [&](const NaiveQuery& query) { return !distinct.insert(query.sql).second; });
        watcher->cache.add_set(set_id, rows.value());
        watcher->sets[set_id] = std::move(queries);
    }

    void unsubscribe() {
        Watcher* watcher = random_watcher();
        if (watcher == nullptr) return;
        auto set_id = static_cast<uint32_t>(random_.below(4));
        auto rows = registry_->unsubscribe(watcher->id, set_id, true);
        if (!watcher->sets.contains(set_id)) {
            EXPECT_EQ(rows.error().code, ErrorCode::NotFound);
            return;
        }
        ClientCache last;
        last.add_set(1, rows.value());
        EXPECT_EQ(last.sets().at(1), expected(watcher->sets[set_id]));
        watcher->cache.remove_set(set_id);
        watcher->sets.erase(set_id);
    }

    Row random_row() {
        Row row;
        row.id = static_cast<uint32_t>(random_.below(12));
        row.k = static_cast<uint32_t>(random_.below(4));
        row.flag = random_.below(2) == 0;
        row.s = std::string(random_.below(3), 'x');
        row.f = random_.below(2) == 0 ? 0.0 : -0.0;
        return row;
    }

    void transaction() {
        auto before = rows_;
        std::map<Bytes, Row> events;
        txn::Transaction& tx = store_->begin();
        for (uint64_t i = 0, count = random_.below(7); i < count; ++i) operation(tx, events);
        if (random_.below(8) == 0) {
            store_->rollback();
            rows_ = std::move(before);
            return;
        }
        auto changes = registry_->match(query::commit_case(*store_).delta);
        deliver(changes);
        for (Watcher& watcher : watchers_) {
            for (const auto& [set_id, queries] : watcher.sets) {
                ClientCache::Tables wanted;
                for (const NaiveQuery& query : queries) {
                    if (query.table == kEvents) add_matching(query, events, wanted);
                }
                auto got = watcher.cache.events().find(set_id);
                EXPECT_EQ(got == watcher.cache.events().end() ? ClientCache::Tables() : got->second, wanted);
            }
            watcher.cache.forget_events();
        }
    }

    void operation(txn::Transaction& tx, std::map<Bytes, Row>& events) {
        size_t table = random_.below(3);
        Row row = random_row();
        Bytes bytes = encode(row), generated;
        auto& rows = rows_[table];
        if (table == kEvents) {
            EXPECT_EQ(tx.insert(ids_[table], bytes, generated), txn::TxStatus::Ok);
            events[bytes] = row;
        } else if (random_.below(3) != 0) {
            auto same_id = table == 0 ? find_id(row.id) : rows.end();
            if (same_id != rows.end() && random_.below(2) == 0) {
                EXPECT_EQ(tx.update(ids_[0], key_index_, bytes, generated), txn::TxStatus::Ok);
                rows.erase(same_id);
                rows[bytes] = row;
            } else if (tx.insert(ids_[table], bytes, generated) == txn::TxStatus::Ok) {
                rows[bytes] = row;
            }
        } else if (!rows.empty()) {
            auto victim = std::next(rows.begin(), static_cast<ptrdiff_t>(random_.below(rows.size())));
            bool deleted = false;
            EXPECT_EQ(tx.delete_row(ids_[table], victim->first, deleted), txn::TxStatus::Ok);
            EXPECT_TRUE(deleted);
            // Some come back within the transaction: no change then.
            if (random_.below(4) == 0) {
                EXPECT_EQ(tx.insert(ids_[table], victim->first, generated), txn::TxStatus::Ok);
            } else {
                rows.erase(victim);
            }
        }
    }

    std::map<Bytes, Row>::iterator find_id(uint32_t id) {
        auto found = rows_[0].begin();
        while (found != rows_[0].end() && found->second.id != id) ++found;
        return found;
    }

    void deliver(std::span<const ClientChange> changes) {
        for (size_t i = 0; i < changes.size(); ++i) {
            ASSERT_TRUE(i == 0 || changes[i - 1].client < changes[i].client);
            auto watcher = std::find_if(watchers_.begin(), watchers_.end(),
                                        [&](const Watcher& w) { return w.id == changes[i].client; });
            ASSERT_NE(watcher, watchers_.end());
            watcher->cache.apply(changes[i]);
        }
    }

    static void add_matching(const NaiveQuery& query, const std::map<Bytes, Row>& rows, ClientCache::Tables& out) {
        for (const auto& [bytes, row] : rows) {
            if (query.holds(row)) ++out[kTables[query.table]][bytes];
        }
    }

    ClientCache::Tables expected(const std::vector<NaiveQuery>& queries) const {
        ClientCache::Tables out;
        for (const NaiveQuery& query : queries) {
            if (query.table != kEvents) add_matching(query, rows_[query.table], out);
        }
        return out;
    }

    void check() {
        for (const Watcher& watcher : watchers_) {
            ASSERT_EQ(watcher.cache.sets().size(), watcher.sets.size());
            for (const auto& [set_id, queries] : watcher.sets) {
                ASSERT_EQ(watcher.cache.sets().at(set_id), expected(queries)) << "client " << watcher.id;
            }
        }
    }

    SeededRandom random_;
    std::unique_ptr<txn::Datastore> store_;
    std::vector<TableId> ids_;
    IndexId key_index_;
    std::unique_ptr<Registry> registry_;
    std::array<std::map<Bytes, Row>, 2> rows_;
    std::vector<Watcher> watchers_;
};

}  // namespace

TEST(RegistryProperty, caches_equal_a_fresh_evaluation) {
    for (uint64_t seed = 0; seed < 500; ++seed) {
        SCOPED_TRACE(seed);
        Model model(seed);
        for (int i = 0; i < 60; ++i) {
            model.step();
            if (HasFailure()) return;
        }
    }
}

}  // namespace lightcone::subscription
