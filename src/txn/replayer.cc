// SPDX-License-Identifier: Apache-2.0
#include "txn/replayer.h"

#include <algorithm>

#include "txn/schema_rows.h"

namespace lightcone::txn {

using storage::Table;

namespace {

template <typename... Args>
std::unexpected<Error> corrupt(fmt::format_string<Args...> format, Args&&... args) {
    return fail(ErrorCode::Corruption, format, std::forward<Args>(args)...);
}

std::unexpected<Error> bad_row(const Table& table) {
    return corrupt("a row of table `{}` is not a value of its type", table.schema().name);
}

bool describes_schema(TableId id) {
    return id == kStTable || id == kStColumn || id == kStIndex || id == kStConstraint || id == kStScheduled ||
           id == kStEventTable || id == kStTableAccessor || id == kStIndexAccessor || id == kStColumnAccessor;
}

}  // namespace

Result<void> Replayer::on_record(const log::Record& record) {
    finished_ = false;
    if (record.offset.value != next_offset_) {
        return corrupt("transaction {} follows transaction {}", record.offset, next_offset_);
    }
    if (auto applied = apply(record.payload); !applied) {
        return fail(applied.error().code, "transaction {}: {}", record.offset, applied.error().message);
    }
    ++next_offset_;
    return {};
}

Result<void> Replayer::apply(ByteView payload) {
    PayloadReader in = TRY(PayloadReader::open(payload));
    new_tables_.clear();
    uint32_t previous = 0;
    while (!in.at_end()) {
        PayloadReader::Group group = TRY(in.group());
        if (group.table.value <= previous) return corrupt("table {} follows table {}", group.table, previous);
        previous = group.table.value;
        if (!new_tables_.empty() && group.table.value >= kFirstUserId) TRY_VOID(create_new_tables());
        TableSlot* slot = catalog_.table(group.table);
        if (slot == nullptr) return corrupt("there is no table {}", group.table);
        TRY_VOID(apply_group(*slot, group, in));
    }
    return new_tables_.empty() ? Result<void>() : create_new_tables();
}

Result<void> Replayer::apply_group(TableSlot& slot, const PayloadReader::Group& group, PayloadReader& in) {
    Table& table = *slot.table;
    if (slot.is_event) return skip_rows(table, group, in);
    if (slot.is_system && describes_schema(table.id()) && (group.updates || group.deletes || group.truncated)) {
        return fail(ErrorCode::Unsupported,
                    "it changes or drops a table, which this version of the server cannot replay");
    }
    if (group.truncated) {
        std::vector<RowId> rows;
        table.for_each_row([&](RowId id, ByteView) { rows.push_back(id); });
        for (RowId id : rows) table.erase(id);
    }
    if (group.updates != 0 && table.identity_index() == nullptr) {
        return corrupt("updates in table `{}`, which has no unique key", table.schema().name);
    }
    if (table.indexes().size() == 1 && group.deletes == 0) {
        TRY_VOID(apply_simple_updates(table, group.updates, in));
    } else {
        TRY_VOID(apply_changes(table, group, in));
    }
    for (uint32_t i = 0; i < group.inserts; ++i) {
        std::optional<ByteView> row = in.row(table.layout());
        if (!row) return bad_row(table);
        TRY_VOID(insert(table, *row));
        if (slot.is_system) TRY_VOID(note_system_row(table.id(), *row));
    }
    return {};
}

Result<void> Replayer::apply_simple_updates(Table& table, uint32_t count, PayloadReader& in) {
    storage::Index* identity = table.identity_index();
    for (uint32_t i = 0; i < count; ++i) {
        std::optional<ByteView> before = in.row(table.layout());
        std::optional<ByteView> after = in.row(table.layout());
        if (!before || !after) return bad_row(table);
        RowId id = identity->find_like(before->data());
        if (id == storage::kNoRow || !storage::rows_equal(table.row(id), *before) ||
            !table.keeps_identity(*before, *after)) {
            return corrupt("an updated row of table `{}` is not there", table.schema().name);
        }
        table.replace(id, *after);
    }
    return {};
}

Result<void> Replayer::apply_changes(Table& table, const PayloadReader::Group& group, PayloadReader& in) {
    attached_.clear();
    for (uint32_t i = 0; i < group.updates; ++i) {
        std::optional<ByteView> before = in.row(table.layout());
        std::optional<ByteView> after = in.row(table.layout());
        if (!before || !after) return bad_row(table);
        RowId id = table.find_equal(*before);
        if (id == storage::kNoRow || !table.keeps_identity(*before, *after)) {
            return corrupt("an updated row of table `{}` is not there", table.schema().name);
        }
        table.detach(id);
        attached_.emplace_back(id, *after);
    }
    for (uint32_t i = 0; i < group.deletes; ++i) {
        std::optional<ByteView> row = in.row(table.layout());
        if (!row) return bad_row(table);
        RowId id = table.find_equal(*row);
        if (id == storage::kNoRow) return corrupt("a deleted row of table `{}` is not there", table.schema().name);
        table.erase(id);
    }
    for (const auto& [id, row] : attached_) {
        if (table.has_conflict(row.data(), storage::kNoRow, nullptr)) {
            return corrupt("an updated row of table `{}` breaks a unique constraint", table.schema().name);
        }
        table.attach(id, row);
    }
    return {};
}

Result<void> Replayer::skip_rows(const Table& table, const PayloadReader::Group& group, PayloadReader& in) {
    uint64_t rows = 2ull * group.updates + group.deletes + group.inserts;
    for (uint64_t i = 0; i < rows; ++i) {
        if (!in.row(table.layout())) return bad_row(table);
    }
    return {};
}

Result<void> Replayer::insert(Table& table, ByteView row) {
    bool conflicts = table.identity_index() != nullptr ? table.has_conflict(row.data(), storage::kNoRow, nullptr)
                                                       : table.find_equal(row) != storage::kNoRow;
    if (conflicts) return corrupt("an inserted row of table `{}` is there already", table.schema().name);
    if (!table.insert(row)) return corrupt("table `{}` has too many rows", table.schema().name);
    return {};
}

Result<void> Replayer::note_system_row(TableId table, ByteView row) {
    uint32_t described = 0;
    if (table == kStTable) {
        described = load_le<uint32_t>(row.data());
        if (described < kFirstUserId) return corrupt("it describes a table of id {}", described);
        new_tables_.push_back(TableId(described));
        return {};
    }
    if (table == kStColumn) {
        described = load_le<uint32_t>(row.data());
    } else if (table == kStSequence) {
        described = TRY(decode_sequence_row(row)).table_id.value;
    } else if (table == kStIndex) {
        described = load_le<uint32_t>(row.data() + 4);
    } else if (table == kStConstraint) {
        std::optional<ConstraintRow> constraint = TRY(decode_constraint_row(row));
        if (!constraint) return {};
        described = constraint->table_id.value;
    } else {
        return {};
    }
    if (std::ranges::find(new_tables_, TableId(described)) == new_tables_.end()) {
        return fail(ErrorCode::Unsupported, "it changes table {}, which this version of the server cannot replay",
                    described);
    }
    return {};
}

Result<void> Replayer::create_new_tables() {
    for (TableId id : new_tables_) {
        StoredSchema stored = TRY(read_schema(catalog_, id));
        auto shared = std::make_shared<const schema::TableSchema>(std::move(stored.schema));
        auto added = catalog_.add(std::move(shared), std::move(stored.sequences));
        if (!added) return corrupt("{}", added.error().message);
        ++schema_version_;
    }
    new_tables_.clear();
    return {};
}

void Replayer::finish() {
    if (finished_) return;
    finished_ = true;
    catalog_.table(kStSequence)->table->for_each_row([&](RowId, ByteView bytes) {
        auto row = decode_sequence_row(bytes);
        TableSlot* slot = row ? catalog_.table(row->table_id) : nullptr;
        if (slot == nullptr) return;
        for (Sequence& sequence : slot->sequences) {
            if (sequence.schema().id == row->sequence.id) sequence = Sequence(sequence.schema(), row->allocated);
        }
    });
}

}  // namespace lightcone::txn
