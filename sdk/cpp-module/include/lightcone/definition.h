// SPDX-License-Identifier: Apache-2.0
// Writes the module definition, version 10, from the lists of tables and reducers.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>

#include "codec_named.h"
#include "options.h"
#include "reducer.h"
#include "table.h"

namespace lightcone::detail {

inline constexpr std::uint8_t kDefinitionV10 = 2;

enum class Section : std::uint8_t {
    Typespace = 0,
    Types = 1,
    Tables = 2,
    Reducers = 3,
    Schedules = 6,
    Lifecycles = 7,
    ExplicitNames = 10
};

inline void write_columns(const ColumnList& columns, ByteString& out) {
    out.u32(static_cast<std::uint32_t>(columns.count));
    for (std::size_t i = 0; i < columns.count; ++i) out.u16(columns.columns[i]);
}

// Everything of a table that does not depend on its row type.
inline void write_table_spec(std::string_view table, const TableSpec& spec, ColumnNames names, ByteString& out) {
    out.u32(spec.primary_key == kNoIndex ? 0 : 1);
    if (spec.primary_key != kNoIndex) out.u16(static_cast<std::uint16_t>(spec.primary_key));

    out.u32(static_cast<std::uint32_t>(spec.index_count));
    for (std::size_t i = 0; i < spec.index_count; ++i) {
        const Index& index = spec.indexes[i];
        out.some_text(index_name(table, index, names));
        out.some_text(joined_columns(index.columns, names));
        out.u8(static_cast<std::uint8_t>(index.algorithm));
        if (index.algorithm == IndexAlgorithm::Direct) {
            out.u16(index.columns.columns[0]);
        } else {
            write_columns(index.columns, out);
        }
    }

    out.u32(static_cast<std::uint32_t>(spec.unique_count));
    for (std::size_t i = 0; i < spec.unique_count; ++i) {
        out.none();  // the database names constraints itself
        out.u8(0);   // kind: unique
        write_columns(spec.uniques[i], out);
    }

    out.u32(static_cast<std::uint32_t>(spec.auto_inc_count));
    for (std::size_t i = 0; i < spec.auto_inc_count; ++i) {
        out.none();
        out.u16(spec.auto_inc[i]);
        out.none();  // start, minimum, maximum: the defaults
        out.none();
        out.none();
        out.number(i128{1});  // increment
    }

    out.u8(1);  // a user table
    out.u8(spec.is_public ? 0 : 1);
}

// What single options add to the definition, beside TableSpec.
template <class Option>
struct DescribeOption {
    static constexpr std::uint32_t kDefaults = 0;
    static constexpr std::uint32_t kSchedules = 0;
    static constexpr std::uint32_t kNames = 0;
    static void defaults(ByteString&) {}
    static void schedule(std::string_view, ByteString&) {}
    static void name(std::string_view, ByteString&) {}
};

template <auto Column, auto Value>
struct DescribeOption<Default<Column, Value>> : DescribeOption<void> {
    static constexpr std::uint32_t kDefaults = 1;
    using Type = MemberType<Column>;

    static Type value() {
        if constexpr (requires { Value.view(); }) {
            return Type(Value.view());
        } else {
            return static_cast<Type>(Value);
        }
    }
    static void defaults(ByteString& out) {
        const Type filled = value();
        std::string bytes(Codec<Type>::size(filled), '\0');
        Codec<Type>::write(bytes.data(), filled);
        out.u16(field_index<Column>());
        out.text(bytes);
    }
};

template <auto Reducer, auto Column>
struct DescribeOption<Scheduled<Reducer, Column>> : DescribeOption<void> {
    static constexpr std::uint32_t kSchedules = 1;
    static void schedule(std::string_view table, ByteString& out) {
        out.none();
        out.text(table);
        out.u16(field_index<Column>());
        out.text(value_name<Reducer>());
    }
};

template <FixedString Name>
struct DescribeOption<StoredAs<Name>> : DescribeOption<void> {
    static constexpr std::uint32_t kNames = 1;
    static void name(std::string_view table, ByteString& out) {
        out.u8(0);  // the name of a table
        out.text(table);
        out.text(Name.view());
    }
};

// The parts of the definition that tables contribute to, each with its number of entries.
struct TableSections {
    ByteString tables;
    ByteString schedules;
    ByteString names;
    std::uint32_t schedule_count = 0;
    std::uint32_t name_count = 0;
};

template <class Row, class... Options>
struct TableDescription {
    static void describe(const TableBase& table, Typespace& types, TableSections& out) {
        constexpr auto& spec = Table<Row, Options...>::kSpec;
        out.tables.text(table.name());
        ByteString reference;
        Codec<Row>::describe(types, reference);
        out.tables.bytes.append(reference.bytes, 1);  // the position without the tag of a reference
        write_table_spec(table.name(), spec, column_names<Row>.data(), out.tables);
        out.tables.u32((0u + ... + DescribeOption<Options>::kDefaults));
        (DescribeOption<Options>::defaults(out.tables), ...);
        out.tables.u8(spec.is_event ? 1 : 0);
        (DescribeOption<Options>::schedule(table.name(), out.schedules), ...);
        (DescribeOption<Options>::name(table.name(), out.names), ...);
        out.schedule_count += (0u + ... + DescribeOption<Options>::kSchedules);
        out.name_count += (0u + ... + DescribeOption<Options>::kNames);
    }
};

inline void begin_section(ByteString& out, Section section, std::uint32_t count) {
    out.u8(static_cast<std::uint8_t>(section));
    out.u32(count);
}

inline void write_reducers(Typespace& types, ByteString& out) {
    begin_section(out, Section::Reducers, ReducerBase::count());
    for (const ReducerBase* reducer = ReducerBase::first(); reducer != nullptr; reducer = reducer->next()) {
        out.text(reducer->name());
        reducer->describe_parameters(types, out);
        out.u8(reducer->lifecycle() == Lifecycle::None ? 1 : 0);  // callable by clients, or private
        describe_unit(out);
        Codec<std::string>::describe(types, out);
    }
}

inline void write_lifecycles(ByteString& out) {
    std::uint32_t count = 0;
    ByteString entries;
    for (const ReducerBase* reducer = ReducerBase::first(); reducer != nullptr; reducer = reducer->next()) {
        if (reducer->lifecycle() == Lifecycle::None) continue;
        entries.u8(static_cast<std::uint8_t>(reducer->lifecycle()));
        entries.text(reducer->name());
        ++count;
    }
    begin_section(out, Section::Lifecycles, count);
    out.bytes += entries.bytes;
}

// The whole definition as the database reads it.
inline std::string module_definition() {
    Typespace types;
    TableSections tables;
    std::uint32_t table_count = 0;
    for (const TableBase* table = TableBase::first(); table != nullptr; table = table->next(), ++table_count) {
        table->describe(types, tables);
    }
    ByteString reducers;
    write_reducers(types, reducers);

    ByteString out;
    out.u8(kDefinitionV10);
    out.u32(7);
    begin_section(out, Section::Typespace, static_cast<std::uint32_t>(types.entries().size()));
    for (const auto& entry : types.entries()) out.bytes += entry.definition;
    begin_section(out, Section::Types, static_cast<std::uint32_t>(types.entries().size()));
    std::uint32_t position = 0;
    for (const auto& entry : types.entries()) {
        out.u32(0);  // no scope
        out.text(entry.name);
        out.u32(position++);
        out.u8(1);  // the order of fields is ours
    }
    begin_section(out, Section::Tables, table_count);
    out.bytes += tables.tables.bytes;
    out.bytes += reducers.bytes;
    begin_section(out, Section::Schedules, tables.schedule_count);
    out.bytes += tables.schedules.bytes;
    write_lifecycles(out);
    begin_section(out, Section::ExplicitNames, tables.name_count);
    out.bytes += tables.names.bytes;
    return std::move(out.bytes);
}

}  // namespace lightcone::detail
