// SPDX-License-Identifier: Apache-2.0
// The datastore: see txn/datastore.h for the contract. Thread: the holder of the database's turn.
#pragma once

#include "txn/delta_builder.h"
#include "txn/replayer.h"
#include "txn/transaction_impl.h"

namespace lightcone::txn {

class DatastoreImpl final : public Datastore {
  public:
    DatastoreImpl() : transaction_(catalog_, schema_version_), replayer_(catalog_, next_offset_, schema_version_) {}
    // Creates the system tables and their rows.
    Result<void> bootstrap();

    log::ReplayVisitor& replayer() override { return replayer_; }
    void attach_log(log::CommitLog* log) override;

    Transaction& begin() override;
    Result<void> prepare_commit(const log::RecordContext& context) override;
    CommittedTx commit(const log::RecordContext& context, bool force_record) override;
    void rollback() override;
    bool in_transaction() const override { return is_open_; }

    storage::Table* find_table(std::string_view name) override;
    storage::Table* table(TableId id) override;
    std::optional<IndexId> find_index(std::string_view name) override { return catalog_.find_index(name); }
    void for_each_table(const std::function<void(storage::Table&)>& visit) override;
    uint64_t schema_version() const override { return schema_version_; }
    TxOffset next_offset() const override { return TxOffset(next_offset_); }

    // Bytes of the last commit's record.
    ByteView last_payload() const { return delta_builder_.payload(); }

  private:
    void drop_event_rows();

    Catalog catalog_;
    uint64_t schema_version_ = 0;
    uint64_t next_offset_ = 0;
    TransactionImpl transaction_;
    DeltaBuilder delta_builder_;
    Replayer replayer_;
    log::CommitLog* log_ = nullptr;
    bool is_open_ = false;
    std::vector<RowId> event_rows_;
};

}  // namespace lightcone::txn
