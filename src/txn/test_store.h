// SPDX-License-Identifier: Apache-2.0
// For tests: a datastore whose commits are kept as records, so that a second one can be built from them.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "txn/datastore_impl.h"
#include "txn/test_schema.h"

namespace lightcone::txn::testing {

// Every row of every table, by table name.
using Content = std::map<std::string, std::set<Bytes>>;

inline std::set<Bytes> rows_of(const storage::Table& table) {
    std::set<Bytes> rows;
    table.for_each_row([&](RowId, ByteView row) { EXPECT_TRUE(rows.emplace(row.begin(), row.end()).second); });
    return rows;
}

inline Content content_of(Datastore& store) {
    Content content;
    store.for_each_table([&](storage::Table& table) { content[table.schema().name] = rows_of(table); });
    return content;
}

inline std::vector<Bytes> rows_of(const RowBuffer& buffer) {
    std::vector<Bytes> rows;
    uint32_t start = 0;
    for (uint32_t end : buffer.ends) {
        rows.emplace_back(buffer.bytes.begin() + start, buffer.bytes.begin() + end);
        start = end;
    }
    return rows;
}

inline std::set<Bytes> set_of(std::span<const ByteView> views) {
    std::set<Bytes> rows;
    for (ByteView view : views) EXPECT_TRUE(rows.emplace(view.begin(), view.end()).second);
    return rows;
}

class TestStore {
  public:
    TestStore() : store_(std::move(*Datastore::create())) {}

    Datastore& operator*() { return *store_; }
    Datastore* operator->() { return store_.get(); }
    TableId create(const schema::TableSchema& schema) {
        TableId id = *transaction().create_table(schema);
        commit();
        return id;
    }
    // The open transaction; opens one if there is none.
    Transaction& transaction() {
        if (!store_->in_transaction()) current_ = &store_->begin();
        return *current_;
    }
    CommittedTx commit() {
        CommittedTx done = store_->commit({});
        ByteView payload = static_cast<DatastoreImpl&>(*store_).last_payload();
        if (done.consumed_offset) payloads_.emplace_back(payload.begin(), payload.end());
        return done;
    }
    TxStatus insert(TableId table, const Bytes& row) { return transaction().insert(table, row, generated); }
    TxStatus update(TableId table, IndexId index, const Bytes& row) {
        return transaction().update(table, index, row, generated);
    }
    IndexId index(std::string_view name) { return store_->find_index(name).value_or(IndexId(0)); }
    std::set<Bytes> rows(TableId table) { return rows_of(*store_->table(table)); }
    const std::vector<Bytes>& payloads() const { return payloads_; }

    // A datastore that replayed everything committed so far.
    std::unique_ptr<Datastore> replayed() const {
        auto copy = std::move(*Datastore::create());
        for (size_t i = 0; i < payloads_.size(); ++i) {
            auto applied = copy->replayer().on_record({TxOffset(i), {}, payloads_[i]});
            EXPECT_TRUE(applied) << applied.error().message;
            if (!applied) break;
        }
        return copy;
    }

    Bytes generated;

  private:
    std::unique_ptr<Datastore> store_;
    Transaction* current_ = nullptr;
    std::vector<Bytes> payloads_;
};

}  // namespace lightcone::txn::testing
