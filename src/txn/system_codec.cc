// SPDX-License-Identifier: Apache-2.0
#include "txn/system_codec.h"

namespace lightcone::txn {

namespace {

enum class AlgorithmTag : uint8_t { Unused = 0, BTree = 1, Direct = 2, Hash = 3 };
enum class ConstraintTag : uint8_t { Unused = 0, Unique = 1 };

class RowWriter {
  public:
    RowWriter& u32(uint32_t v) { return writer_.u32(v), *this; }
    RowWriter& u16(uint16_t v) { return writer_.u16(v), *this; }
    RowWriter& u8(uint8_t v) { return writer_.u8(v), *this; }
    RowWriter& text(std::string_view v) { return writer_.length_prefixed(v), *this; }
    RowWriter& i128(__int128 v) {
        writer_.u64(static_cast<uint64_t>(v));
        writer_.u64(static_cast<uint64_t>(v >> 64));
        return *this;
    }
    RowWriter& columns(const std::vector<ColumnId>& list) {
        writer_.u32(static_cast<uint32_t>(list.size()));
        for (ColumnId column : list) writer_.u16(column.value);
        return *this;
    }
    RowWriter& blob(ByteView v) { return writer_.length_prefixed(v), *this; }
    Bytes take() { return std::move(bytes_); }

  private:
    Bytes bytes_;
    ByteWriter writer_{bytes_};
};

Result<std::string> read_text(ByteReader& in) {
    return std::string(as_text(TRY(in.length_prefixed())));
}

Result<__int128> read_i128(ByteReader& in) {
    uint64_t low = TRY(in.u64());
    uint64_t high = TRY(in.u64());
    return static_cast<__int128>((static_cast<unsigned __int128>(high) << 64) | low);
}

Result<std::vector<ColumnId>> read_columns(ByteReader& in) {
    uint32_t count = TRY(in.u32());
    std::vector<ColumnId> columns;
    for (uint32_t i = 0; i < count; ++i) columns.push_back(ColumnId(TRY(in.u16())));
    return columns;
}

template <typename... Args>
std::unexpected<Error> corrupt(fmt::format_string<Args...> format, Args&&... args) {
    return fail(ErrorCode::Corruption, format, std::forward<Args>(args)...);
}

}  // namespace

Bytes encode(const TableRow& row) {
    RowWriter out;
    out.u32(row.table_id.value).text(row.name);
    out.text(row.type == schema::TableType::System ? "system" : "user");
    out.text(row.access == schema::TableAccess::Public ? "public" : "private");
    if (row.primary_key) {
        out.u8(0).columns({*row.primary_key});
    } else {
        out.u8(1);
    }
    return out.take();
}

Bytes encode(const ColumnRow& row) {
    Bytes type;
    sats::encode_type(row.type, type);
    return RowWriter().u32(row.table_id.value).u16(row.position.value).text(row.name).blob(type).take();
}

Bytes encode(const SequenceRow& row) {
    const schema::SequenceSchema& s = row.sequence;
    RowWriter out;
    out.u32(s.id.value).text(s.name).u32(row.table_id.value).u16(s.column.value);
    return out.i128(s.increment).i128(s.start).i128(s.min_value).i128(s.max_value).i128(row.allocated).take();
}

Bytes encode(const IndexRow& row) {
    RowWriter out;
    out.u32(row.index_id.value).u32(row.table_id.value).text(row.name);
    switch (row.algorithm) {
        case schema::IndexAlgorithm::BTree:
            out.u8(static_cast<uint8_t>(AlgorithmTag::BTree)).columns(row.columns);
            break;
        case schema::IndexAlgorithm::Hash: out.u8(static_cast<uint8_t>(AlgorithmTag::Hash)).columns(row.columns); break;
        case schema::IndexAlgorithm::Direct:
            out.u8(static_cast<uint8_t>(AlgorithmTag::Direct)).u16(row.columns[0].value);
            break;
    }
    return out.take();
}

Bytes encode(const ConstraintRow& row) {
    RowWriter out;
    out.u32(row.constraint.id.value).text(row.constraint.name).u32(row.table_id.value);
    return out.u8(static_cast<uint8_t>(ConstraintTag::Unique)).columns(row.constraint.columns).take();
}

Bytes encode(const ScheduleRow& row) {
    RowWriter out;
    out.u32(row.schedule.id.value).u32(row.table_id.value).text(row.schedule.function_name).text(row.schedule.name);
    return out.u16(row.schedule.at_column.value).take();
}

Bytes encode_id(uint32_t id) {
    return RowWriter().u32(id).take();
}

Bytes encode_texts(std::initializer_list<std::string_view> texts) {
    RowWriter out;
    for (std::string_view text : texts) out.text(text);
    return out.take();
}

Result<TableRow> decode_table_row(ByteView row) {
    ByteReader in(row);
    TableRow result;
    result.table_id = TableId(TRY(in.u32()));
    result.name = TRY(read_text(in));
    std::string type = TRY(read_text(in));
    std::string access = TRY(read_text(in));
    if ((type != "system" && type != "user") || (access != "public" && access != "private")) {
        return corrupt("st_table row of `{}` has type `{}` and access `{}`", result.name, type, access);
    }
    result.type = type == "system" ? schema::TableType::System : schema::TableType::User;
    result.access = access == "public" ? schema::TableAccess::Public : schema::TableAccess::Private;
    if (TRY(in.u8()) == 0) {
        std::vector<ColumnId> columns = TRY(read_columns(in));
        if (columns.size() != 1)
            return corrupt("st_table row of `{}` has a key of {} columns", result.name, columns.size());
        result.primary_key = columns[0];
    }
    return result;
}

Result<ColumnRow> decode_column_row(ByteView row) {
    ByteReader in(row);
    ColumnRow result;
    result.table_id = TableId(TRY(in.u32()));
    result.position = ColumnId(TRY(in.u16()));
    result.name = TRY(read_text(in));
    ByteReader type(TRY(in.length_prefixed()));
    auto decoded = sats::decode_type(type);
    if (!decoded || !type.at_end()) {
        return corrupt("st_column row `{}` of table {} holds no type", result.name, result.table_id);
    }
    result.type = std::move(*decoded);
    return result;
}

Result<SequenceRow> decode_sequence_row(ByteView row) {
    ByteReader in(row);
    SequenceRow result;
    result.sequence.id = SequenceId(TRY(in.u32()));
    result.sequence.name = TRY(read_text(in));
    result.table_id = TableId(TRY(in.u32()));
    result.sequence.column = ColumnId(TRY(in.u16()));
    result.sequence.increment = TRY(read_i128(in));
    result.sequence.start = TRY(read_i128(in));
    result.sequence.min_value = TRY(read_i128(in));
    result.sequence.max_value = TRY(read_i128(in));
    result.allocated = TRY(read_i128(in));
    return result;
}

Result<IndexRow> decode_index_row(ByteView row) {
    ByteReader in(row);
    IndexRow result;
    result.index_id = IndexId(TRY(in.u32()));
    result.table_id = TableId(TRY(in.u32()));
    result.name = TRY(read_text(in));
    switch (static_cast<AlgorithmTag>(TRY(in.u8()))) {
        case AlgorithmTag::BTree:
            result.algorithm = schema::IndexAlgorithm::BTree;
            result.columns = TRY(read_columns(in));
            return result;
        case AlgorithmTag::Hash:
            result.algorithm = schema::IndexAlgorithm::Hash;
            result.columns = TRY(read_columns(in));
            return result;
        case AlgorithmTag::Direct:
            result.algorithm = schema::IndexAlgorithm::Direct;
            result.columns = {ColumnId(TRY(in.u16()))};
            return result;
        case AlgorithmTag::Unused: break;
    }
    return corrupt("st_index row of `{}` names an unknown algorithm", result.name);
}

Result<std::optional<ConstraintRow>> decode_constraint_row(ByteView row) {
    ByteReader in(row);
    ConstraintRow result;
    result.constraint.id = ConstraintId(TRY(in.u32()));
    result.constraint.name = TRY(read_text(in));
    result.table_id = TableId(TRY(in.u32()));
    if (static_cast<ConstraintTag>(TRY(in.u8())) != ConstraintTag::Unique) return std::nullopt;
    result.constraint.columns = TRY(read_columns(in));
    return result;
}

Result<ScheduleRow> decode_schedule_row(ByteView row) {
    ByteReader in(row);
    ScheduleRow result;
    result.schedule.id = ScheduleId(TRY(in.u32()));
    result.table_id = TableId(TRY(in.u32()));
    result.schedule.function_name = TRY(read_text(in));
    result.schedule.name = TRY(read_text(in));
    result.schedule.at_column = ColumnId(TRY(in.u16()));
    return result;
}

Result<std::vector<std::string>> decode_texts(ByteView row, size_t count) {
    ByteReader in(row);
    std::vector<std::string> texts;
    for (size_t i = 0; i < count; ++i) texts.push_back(TRY(read_text(in)));
    return texts;
}

}  // namespace lightcone::txn
