// SPDX-License-Identifier: Apache-2.0
// For tests of this room: a transaction that answers what the test told it to, and remembers what it was asked.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "txn/datastore.h"

namespace lightcone::module {

struct FakeTransaction final : txn::Transaction {
    // Inserts into this table are the test's way to see the guest's memory; they always succeed.
    static constexpr TableId kCaptureTable{999'999};

    txn::TxStatus status = txn::TxStatus::Ok;
    std::vector<Bytes> rows;  // what scans yield
    Bytes generated;          // what insert and update generate
    uint64_t count = 0;       // what counts and deletes report

    Bytes captured;
    uint32_t table = 0;
    uint32_t index = 0;
    Bytes row;
    Bytes prefix;
    uint32_t prefix_columns = 0;
    Bytes start;
    Bytes end;
    uint32_t call_count = 0;

    txn::TxStatus insert(TableId id, ByteView bytes, Bytes& out) override {
        out.clear();
        if (id == kCaptureTable) {
            captured.assign(bytes.begin(), bytes.end());
            return txn::TxStatus::Ok;
        }
        return write(id, {}, bytes, out);
    }
    txn::TxStatus update(TableId id, IndexId by, ByteView bytes, Bytes& out) override {
        return write(id, by, bytes, out);
    }
    txn::TxStatus scan(TableId id, txn::RowBuffer& out) override {
        table = id.value;
        return yield(out);
    }
    txn::TxStatus index_point(IndexId by, ByteView key, txn::RowBuffer& out) override {
        note(by, key);
        return yield(out);
    }
    txn::TxStatus index_range(IndexId by, ByteView start_of_key, uint32_t columns, ByteView from, ByteView to,
                              txn::RowBuffer& out) override {
        note_range(by, start_of_key, columns, from, to);
        return yield(out);
    }
    txn::TxStatus row_count(TableId id, uint64_t& out) override {
        table = id.value;
        out = count;
        return answer();
    }
    txn::TxStatus delete_point(IndexId by, ByteView key, uint32_t& out) override {
        note(by, key);
        out = static_cast<uint32_t>(count);
        return answer();
    }
    txn::TxStatus delete_range(IndexId by, ByteView start_of_key, uint32_t columns, ByteView from, ByteView to,
                               uint32_t& out) override {
        note_range(by, start_of_key, columns, from, to);
        out = static_cast<uint32_t>(count);
        return answer();
    }
    txn::TxStatus delete_all_by_eq(TableId id, ByteView relation, uint32_t& out) override {
        table = id.value;
        row.assign(relation.begin(), relation.end());
        out = static_cast<uint32_t>(count);
        return answer();
    }
    txn::TxStatus delete_row(TableId, ByteView, bool&) override { return answer(); }
    txn::TxStatus clear(TableId id, uint64_t& out) override {
        table = id.value;
        out = count;
        return answer();
    }
    Result<TableId> create_table(const schema::TableSchema&) override {
        return fail(ErrorCode::Unsupported, "the fake has no schema");
    }

  private:
    txn::TxStatus answer() {
        ++call_count;
        return status;
    }
    void note(IndexId by, ByteView key) {
        index = by.value;
        row.assign(key.begin(), key.end());
    }
    void note_range(IndexId by, ByteView start_of_key, uint32_t columns, ByteView from, ByteView to) {
        index = by.value;
        prefix.assign(start_of_key.begin(), start_of_key.end());
        prefix_columns = columns;
        start.assign(from.begin(), from.end());
        end.assign(to.begin(), to.end());
    }
    txn::TxStatus write(TableId id, IndexId by, ByteView bytes, Bytes& out) {
        table = id.value;
        index = by.value;
        row.assign(bytes.begin(), bytes.end());
        out = generated;
        if (out.size() > bytes.size()) out.resize(bytes.size());
        return answer();
    }
    txn::TxStatus yield(txn::RowBuffer& out) {
        if (status == txn::TxStatus::Ok) {
            for (const Bytes& bytes : rows) out.append(bytes);
        }
        return answer();
    }
};

struct FakeDatastore final : txn::Datastore {
    FakeTransaction transaction;
    std::map<std::string, storage::Table*, std::less<>> tables;
    std::map<std::string, IndexId, std::less<>> indexes;

    log::ReplayVisitor& replayer() override { std::abort(); }
    void attach_log(log::CommitLog*) override {}
    txn::Transaction& begin() override { return transaction; }
    txn::CommittedTx commit(const log::RecordContext&, bool) override { return {}; }
    void rollback() override {}
    bool in_transaction() const override { return true; }
    storage::Table* find_table(std::string_view name) override {
        auto found = tables.find(name);
        return found == tables.end() ? nullptr : found->second;
    }
    storage::Table* table(TableId) override { return nullptr; }
    std::optional<IndexId> find_index(std::string_view name) override {
        auto found = indexes.find(name);
        if (found == indexes.end()) return std::nullopt;
        return found->second;
    }
    void for_each_table(const std::function<void(storage::Table&)>&) override {}
    uint64_t schema_version() const override { return 0; }
    TxOffset next_offset() const override { return {}; }
};

}  // namespace lightcone::module
