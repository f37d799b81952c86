// SPDX-License-Identifier: Apache-2.0
// Tables with random schemas and indexes against a list of rows.
#include "storage/table.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "storage/random_values.h"

namespace lightcone::storage {
namespace {

using namespace testing;

schema::TableSchemaPtr schema_of(std::vector<AlgebraicType> types,
                                 std::vector<std::pair<std::vector<uint16_t>, bool>> indexes) {
    auto table = std::make_shared<schema::TableSchema>();
    table->id = TableId(1);
    table->name = "t";
    for (AlgebraicType& type : types) {
        table->columns.push_back({"c" + std::to_string(table->columns.size()), "", std::move(type)});
    }
    for (auto& [columns, unique] : indexes) {
        schema::IndexSchema index;
        index.id = IndexId(static_cast<uint32_t>(table->indexes.size()) + 1);
        for (uint16_t column : columns) index.columns.push_back(ColumnId(column));
        index.unique = unique;
        table->indexes.push_back(index);
    }
    return table;
}

std::set<uint32_t> equal_rows(const Index& index, ByteView key) {
    std::set<uint32_t> found;
    index.for_each_equal(key, [&](RowId id) { EXPECT_TRUE(found.insert(id.value).second); });
    return found;
}

Bytes key_of(const Index& index, ByteView row) {
    Bytes key;
    index.key().append_key(row.data(), key);
    return key;
}

class Checker {
  public:
    explicit Checker(uint64_t seed) : random_(seed) {
        std::vector<AlgebraicType> types;
        for (uint64_t i = 0, count = 1 + random_.below(4); i < count; ++i) types.push_back(random_type(random_));
        std::vector<std::pair<std::vector<uint16_t>, bool>> indexes;
        for (uint64_t i = 0, count = random_.below(4); i < count; ++i) {
            std::vector<uint16_t> columns;
            for (uint16_t c = 0; c < types.size(); ++c) columns.push_back(c);
            for (size_t c = columns.size(); c > 1; --c) std::swap(columns[c - 1], columns[random_.below(c)]);
            columns.resize(1 + random_.below(columns.size()));
            indexes.emplace_back(columns, random_.below(3) == 0);
        }
        types_ = types;
        table_ = *Table::create(schema_of(types, indexes));
    }

    void run(int steps) {
        for (int step = 0; step < steps; ++step) {
            uint64_t choice = random_.below(10);
            if (choice < 5 || rows_.empty()) {
                add();
            } else if (choice < 7) {
                change();
            } else {
                remove();
            }
            if (random_.below(40) == 0) check();
        }
        check();
    }

  private:
    Bytes new_row() {
        Bytes row;
        for (const AlgebraicType& type : types_) append_random_value(type, random_, row);
        return row;
    }
    bool is_free(ByteView row, uint32_t ignore) const {
        for (const auto& [id, other] : rows_) {
            if (id == ignore) continue;
            if (bytes_equal(row, other)) return false;
            for (const auto& index : table_->indexes()) {
                if (index->is_unique() && index->key().compare_rows(row.data(), other.data()) == 0) return false;
            }
        }
        return true;
    }
    void add() {
        Bytes row = new_row();
        bool is_free_row = is_free(row, UINT32_MAX);
        bool equal = table_->find_equal(row) != kNoRow;
        EXPECT_EQ(!is_free_row, equal || table_->has_conflict(row.data(), kNoRow, nullptr));
        if (!is_free_row) return;
        RowId id = *table_->insert(row);
        rows_.emplace(id.value, row);
    }
    auto pick() { return std::next(rows_.begin(), static_cast<ptrdiff_t>(random_.below(rows_.size()))); }
    void change() {
        auto at = pick();
        Bytes row = new_row();
        bool is_free_row = is_free(row, at->first);
        if (!is_free_row) return;
        table_->replace(RowId(at->first), row);
        at->second = row;
    }
    void remove() {
        auto at = pick();
        table_->erase(RowId(at->first));
        rows_.erase(at);
    }

    void check() {
        ASSERT_EQ(table_->row_count(), rows_.size());
        for (const auto& [id, row] : rows_) {
            ASSERT_TRUE(bytes_equal(table_->row(RowId(id)), row));
            ASSERT_EQ(table_->find_equal(row), RowId(id));
        }
        for (const auto& index : table_->indexes()) {
            for (int i = 0; i < 5; ++i) check_points(*index);
            for (int i = 0; i < 5; ++i) check_range(*index);
        }
    }
    void check_points(const Index& index) {
        Bytes probe = rows_.empty() || random_.below(2) == 0 ? new_row() : pick()->second;
        Bytes key = key_of(index, probe);
        EXPECT_TRUE(index.key().is_valid_key(key));
        std::set<uint32_t> expected;
        for (const auto& [id, row] : rows_) {
            if (index.key().compare_rows(row.data(), probe.data()) == 0) expected.insert(id);
        }
        EXPECT_EQ(equal_rows(index, key), expected);
        key.push_back(0);
        EXPECT_FALSE(index.key().is_valid_key(key));
    }

    // Components of a row's key as encoded values (flattened when the only column is a product).
    std::vector<Bytes> parts_of(const Index& index, ByteView row, std::vector<AlgebraicType>& part_types) const {
        std::vector<Bytes> parts;
        part_types.clear();
        for (ColumnId column : index.key().columns()) {
            ByteView value = table_->column(row, column);
            const AlgebraicType& type = types_[column.value];
            if (index.key().columns().size() == 1 && type.kind == TypeKind::Product && !type.elements.empty()) {
                const uint8_t* at = value.data();
                for (const auto& element : type.elements) {
                    size_t size = sats::ValueOps::compile(element.type)->size_of(at);
                    parts.emplace_back(at, at + size);
                    part_types.push_back(element.type);
                    at += size;
                }
            } else {
                parts.emplace_back(value.begin(), value.end());
                part_types.push_back(type);
            }
        }
        return parts;
    }
    Bytes random_bound(const Bytes& value) {
        auto tag = static_cast<uint8_t>(random_.below(3));
        Bytes bound{tag};
        if (tag != 2) bound.insert(bound.end(), value.begin(), value.end());
        return bound;
    }
    static bool within(int order, uint8_t tag, bool is_start) {
        if (tag == 2) return true;
        if (order == 0) return tag == 0;
        return is_start ? order > 0 : order < 0;
    }
    void check_range(Index& index) {
        std::vector<AlgebraicType> types;
        Bytes low_row = rows_.empty() || random_.below(2) == 0 ? new_row() : pick()->second;
        std::vector<Bytes> low = parts_of(index, low_row, types);
        std::vector<Bytes> high = parts_of(index, new_row(), types);
        auto prefix_parts = static_cast<uint32_t>(random_.below(low.size()));
        Bytes prefix;
        for (uint32_t i = 0; i < prefix_parts; ++i) prefix.insert(prefix.end(), low[i].begin(), low[i].end());
        Bytes start = random_bound(low[prefix_parts]);
        Bytes end = random_bound(high[prefix_parts]);
        auto range = index.key().parse_range(prefix, prefix_parts, start, end);
        ASSERT_TRUE(range);
        std::set<uint32_t> expected;
        for (const auto& [id, row] : rows_) {
            std::vector<AlgebraicType> ignored;
            std::vector<Bytes> parts = parts_of(index, row, ignored);
            bool in_range = true;
            auto compare = [&](size_t i, const Bytes& other) {
                return sats::ValueOps::compile(types[i])->compare(parts[i].data(), other.data());
            };
            for (uint32_t i = 0; i < prefix_parts; ++i) in_range = in_range && compare(i, low[i]) == 0;
            in_range = in_range && within(compare(prefix_parts, low[prefix_parts]), start[0], true);
            in_range = in_range && within(compare(prefix_parts, high[prefix_parts]), end[0], false);
            if (in_range) expected.insert(id);
        }
        std::set<uint32_t> found;
        RowId previous = kNoRow;
        index.for_each_in_range(*range, [&](RowId id) {
            EXPECT_TRUE(found.insert(id.value).second);
            if (previous != kNoRow) {
                EXPECT_LE(index.key().compare_rows(table_->row(previous).data(), table_->row(id).data()), 0);
            }
            previous = id;
        });
        EXPECT_EQ(found, expected);
    }

    SeededRandom random_;
    std::vector<AlgebraicType> types_;
    std::unique_ptr<Table> table_;
    std::map<uint32_t, Bytes> rows_;
};

TEST(Table, follows_a_model) {
    for (uint64_t seed = 1; seed <= 120; ++seed) {
        SCOPED_TRACE(seed);
        Checker(seed).run(250);
        if (HasFailure()) return;
    }
}

Bytes pair_row(uint32_t a, uint32_t b) {
    Bytes row;
    ByteWriter out(row);
    out.u32(a);
    out.u32(b);
    return row;
}

std::unique_ptr<Table> pairs(bool first_unique) {
    return *Table::create(
        schema_of({AlgebraicType(TypeKind::U32), AlgebraicType(TypeKind::U32)}, {{{0}, first_unique}}));
}

TEST(Table, dense_keys_are_direct_and_sparse_ones_are_hashed) {
    auto dense = pairs(true);
    for (uint32_t i = 0; i < 100'000; ++i) dense->insert(pair_row(i, i));
    EXPECT_LT(dense->indexes()[0]->allocated_bytes(), 420'000u);
    auto sparse = pairs(true);
    for (uint32_t i = 0; i < 100'000; ++i) sparse->insert(pair_row(i * 40'000, i));
    EXPECT_LT(sparse->indexes()[0]->allocated_bytes(), 1'200'000u);
    for (uint32_t i = 0; i < 100'000; ++i) {
        Bytes row = pair_row(i * 40'000, i);
        ASSERT_EQ(sparse->find_equal(row), RowId(i));
        if (i % 3 == 0) sparse->erase(RowId(i));
    }
    for (uint32_t i = 0; i < 100'000; ++i) {
        ASSERT_EQ(sparse->find_equal(pair_row(i * 40'000, i)) == kNoRow, i % 3 == 0);
    }
}

TEST(Table, one_far_key_moves_a_direct_index_to_a_hash) {
    auto table = pairs(true);
    for (uint32_t i = 0; i < 50'000; ++i) table->insert(pair_row(i, i));
    table->insert(pair_row(UINT32_MAX, 1));
    for (uint32_t i = 0; i < 50'000; ++i) ASSERT_NE(table->find_equal(pair_row(i, i)), kNoRow);
    EXPECT_NE(table->find_equal(pair_row(UINT32_MAX, 1)), kNoRow);
}

TEST(Table, index_memory_comes_back) {
    for (bool unique : {true, false}) {
        for (uint32_t stride : {1u, 40'000u}) {
            auto table = pairs(unique);
            for (uint32_t i = 0; i < 100'000; ++i) table->insert(pair_row(i * stride, i));
            for (uint32_t i = 0; i < 100'000; ++i) table->erase(RowId(i));
            EXPECT_LT(table->memory_use().indexes, 40'000u) << unique << " " << stride;
        }
    }
}

// Quadratic behaviour would take minutes here.
TEST(Table, many_rows_with_one_key_are_deleted_cheaply) {
    auto table = *Table::create(
        schema_of({AlgebraicType(TypeKind::U32), AlgebraicType(TypeKind::U32)}, {{{0}, true}, {{1}, false}}));
    constexpr uint32_t kRows = 200'000;
    for (uint32_t i = 0; i < kRows; ++i) table->insert(pair_row(i, 7));
    for (uint32_t i = 0; i < kRows; i += 2) table->erase(RowId(i));
    uint32_t left = 0;
    table->indexes()[1]->for_each_equal(Bytes{7, 0, 0, 0}, [&](RowId) { ++left; });
    EXPECT_EQ(left, kRows / 2);
    for (uint32_t i = kRows - 1; i < kRows; i -= 2) table->erase(RowId(i));
    EXPECT_EQ(table->row_count(), 0u);
}

// Enough keys that sorted blocks split and vanish.
TEST(Table, order_is_kept_over_many_keys) {
    for (TypeKind kind : {TypeKind::I64, TypeKind::String, TypeKind::U256}) {
        SeededRandom random(static_cast<uint64_t>(kind));
        auto table = *Table::create(schema_of({AlgebraicType(kind)}, {{{0}, true}}));
        auto new_row = [&] {
            Bytes row;
            if (kind == TypeKind::String) {
                ByteWriter(row).length_prefixed("common prefix " + std::to_string(random.below(100'000)));
            } else {
                row.resize(*sats::scalar_bytes(kind));
                for (size_t i = 0; i < row.size(); i += 7) row[i] = static_cast<uint8_t>(random.next_u64());
            }
            return row;
        };
        Index& index = *table->indexes()[0];
        auto expect_sorted = [&] {
            RowId previous = kNoRow;
            uint32_t count = 0;
            index.for_each_in_range({}, [&](RowId id) {
                ++count;
                if (previous != kNoRow) {
                    ASSERT_LT(index.key().compare_rows(table->row(previous).data(), table->row(id).data()), 0);
                }
                previous = id;
            });
            EXPECT_EQ(count, table->row_count());
        };
        auto add = [&](int count) {
            for (int i = 0; i < count; ++i) {
                Bytes row = new_row();
                if (table->find_equal(row) == kNoRow) table->insert(row);
            }
        };
        add(1000);
        expect_sorted();
        add(8000);
        expect_sorted();
        for (uint32_t i = 0; i < 9000; ++i) {
            if (table->contains(RowId(i)) && random.below(10) != 0) table->erase(RowId(i));
        }
        expect_sorted();
        add(3000);
        expect_sorted();
    }
}

TEST(Table, visitors_stop) {
    auto table = pairs(false);
    for (uint32_t i = 0; i < 10; ++i) table->insert(pair_row(i / 5, i));
    int seen = 0;
    table->for_each_row([&](RowId, ByteView) { return ++seen < 3; });
    EXPECT_EQ(seen, 3);
    seen = 0;
    table->indexes()[0]->for_each_equal(Bytes{1, 0, 0, 0}, [&](RowId) { return ++seen < 2; });
    EXPECT_EQ(seen, 2);
    seen = 0;
    table->indexes()[0]->for_each_in_range({}, [&](RowId) { return ++seen < 7; });
    EXPECT_EQ(seen, 7);
}

TEST(Table, range_arguments_that_do_not_decode) {
    auto table = *Table::create(
        schema_of({AlgebraicType(TypeKind::U32), AlgebraicType(TypeKind::String)}, {{{0, 1}, false}, {{0}, false}}));
    const KeySpec& key = table->indexes()[0]->key();
    Bytes open{2};
    Bytes number{0, 1, 0, 0, 0};
    EXPECT_TRUE(key.parse_range({}, 0, open, open));
    EXPECT_TRUE(key.parse_range({}, 0, number, open));
    EXPECT_FALSE(key.parse_range({}, 0, {}, open));
    EXPECT_FALSE(key.parse_range({}, 0, Bytes{3}, open));
    EXPECT_FALSE(key.parse_range({}, 0, Bytes{2, 0}, open));
    EXPECT_FALSE(key.parse_range({}, 0, Bytes{0, 1, 0, 0}, open));
    EXPECT_FALSE(key.parse_range({}, 0, Bytes{0, 1, 0, 0, 0, 0}, open));
    EXPECT_TRUE(key.parse_range(Bytes(4), 1, open, Bytes{1, 1, 0, 0, 0, 'a'}));
    EXPECT_FALSE(key.parse_range(Bytes(3), 1, open, open));
    EXPECT_FALSE(key.parse_range(Bytes(5), 1, open, open));
    EXPECT_FALSE(key.parse_range(Bytes(8), 2, open, open));
    EXPECT_FALSE(table->indexes()[1]->key().parse_range(Bytes(4), 1, open, open));
}

TEST(Table, finds_indexes_by_columns) {
    auto table = *Table::create(
        schema_of(std::vector<AlgebraicType>(3, AlgebraicType(TypeKind::U32)), {{{2, 0}, false}, {{1}, true}}));
    EXPECT_EQ(table->find_index(std::vector{ColumnId(2), ColumnId(0)}), table->indexes()[0].get());
    EXPECT_EQ(table->find_index(std::vector{ColumnId(0), ColumnId(2)}), nullptr);
    EXPECT_EQ(table->find_index_with_prefix(std::vector{ColumnId(2)}), table->indexes()[0].get());
    EXPECT_EQ(table->find_index_with_prefix(std::vector{ColumnId(0)}), nullptr);
    EXPECT_EQ(table->identity_index(), table->indexes()[1].get());
    EXPECT_EQ(table->index(IndexId(2)), table->indexes()[1].get());
    EXPECT_EQ(table->index(IndexId(3)), nullptr);
}

TEST(Table, bad_schemas_are_refused) {
    EXPECT_FALSE(Table::create(schema_of({AlgebraicType(TypeKind::Ref)}, {})));
    EXPECT_FALSE(Table::create(schema_of({AlgebraicType(TypeKind::U8)}, {{{1}, false}})));
    EXPECT_FALSE(Table::create(schema_of({AlgebraicType(TypeKind::U8)}, {{{}, false}})));
}

}  // namespace
}  // namespace lightcone::storage
