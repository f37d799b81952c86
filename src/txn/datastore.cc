// SPDX-License-Identifier: Apache-2.0
#include "txn/datastore.h"

#include "txn/datastore_impl.h"
#include "txn/schema_rows.h"

namespace lightcone::txn {

Result<std::unique_ptr<Datastore>> Datastore::create() {
    auto store = std::make_unique<DatastoreImpl>();
    TRY_VOID(store->bootstrap());
    return store;
}

Result<void> DatastoreImpl::bootstrap() {
    std::vector<schema::TableSchema> schemas = system_table_schemas();
    for (const schema::TableSchema& schema : schemas) {
        std::vector<Sequence> sequences;
        for (const auto& sequence : schema.sequences) sequences.emplace_back(sequence, kFirstUserId);
        TRY_VOID(catalog_.add(std::make_shared<const schema::TableSchema>(schema), std::move(sequences)));
    }
    for (const schema::TableSchema& schema : schemas) {
        for_each_schema_row(schema, [&](TableId id, const Bytes& row) { catalog_.table(id)->table->insert(row); });
    }
    return {};
}

void DatastoreImpl::attach_log(log::CommitLog* log) {
    replayer_.finish();
    log_ = log;
    ASSERT(log == nullptr || log->next_offset().value == next_offset_, "log is at {}, state at {}", log->next_offset(),
           next_offset_);
}

Transaction& DatastoreImpl::begin() {
    ASSERT(!is_open_, "a transaction is open");
    if (!replayer_.is_finished()) [[unlikely]]
        replayer_.finish();
    is_open_ = true;
    transaction_.log().clear();
    return transaction_;
}

Result<void> DatastoreImpl::prepare_commit(const log::RecordContext& context) {
    // Marks of sequences that commit() may add, and the record's own head.
    constexpr size_t kSlackBytes = 16 * 1024;
    size_t payload_bytes = transaction_.log().payload_bytes_max() + kSlackBytes;
    if (log_ == nullptr || payload_bytes + context.args.size() <= log::kLogRoomBytes) return {};
    return log_->reserve(context, payload_bytes);
}

CommittedTx DatastoreImpl::commit(const log::RecordContext& context, bool force_record) {
    ASSERT(is_open_, "no transaction is open");
    is_open_ = false;
    TxLog& tx_log = transaction_.log();
    if (!tx_log.is_empty()) transaction_.restore_sequence_marks();
    transaction_.finish_commit();
    CommittedTx done;
    done.delta = delta_builder_.build(tx_log);
    done.consumed_offset = force_record || !done.delta.empty();
    if (done.consumed_offset) {
        done.offset = TxOffset(next_offset_++);
        if (log_ != nullptr) {
            TxOffset logged = log_->append(context, delta_builder_.payload());
            DEBUG_ASSERT(logged == done.offset, "log is at {}, state at {}", logged, done.offset);
            (void)logged;
        }
    } else {
        done.offset = TxOffset(next_offset_ == 0 ? 0 : next_offset_ - 1);
    }
    drop_event_rows();
    return done;
}

// Rows of event tables live as long as their transaction.
void DatastoreImpl::drop_event_rows() {
    for (TableSlot* slot : transaction_.log().touched()) {
        if (!slot->is_event) continue;
        event_rows_.clear();
        slot->table->for_each_row([&](RowId id, ByteView) { event_rows_.push_back(id); });
        for (RowId id : event_rows_) slot->table->erase(id);
    }
}

void DatastoreImpl::rollback() {
    ASSERT(is_open_, "no transaction is open");
    is_open_ = false;
    transaction_.undo_to(0);
}

storage::Table* DatastoreImpl::find_table(std::string_view name) {
    TableSlot* slot = catalog_.find_table(name);
    return slot == nullptr ? nullptr : slot->table.get();
}

storage::Table* DatastoreImpl::table(TableId id) {
    TableSlot* slot = catalog_.table(id);
    return slot == nullptr ? nullptr : slot->table.get();
}

void DatastoreImpl::for_each_table(const std::function<void(storage::Table&)>& visit) {
    catalog_.for_each([&](TableSlot& slot) { visit(*slot.table); });
}

}  // namespace lightcone::txn
