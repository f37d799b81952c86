// SPDX-License-Identifier: Apache-2.0
// Applies logged payloads to the tables as they were before, without undo or delta. Schemas of user tables are rebuilt
// from the system rows of the record that creates them, before its user rows are read. Thread: the one that opens the
// database. Errors: Corruption naming the transaction and what does not fit.
#pragma once

#include "log/commit_log.h"
#include "txn/catalog.h"
#include "txn/commit_payload.h"

namespace lightcone::txn {

class Replayer final : public log::ReplayVisitor {
  public:
    Replayer(Catalog& catalog, uint64_t& next_offset, uint64_t& schema_version)
        : catalog_(catalog), next_offset_(next_offset), schema_version_(schema_version) {}

    Result<void> on_record(const log::Record& record) override;
    // Sets every sequence to the mark its row holds. After the last record.
    void finish();
    bool is_finished() const { return finished_; }

  private:
    Result<void> apply(ByteView payload);
    Result<void> apply_group(TableSlot& slot, const PayloadReader::Group& group, PayloadReader& in);
    // Tables whose only index is the identity index: each update stands for itself.
    Result<void> apply_simple_updates(storage::Table& table, uint32_t count, PayloadReader& in);
    // Others: keys may change places among rows, so all old keys leave before new ones come.
    Result<void> apply_changes(storage::Table& table, const PayloadReader::Group& group, PayloadReader& in);
    Result<void> skip_rows(const storage::Table& table, const PayloadReader::Group& group, PayloadReader& in);
    Result<void> insert(storage::Table& table, ByteView row);
    Result<void> create_new_tables();
    Result<void> note_system_row(TableId table, ByteView row);

    Catalog& catalog_;
    uint64_t& next_offset_;
    uint64_t& schema_version_;
    bool finished_ = true;
    std::vector<TableId> new_tables_;  // of the record at hand
    std::vector<std::pair<RowId, ByteView>> attached_;
};

}  // namespace lightcone::txn
