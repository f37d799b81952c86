// SPDX-License-Identifier: Apache-2.0
// Random schemas and random transactions against sets of rows; every commit's delta is the difference of the sets,
// every rollback restores them, and a replayed datastore equals the first.
#include <gtest/gtest.h>

#include <deque>

#include "storage/random_values.h"
#include "txn/test_store.h"

namespace lightcone::txn {
namespace {

using namespace testing;
using storage::testing::append_random_value;
using storage::testing::random_type;

struct ModelTable {
    TableId id;
    std::vector<AlgebraicType> types;
    std::set<Bytes> rows;
    bool is_event = false;
};

class ModelRun {
  public:
    explicit ModelRun(uint64_t seed) : random_(seed) {
        for (uint64_t i = 0, count = 1 + random_.below(3); i < count; ++i) add_table();
    }

    void run(int transactions) {
        for (int i = 0; i < transactions; ++i) {
            before_ = tables_;
            store_.transaction();
            uint64_t operations = random_.below(30) == 0 ? 400 : random_.below(12);
            for (uint64_t op = 0; op < operations; ++op) step(tables_[random_.below(tables_.size())]);
            if (random_.below(4) == 0) {
                store_->rollback();
                tables_ = before_;
            } else {
                check_delta(store_.commit());
            }
            check_rows();
            if (::testing::Test::HasFailure()) return;
        }
        EXPECT_EQ(content_of(*store_.replayed()), content_of(*store_));
    }

  private:
    void add_table() {
        ModelTable model;
        std::vector<ColumnSpec> columns;
        names_.push_back("abcdefgh");
        for (uint64_t i = 0, count = 1 + random_.below(4); i < count; ++i) {
            model.types.push_back(random_type(random_));
            columns.push_back({names_.back().c_str() + i, model.types.back()});
        }
        schema::TableSchema schema = make_table("t" + std::to_string(tables_.size()), columns);
        for (uint64_t i = 0, count = random_.below(4); i < count; ++i) {
            std::vector<uint16_t> order;
            for (uint16_t c = 0; c < model.types.size(); ++c) order.push_back(c);
            for (size_t c = order.size(); c > 1; --c) std::swap(order[c - 1], order[random_.below(c)]);
            order.resize(1 + random_.below(order.size()));
            size_t number = schema.indexes.size();
            add_index(schema, order, random_.below(2) == 0);
            schema.indexes.back().name += std::to_string(number);
            schema.indexes.back().alias = schema.indexes.back().name;
        }
        schema.is_event = random_.below(6) == 0;
        model.is_event = schema.is_event;
        model.id = store_.create(schema);
        tables_.push_back(std::move(model));
    }

    storage::Table& stored(const ModelTable& model) { return *store_->table(model.id); }

    Bytes new_row(const ModelTable& model) {
        Bytes row;
        for (const AlgebraicType& type : model.types) append_random_value(type, random_, row);
        return row;
    }
    Bytes any_row(const ModelTable& model) {
        if (model.rows.empty() || random_.below(3) == 0) return new_row(model);
        return *std::next(model.rows.begin(), static_cast<ptrdiff_t>(random_.below(model.rows.size())));
    }
    // Rows whose key in the index equals that of `row`.
    std::vector<Bytes> same_key(const ModelTable& model, const storage::Index& index, const Bytes& row) {
        std::vector<Bytes> found;
        for (const Bytes& other : model.rows) {
            if (index.key().compare_rows(row.data(), other.data()) == 0) found.push_back(other);
        }
        return found;
    }
    bool conflicts(const ModelTable& model, const Bytes& row, const Bytes* ignore, const storage::Index* except) {
        for (const auto& index : stored(model).indexes()) {
            if (!index->is_unique() || index.get() == except) continue;
            for (const Bytes& other : same_key(model, *index, row)) {
                if (ignore == nullptr || other != *ignore) return true;
            }
        }
        return false;
    }

    void step(ModelTable& model) {
        uint64_t choice = random_.below(20);
        if (choice < 9) {
            insert(model, random_.below(3) == 0 ? any_row(model) : new_row(model));
        } else if (choice < 14) {
            update(model);
        } else if (choice < 17) {
            bool deleted = false;
            Bytes row = any_row(model);
            EXPECT_EQ(store_.transaction().delete_row(model.id, row, deleted), TxStatus::Ok);
            EXPECT_EQ(deleted, model.rows.erase(row) == 1);
        } else if (choice < 19) {
            delete_or_find_by_key(model);
        } else if (random_.below(6) == 0) {
            uint64_t count = 0;
            EXPECT_EQ(store_.transaction().clear(model.id, count), TxStatus::Ok);
            EXPECT_EQ(count, model.rows.size());
            model.rows.clear();
        }
    }
    void insert(ModelTable& model, const Bytes& row) {
        TxStatus expected = TxStatus::Ok;
        bool is_new = !model.rows.contains(row);
        if (is_new && conflicts(model, row, nullptr, nullptr)) expected = TxStatus::UniqueAlreadyExists;
        EXPECT_EQ(store_.insert(model.id, row), expected);
        if (expected == TxStatus::Ok) model.rows.insert(row);
    }
    void update(ModelTable& model) {
        auto indexes = stored(model).indexes();
        if (indexes.empty()) return;
        const storage::Index& index = *indexes[random_.below(indexes.size())];
        Bytes row = any_row(model);
        if (random_.below(2) == 0) row = new_row(model);
        TxStatus expected = TxStatus::Ok;
        Bytes old;
        if (!index.is_unique()) {
            expected = TxStatus::IndexNotUnique;
        } else {
            std::vector<Bytes> holders = same_key(model, index, row);
            const Bytes* holder = holders.empty() ? nullptr : &holders[0];
            if (holder != nullptr) old = *holder;
            if (conflicts(model, row, holder, &index)) {
                expected = TxStatus::UniqueAlreadyExists;
            } else if (holder == nullptr) {
                expected = TxStatus::NoSuchRow;
            }
        }
        EXPECT_EQ(store_.update(model.id, index.schema().id, row), expected);
        if (expected != TxStatus::Ok) return;
        model.rows.erase(old);
        model.rows.insert(row);
    }
    void delete_or_find_by_key(ModelTable& model) {
        auto indexes = stored(model).indexes();
        if (indexes.empty()) return;
        const storage::Index& index = *indexes[random_.below(indexes.size())];
        Bytes row = any_row(model);
        Bytes key;
        index.key().append_key(row.data(), key);
        std::vector<Bytes> expected = same_key(model, index, row);
        RowBuffer found;
        EXPECT_EQ(store_.transaction().index_point(index.schema().id, key, found), TxStatus::Ok);
        std::vector<Bytes> rows = rows_of(found);
        EXPECT_EQ(std::set<Bytes>(rows.begin(), rows.end()), std::set<Bytes>(expected.begin(), expected.end()));
        EXPECT_EQ(rows.size(), expected.size());
        if (random_.below(2) == 0) return;
        uint32_t count = 0;
        EXPECT_EQ(store_.transaction().delete_point(index.schema().id, key, count), TxStatus::Ok);
        EXPECT_EQ(count, expected.size());
        for (const Bytes& gone : expected) model.rows.erase(gone);
    }

    void check_delta(const CommittedTx& done) {
        size_t at = 0;
        for (size_t i = 0; i < tables_.size(); ++i) {
            std::set<Bytes> deletes;
            std::set<Bytes> inserts;
            std::ranges::set_difference(before_[i].rows, tables_[i].rows, std::inserter(deletes, deletes.end()));
            std::ranges::set_difference(tables_[i].rows, before_[i].rows, std::inserter(inserts, inserts.end()));
            if (deletes.empty() && inserts.empty()) continue;
            ASSERT_LT(at, done.delta.size());
            const DeltaTable& table = done.delta[at++];
            EXPECT_EQ(table.id, tables_[i].id);
            EXPECT_EQ(set_of(table.deletes), deletes);
            EXPECT_EQ(set_of(table.inserts), inserts);
            if (tables_[i].is_event) tables_[i].rows.clear();
        }
        EXPECT_EQ(at, done.delta.size());
    }
    void check_rows() {
        for (const ModelTable& model : tables_) EXPECT_EQ(rows_of(stored(model)), model.rows);
    }

    SeededRandom random_;
    TestStore store_;
    std::deque<std::string> names_;
    std::vector<ModelTable> tables_;
    std::vector<ModelTable> before_;
};

TEST(Model, random_transactions) {
    for (uint64_t seed = 1; seed <= 150; ++seed) {
        SCOPED_TRACE(seed);
        ModelRun(seed).run(25);
        if (HasFailure()) return;
    }
}

}  // namespace
}  // namespace lightcone::txn
