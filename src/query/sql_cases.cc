// SPDX-License-Identifier: Apache-2.0
#include "query/sql_cases.h"

#include <fstream>
#include <sstream>
#include <stdexcept>

#include "query/literal.h"
#include "sats/special.h"

namespace lightcone::query {

using sats::AlgebraicType;
using sats::JsonValue;
using sats::TypeElement;
using sats::TypeKind;

namespace {

AlgebraicType special(const char* field, TypeKind kind) {
    return AlgebraicType::product({TypeElement{field, AlgebraicType{kind}}});
}

std::string text_of(const JsonValue& value) {
    if (value.is_string()) return std::string(value.string());
    if (value.is_number()) return std::string(value.number_text());
    throw std::runtime_error("unexpected kind of value in a SQL case: " + value.describe());
}

void add_index(schema::TableSchema& table, std::vector<ColumnId> columns, bool unique) {
    std::string base = table.name;
    for (ColumnId column : columns) base += "_" + table.columns[column.value].name;
    schema::IndexSchema index;
    index.name = index.alias = base + "_idx_btree";
    index.columns = columns;
    index.unique = unique;
    table.indexes.push_back(index);
    if (!unique) return;
    schema::UniqueConstraintSchema constraint;
    constraint.name = base + "_key";
    constraint.columns = std::move(columns);
    table.constraints.push_back(std::move(constraint));
}

}  // namespace

JsonValue load_case_file(const std::string& name) {
    std::ifstream in(std::string(LIGHTCONE_SOURCE_DIR) + "/tests/data/" + name);
    std::stringstream text;
    text << in.rdbuf();
    auto document = JsonValue::parse(text.str());
    if (!document) throw std::runtime_error("cannot read " + name + ": " + document.error().message);
    return std::move(*document);
}

std::string case_sql(const JsonValue& test_case) {
    if (const auto* sql = test_case.find("sql")) return text_of(*sql);
    const JsonValue& generated = *test_case.find("sql_gen");
    std::string sql = text_of(*generated.find("prefix"));
    int64_t times = generated.find("times")->as_i64().value();
    for (int64_t i = 0; i < times; ++i) sql += generated.find("unit")->string();
    if (const auto* middle = generated.find("middle")) sql += middle->string();
    if (const auto* close = generated.find("close")) {
        for (int64_t i = 0; i < times; ++i) sql += close->string();
    }
    return sql;
}

AlgebraicType case_type(const std::string& text) {
    static constexpr std::pair<const char*, TypeKind> kScalars[] = {
        {"String", TypeKind::String}, {"Bool", TypeKind::Bool}, {"I8", TypeKind::I8},     {"U8", TypeKind::U8},
        {"I16", TypeKind::I16},       {"U16", TypeKind::U16},   {"I32", TypeKind::I32},   {"U32", TypeKind::U32},
        {"I64", TypeKind::I64},       {"U64", TypeKind::U64},   {"I128", TypeKind::I128}, {"U128", TypeKind::U128},
        {"I256", TypeKind::I256},     {"U256", TypeKind::U256}, {"F32", TypeKind::F32},   {"F64", TypeKind::F64}};
    for (auto [name, kind] : kScalars) {
        if (text == name) return AlgebraicType{kind};
    }
    if (text == "Identity") return special("__identity__", TypeKind::U256);
    if (text == "ConnectionId") return special("__connection_id__", TypeKind::U128);
    if (text == "Uuid") return special("__uuid__", TypeKind::U128);
    if (text == "Timestamp") return special("__timestamp_micros_since_unix_epoch__", TypeKind::I64);
    if (text == "TimeDuration") return special("__time_duration_micros__", TypeKind::I64);
    if (text.starts_with("Array<")) return AlgebraicType::array_of(case_type(text.substr(6, text.size() - 7)));
    if (text.starts_with("Option<")) return AlgebraicType::option_of(case_type(text.substr(7, text.size() - 8)));
    throw std::runtime_error("unknown type " + text);
}

schema::TableSchema case_table(const JsonValue& table) {
    schema::TableSchema out;
    out.name = text_of(*table.find("name"));
    out.accessor = table.find("accessor") ? text_of(*table.find("accessor")) : out.name;
    out.access =
        table.find("access")->string() == "public" ? schema::TableAccess::Public : schema::TableAccess::Private;
    out.is_event = table.find("event") != nullptr;
    for (const JsonValue& column : table.find("columns")->items()) {
        schema::ColumnSchema made;
        made.name = text_of(*column.find("name"));
        made.accessor = made.name;
        if (const auto* accessors = table.find("column_accessors")) {
            if (const auto* accessor = accessors->find(made.name)) made.accessor = text_of(*accessor);
        }
        made.type = case_type(text_of(*column.find("type")));
        out.columns.push_back(std::move(made));
    }
    if (const auto* key = table.find("primary_key")) {
        out.primary_key = out.find_column(key->string());
        add_index(out, {*out.primary_key}, true);
    }
    if (const auto* unique = table.find("unique")) {
        for (const JsonValue& column : unique->items()) add_index(out, {*out.find_column(column.string())}, true);
    }
    if (const auto* indexes = table.find("indexes")) {
        for (const JsonValue& index : indexes->items()) {
            std::vector<ColumnId> columns;
            for (const JsonValue& column : index.find("columns")->items()) {
                columns.push_back(*out.find_column(column.string()));
            }
            add_index(out, std::move(columns), false);
        }
    }
    if (const auto* sequence = table.find("auto_inc")) {
        schema::SequenceSchema made;
        made.column = *out.find_column(sequence->string());
        made.name = out.name + "_" + text_of(*sequence) + "_seq";
        out.sequences.push_back(std::move(made));
    }
    return out;
}

void encode_case_value(const JsonValue& value, const AlgebraicType& type, Bytes& out) {
    ByteWriter writer(out);
    if (type.kind == TypeKind::Bool) {
        writer.u8(value.boolean() ? 1 : 0);
    } else if (type.kind == TypeKind::Sum) {
        const sats::JsonMember& chosen = value.members().front();
        for (size_t tag = 0; tag < type.elements.size(); ++tag) {
            if (type.elements[tag].name != chosen.key) continue;
            writer.u8(static_cast<uint8_t>(tag));
            if (!type.elements[tag].type.is_unit()) encode_case_value(chosen.value, type.elements[tag].type, out);
        }
    } else if (type.kind == TypeKind::Array && type.elements[0].type.kind != TypeKind::U8) {
        writer.u32(static_cast<uint32_t>(value.items().size()));
        for (const JsonValue& element : value.items()) encode_case_value(element, type.elements[0].type, out);
    } else if (type.kind == TypeKind::Product && type.elements.size() == 1 &&
               type.elements[0].type.kind == TypeKind::I64) {
        writer.i64(value.as_i64().value());
    } else {
        auto bytes = parse_literal(text_of(value), type);
        if (!bytes) throw std::runtime_error("bad value in a SQL case: " + text_of(value));
        writer.raw(*bytes);
    }
}

Bytes encode_case_row(const JsonValue& row, const AlgebraicType& product) {
    Bytes out;
    for (size_t i = 0; i < row.items().size(); ++i) encode_case_value(row.items()[i], product.elements[i].type, out);
    return out;
}

}  // namespace lightcone::query
