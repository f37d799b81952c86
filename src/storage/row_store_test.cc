// SPDX-License-Identifier: Apache-2.0
#include "storage/row_store.h"

#include <gtest/gtest.h>

#include <map>
#include <thread>

#include "storage/random_values.h"

namespace lightcone::storage {
namespace {

using namespace testing;
using Model = std::map<uint32_t, Bytes>;

RowLayout layout_of(std::vector<AlgebraicType> types) {
    std::vector<schema::ColumnSchema> columns;
    for (AlgebraicType& type : types) columns.push_back({"c", "", std::move(type)});
    return *RowLayout::compile(columns);
}
RowLayout fixed_layout() {
    return layout_of({AlgebraicType(TypeKind::U32), AlgebraicType(TypeKind::U64)});
}
RowLayout text_layout() {
    return layout_of({AlgebraicType(TypeKind::String)});
}

Bytes text_row(size_t length, char fill = 'x') {
    Bytes row;
    ByteWriter(row).length_prefixed(std::string(length, fill));
    return row;
}

template <typename Rows>
void expect_rows(const Rows& rows, const Model& model) {
    ASSERT_EQ(rows.row_count(), model.size());
    auto expected = model.begin();
    rows.for_each_row([&](RowId id, ByteView row) {
        ASSERT_NE(expected, model.end());
        EXPECT_EQ(id.value, expected->first);
        EXPECT_TRUE(bytes_equal(row, expected->second));
        ++expected;
    });
    EXPECT_EQ(expected, model.end());
}

// Random inserts, erasures at and replacements of rows, with views taken and dropped on the way: rows and views follow
// the model.
void run_random(const std::vector<AlgebraicType>& types, uint64_t seed) {
    RowLayout layout = layout_of(types);
    SeededRandom random(seed);
    RowStore store(layout);
    Model model;
    std::vector<std::pair<RowView, Model>> views;
    auto new_row = [&] {
        Bytes row;
        for (const AlgebraicType& type : types) append_random_value(type, random, row);
        return row;
    };
    for (int step = 0; step < 6000; ++step) {
        uint64_t growth = (step / 1500) % 2 == 0 ? 7 : 3;
        uint64_t choice = random.below(10);
        if (choice < growth || model.empty()) {
            Bytes row = new_row();
            RowId id = *store.insert(row);
            ASSERT_TRUE(model.emplace(id.value, row).second);
        } else {
            auto at = std::next(model.begin(), static_cast<ptrdiff_t>(random.below(model.size())));
            if (choice == 9) {
                at->second = new_row();
                store.replace(RowId(at->first), at->second);
            } else {
                Bytes row = at->second;
                uint32_t id = at->first;
                store.erase(RowId(id));
                EXPECT_FALSE(store.contains(RowId(id)));
                model.erase(at);
                if (random.below(5) == 0) {
                    store.insert_at(RowId(id), row);
                    model.emplace(id, row);
                }
            }
        }
        if (random.below(300) == 0) views.emplace_back(store.view(), model);
        if (random.below(600) == 0 && !views.empty()) {
            size_t victim = random.below(views.size());
            std::swap(views[victim], views.back());
            views.pop_back();
        }
    }
    expect_rows(store, model);
    for (const auto& [view, expected] : views) expect_rows(view, expected);
    uint64_t payload = 0;
    for (const auto& [id, row] : model) payload += row.size();
    EXPECT_EQ(store.payload_bytes(), payload);
    views.clear();
    EXPECT_EQ(store.ledger().retired_count(), 0u);
}

TEST(RowStore, follows_a_model_with_fixed_rows) {
    run_random({AlgebraicType(TypeKind::U32), AlgebraicType(TypeKind::I64)}, 1);
    run_random({AlgebraicType(TypeKind::Bool)}, 2);
    run_random(std::vector<AlgebraicType>(100, AlgebraicType(TypeKind::U256)), 3);
}

TEST(RowStore, follows_a_model_with_variable_rows) {
    run_random({AlgebraicType(TypeKind::U32), AlgebraicType(TypeKind::String)}, 4);
    run_random({AlgebraicType(TypeKind::String), AlgebraicType::option_of(AlgebraicType(TypeKind::String))}, 5);
}

TEST(RowStore, view_outlives_the_table_and_is_read_on_another_thread) {
    RowLayout layout = text_layout();
    auto store = std::make_unique<RowStore>(layout);
    Model model;
    for (int i = 0; i < 2000; ++i) {
        Bytes row = text_row(static_cast<size_t>(i) * 5);
        model.emplace(store->insert(row)->value, row);
    }
    RowView view = store->view();
    std::thread reader([&] {
        for (int i = 0; i < 20; ++i) expect_rows(view, model);
    });
    for (uint32_t i = 0; i < 2000; ++i) {
        if (i % 3 == 0) {
            store->erase(RowId(i));
        } else {
            store->replace(RowId(i), text_row(i % 50, 'z'));
        }
    }
    reader.join();
    store.reset();
    expect_rows(view, model);
}

TEST(RowStore, a_page_is_copied_once_and_only_while_a_view_lives) {
    RowLayout layout = fixed_layout();
    RowStore store(layout);
    for (int i = 0; i < 3000; ++i) store.insert(Bytes(12));
    RowView view = store.view();
    const uint8_t* shared = store.data(RowId(5));
    store.replace(RowId(5), Bytes(12, 1));
    const uint8_t* own = store.data(RowId(5));
    EXPECT_NE(own, shared);
    store.replace(RowId(6), Bytes(12, 2));
    EXPECT_EQ(store.data(RowId(5)), own);
    EXPECT_EQ(view.row(RowId(5))[0], 0);
    EXPECT_EQ(store.ledger().retired_count(), 1u);
    const uint8_t* second_page = store.data(RowId(2000));
    {
        RowView dropped = std::move(view);
    }
    EXPECT_EQ(store.ledger().retired_count(), 0u);
    store.replace(RowId(2000), Bytes(12, 3));
    EXPECT_EQ(store.data(RowId(2000)), second_page);
}

TEST(RowStore, freed_bytes_are_zeroed) {
    RowLayout fixed = fixed_layout();
    RowStore numbers(fixed);
    RowId kept = *numbers.insert(Bytes(12, 0xAA));
    RowId gone = *numbers.insert(Bytes(12, 0xBB));
    const uint8_t* place = numbers.data(gone);
    numbers.erase(gone);
    EXPECT_EQ(Bytes(place, place + 12), Bytes(12));
    EXPECT_EQ(numbers.row(kept)[0], 0xAA);

    RowLayout variable = text_layout();
    RowStore texts(variable);
    texts.insert(text_row(40));
    RowId shrunk = *texts.insert(text_row(40));
    place = texts.data(shrunk);
    texts.replace(shrunk, text_row(33));
    EXPECT_EQ(texts.data(shrunk), place);
    EXPECT_EQ(Bytes(place + 37, place + 44), Bytes(7));
    texts.erase(shrunk);
    EXPECT_EQ(Bytes(place, place + 48), Bytes(48));
}

TEST(RowStore, memory_comes_back_when_rows_go) {
    RowLayout variable = text_layout();
    RowLayout fixed = fixed_layout();
    for (const RowLayout* layout : {&variable, &fixed}) {
        RowStore store(*layout);
        for (int i = 0; i < 100'000; ++i) store.insert(layout->is_fixed() ? Bytes(12) : text_row(20));
        uint64_t full = store.allocated_bytes();
        EXPECT_LT(full, layout->is_fixed() ? 1'300'000u : 4'500'000u);
        for (uint32_t i = 0; i < 100'000; ++i) store.erase(RowId(i));
        EXPECT_LT(store.allocated_bytes(), 100'000u) << full;
    }
}

TEST(RowStore, a_small_table_is_small) {
    RowLayout layout = text_layout();
    RowStore store(layout);
    store.insert(text_row(20));
    EXPECT_LT(store.allocated_bytes(), 1500u);
}

TEST(RowStore, row_numbers_run_out) {
    RowLayout layout = fixed_layout();
    RowStore store(layout, 3);
    store.insert(Bytes(12));
    store.insert(Bytes(12));
    RowId last = *store.insert(Bytes(12));
    EXPECT_FALSE(store.insert(Bytes(12)));
    store.erase(last);
    EXPECT_EQ(store.insert(Bytes(12)), last);
    EXPECT_FALSE(store.insert(Bytes(12)));
}

TEST(RowHeap, classes_hold_their_sizes) {
    for (uint32_t bytes = 0; bytes <= kHeapSmallBytesMax; ++bytes) {
        uint32_t size_class = heap_class_of(bytes);
        ASSERT_LT(size_class, kHeapClassCount);
        ASSERT_GE(heap_class_bytes(size_class), bytes);
        ASSERT_EQ(heap_class_bytes(size_class) % 16, 0u);
        if (size_class > 0) {
            ASSERT_LT(heap_class_bytes(size_class - 1), std::max(bytes, 1u));
        }
    }
}

TEST(RowHeap, big_values_begin_above_the_limit) {
    RowHeap heap(std::make_shared<ViewLedger>());
    for (size_t size : {kHeapSmallBytesMax - 1, kHeapSmallBytesMax, kHeapSmallBytesMax + 1, 1u << 20}) {
        Bytes bytes(size, 7);
        HeapHandle handle = heap.add(bytes);
        EXPECT_EQ(is_big(handle), size > kHeapSmallBytesMax);
        EXPECT_TRUE(bytes_equal(heap.read(handle), bytes));
        handle = heap.replace(handle, text_row(size % 4000));
        EXPECT_EQ(heap.read(handle).size(), size % 4000 + 4);
        heap.free(handle);
    }
}

}  // namespace
}  // namespace lightcone::storage
