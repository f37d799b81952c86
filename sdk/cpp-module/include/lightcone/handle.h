// SPDX-License-Identifier: Apache-2.0
// ctx.db[table]: reading and changing the rows of a table within the reducer's transaction.
//     find(key)                         the row with this primary key, or nothing
//     find<&Row::email>(value)          … with this value in a unique column
//     filter<&Row::a, &Row::b>(x, y)    rows by an index: values, the last may be a range; fewer columns are a prefix
//     insert(row), update(row)          return the row as stored, generated numbers filled in
//     erase(key), erase<…>(…)           whether, or how many, rows were there
//     erase_row(row), clear(), count(), for (const Row& row : ctx.db[table])
// A column without an index does not compile. What cannot succeed panics; try_insert and try_update return the reason.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <utility>

#include "keys.h"
#include "rows.h"
#include "table.h"

namespace lightcone {

// Why a row was not stored.
enum class WriteError : std::uint8_t {
    UniqueValueExists,  // another row has the same value in a unique column
    NoSuchRow,          // update: no row has this key
    DelayTooLong,       // scheduled table: due in more than about two years
    SequenceExhausted,
};

namespace detail {

inline constexpr std::size_t kRowStackBytes = 1024;

// The numbers that the database generated, in column order, go into the columns that were zero.
template <const TableSpec& Spec, class Row>
void fill_generated(Row& row, const std::uint8_t* was_zero, Reader reader) {
    std::size_t column = 0;
    with_fields(row, [&](auto&... fields) {
        (
            [&] {
                using Field = std::remove_cvref_t<decltype(fields)>;
                if constexpr (WideInteger<Field>) {
                    if (was_zero[column]) fields = Codec<Field>::read(reader);
                }
                ++column;
            }(),
            ...);
    });
}

template <const TableSpec& Spec, class Row>
void mark_zeros(const Row& row, std::uint8_t* was_zero) {
    std::size_t column = 0;
    with_fields(row, [&](const auto&... fields) {
        (
            [&] {
                using Field = std::remove_cvref_t<decltype(fields)>;
                if constexpr (WideInteger<Field>) {
                    for (std::size_t i = 0; i < Spec.auto_inc_count; ++i) {
                        if (Spec.auto_inc[i] == column && fields == Field{0}) was_zero[column] = 1;
                    }
                }
                ++column;
            }(),
            ...);
    });
}

// Sends a row to `write(bytes, &length)`, the host's insert or update, and takes the generated numbers over.
template <const TableSpec& Spec, class Row, class Write>
std::int32_t write_row(Row& row, Write write) {
    const std::size_t size = Codec<Row>::size(row);
    Buffer<Codec<Row>::kBytes == kVariable ? kRowStackBytes : Codec<Row>::kBytes> buffer(size);
    Codec<Row>::write(buffer.data(), row);
    auto length = static_cast<std::uint32_t>(size);
    const std::int32_t error = write(buffer.data(), &length);
    if constexpr (Spec.auto_inc_count > 0) {
        if (error == host::kOk && length > 0) {
            std::uint8_t was_zero[field_count<Row>] = {};
            mark_zeros<Spec>(row, was_zero);
            fill_generated<Spec>(row, was_zero, Reader(buffer.data(), length));
        }
    }
    return error;
}

// The only row of a scan by a unique key.
template <class Row>
std::optional<Row> read_one(std::uint32_t iterator, const char* table) {
    constexpr bool kFixed = Codec<Row>::kBytes != kVariable;
    char stack[kFixed ? Codec<Row>::kBytes : kRowStackBytes];
    std::uint32_t length = sizeof stack;
    const std::int32_t result = host::row_iter_bsatn_advance(iterator, stack, &length);
    if (result == host::kExhausted) [[likely]] {
        if (length == 0) return std::nullopt;
        Reader reader(stack, length);
        return decode<Row>(reader);
    }
    if constexpr (!kFixed) {
        if (result == host::kBufferTooSmall) return Rows<Row>(iterator).next();
    }
    stop_on_host_error("reading", table, result == host::kOk ? host::kIndexNotUnique : result);
}

}  // namespace detail

template <class TableType>
class TableHandle {
  public:
    using Row = typename TableType::Row;
    static constexpr const detail::TableSpec& kSpec = TableType::kSpec;

    explicit TableHandle(TableType& table) : table_(table) {}

    template <class Key>
    std::optional<Row> find(const Key& key) const {
        return find_by<primary_key_index(), PrimaryKeyType>(key);
    }

    template <auto... Columns, class... Keys>
        requires(sizeof...(Columns) > 0)
    std::optional<Row> find(const Keys&... keys) const {
        static_assert(sizeof...(Columns) == sizeof...(Keys), "find needs one value per column");
        return find_by<unique_index_for<Columns...>(), detail::MemberType<Columns>...>(keys...);
    }

    template <auto... Columns, class... Keys>
    Rows<Row> filter(const Keys&... keys) const {
        static_assert(sizeof...(Columns) == sizeof...(Keys) && sizeof...(Keys) > 0,
                      "filter needs one value or range per column");
        std::uint32_t iterator = 0;
        scan<host::datastore_index_scan_point_bsatn, host::datastore_index_scan_range_bsatn, Columns...>(
            "filtering", &iterator, keys...);
        return Rows<Row>(iterator);
    }

    // The row as stored. Panics when a unique value exists already.
    Row insert(Row row) const {
        check("inserting into", insert_row(row));
        return row;
    }

    std::expected<Row, WriteError> try_insert(Row row) const { return outcome("inserting into", insert_row(row), row); }

    // Replaces the row that has the same primary key. Panics when there is none.
    Row update(Row row) const {
        check("updating", update_row<primary_key_index()>(row));
        return row;
    }

    std::expected<Row, WriteError> try_update(Row row) const {
        return outcome("updating", update_row<primary_key_index()>(row), row);
    }

    // Replaces the row that has the same value in the unique columns.
    template <auto... Columns>
        requires(sizeof...(Columns) > 0)
    Row update(Row row) const {
        check("updating", update_row<unique_index_for<Columns...>()>(row));
        return row;
    }

    template <auto... Columns>
        requires(sizeof...(Columns) > 0)
    std::expected<Row, WriteError> try_update(Row row) const {
        return outcome("updating", update_row<unique_index_for<Columns...>()>(row), row);
    }

    // Deletes the row with this primary key; false when there was none.
    template <class Key>
    bool erase(const Key& key) const {
        detail::PointKey<PrimaryKeyType> bytes(key);
        std::uint32_t count = 0;
        check("deleting from",
              host::datastore_delete_by_index_scan_point_bsatn(table_.template index_id<primary_key_index()>(),
                                                               bytes.data(), bytes.size(), &count));
        return count != 0;
    }

    // Deletes the rows that filter<Columns...>(keys...) would yield and says how many.
    template <auto... Columns, class... Keys>
        requires(sizeof...(Columns) > 0)
    std::uint32_t erase(const Keys&... keys) const {
        static_assert(sizeof...(Columns) == sizeof...(Keys), "erase needs one value or range per column");
        std::uint32_t count = 0;
        scan<host::datastore_delete_by_index_scan_point_bsatn, host::datastore_delete_by_index_scan_range_bsatn,
             Columns...>("deleting from", &count, keys...);
        return count;
    }

    // Deletes the row that equals `row` in all columns; false when there was none.
    bool erase_row(const Row& row) const {
        const std::size_t size = 4 + detail::Codec<Row>::size(row);
        detail::Buffer<detail::kRowStackBytes> buffer(size);
        detail::Codec<Row>::write(detail::write_length(buffer.data(), 1), row);
        std::uint32_t count = 0;
        check("deleting from", host::datastore_delete_all_by_eq_bsatn(table_.id(), buffer.data(),
                                                                      static_cast<std::uint32_t>(size), &count));
        return count != 0;
    }

    std::uint64_t clear() const {
        std::uint64_t count = 0;
        check("clearing", host::datastore_clear(table_.id(), &count));
        return count;
    }

    std::uint64_t count() const {
        std::uint64_t count = 0;
        check("counting", host::datastore_table_row_count(table_.id(), &count));
        return count;
    }

    // All rows, in no particular order. A range-for over the handle itself does the same.
    Rows<Row> rows() const {
        std::uint32_t iterator = 0;
        check("scanning", host::datastore_table_scan_bsatn(table_.id(), &iterator));
        return Rows<Row>(iterator);
    }

    auto begin() const { return typename Rows<Row>::Cursor(rows()); }
    std::default_sentinel_t end() const { return {}; }

  private:
    static constexpr bool kHasPrimaryKey = kSpec.primary_key != detail::kNoIndex;
    using PrimaryKeyType = detail::FieldType<Row, kHasPrimaryKey ? kSpec.primary_key : 0>;

    static consteval std::size_t primary_key_index() {
        static_assert(kHasPrimaryKey,
                      "the table has no primary key: name a unique column, as in find<&Row::column>(value)");
        detail::ColumnList key;
        key.columns[key.count++] = static_cast<std::uint16_t>(kSpec.primary_key);
        return detail::choose_index(kSpec, key, true);
    }

    template <auto... Columns>
    static consteval std::size_t unique_index_for() {
        constexpr std::size_t number = detail::choose_index(kSpec, detail::column_list<Row, Columns...>(), true);
        static_assert(number != detail::kNoIndex && kSpec.indexes[number].unique,
                      "these columns are not unique; filter and erase work with any index");
        return number;
    }

    void check(const char* action, std::int32_t error) const {
        if (error != host::kOk) [[unlikely]]
            detail::stop_on_host_error(action, table_.name(), error);
    }

    std::expected<Row, WriteError> outcome(const char* action, std::int32_t error, Row& row) const {
        switch (error) {
            case host::kUniqueAlreadyExists: return std::unexpected(WriteError::UniqueValueExists);
            case host::kNoSuchRow: return std::unexpected(WriteError::NoSuchRow);
            case host::kScheduleDelayTooLong: return std::unexpected(WriteError::DelayTooLong);
            case host::kAutoIncOverflow: return std::unexpected(WriteError::SequenceExhausted);
            default: check(action, error); return std::move(row);
        }
    }

    std::int32_t insert_row(Row& row) const {
        return detail::write_row<kSpec>(row, [&](char* bytes, std::uint32_t* length) {
            return host::datastore_insert_bsatn(table_.id(), bytes, length);
        });
    }

    template <std::size_t Number>
    std::int32_t update_row(Row& row) const {
        return detail::write_row<kSpec>(row, [&](char* bytes, std::uint32_t* length) {
            return host::datastore_update_bsatn(table_.id(), table_.template index_id<Number>(), bytes, length);
        });
    }

    template <std::size_t Number, class... Columns, class... Keys>
    std::optional<Row> find_by(const Keys&... keys) const {
        detail::PointKey<Columns...> key(keys...);
        std::uint32_t iterator = 0;
        check("looking into", host::datastore_index_scan_point_bsatn(table_.template index_id<Number>(), key.data(),
                                                                     key.size(), &iterator));
        return detail::read_one<Row>(iterator, table_.name());
    }

    // Runs the point or the range variant of an index operation, whichever the values call for.
    template <auto Point, auto Ranged, auto... Columns, class... Keys>
    void scan(const char* action, std::uint32_t* out, const Keys&... keys) const {
        constexpr bool kRanged = detail::last_is_range<Keys...>();
        static_assert((detail::is_range<Keys> + ... + 0) == (kRanged ? 1 : 0),
                      "only the last column can be given as a range");
        constexpr std::size_t number = detail::choose_index(kSpec, detail::column_list<Row, Columns...>(), !kRanged);
        static_assert(number != detail::kNoIndex,
                      "no index begins with these columns (a hash index takes all its columns, and no range)");
        const std::uint32_t index = table_.template index_id<number>();
        if constexpr (!kRanged && kSpec.indexes[number].columns.count == sizeof...(Columns)) {
            detail::PointKey<detail::MemberType<Columns>...> key(keys...);
            check(action, Point(index, key.data(), key.size(), out));
        } else {
            const auto run = [&](const detail::RangeKey& key) {
                return Ranged(index, key.prefix, key.prefix_size, key.prefix_columns, key.low, key.low_size, key.high,
                              key.high_size, out);
            };
            check(action, detail::with_range_key<detail::MemberType<Columns>...>(run, keys...));
        }
    }

    TableType& table_;
};

// The tables of the database the module runs in, as ctx.db.
struct Database {
    template <class Row, class... Options>
    TableHandle<Table<Row, Options...>> operator[](Table<Row, Options...>& table) const {
        return TableHandle<Table<Row, Options...>>(table);
    }
};

}  // namespace lightcone
