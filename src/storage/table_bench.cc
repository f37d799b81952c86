// SPDX-License-Identifier: Apache-2.0
// Indexes over a million rows (W5: point, prefix, range; building the sorted companion) and bytes per row (W11).
#include <benchmark/benchmark.h>

#include "base/random.h"
#include "storage/table.h"

namespace lightcone::storage {
namespace {

using sats::AlgebraicType;
using sats::TypeKind;

constexpr uint32_t kRows = 1'200'000;

std::unique_ptr<Table> make_table(std::vector<TypeKind> kinds, std::vector<uint16_t> columns, bool unique) {
    auto schema = std::make_shared<schema::TableSchema>();
    schema->name = "t";
    for (TypeKind kind : kinds) schema->columns.push_back({"c", "c", AlgebraicType(kind)});
    schema::IndexSchema index;
    for (uint16_t column : columns) index.columns.push_back(ColumnId(column));
    index.unique = unique;
    schema->indexes.push_back(index);
    return *Table::create(std::move(schema));
}

// chunk u32, id u64; a thousand rows a chunk, inserted in random order.
std::unique_ptr<Table> chunks() {
    auto table = make_table({TypeKind::U32, TypeKind::U64}, {0, 1}, false);
    SeededRandom random(9);
    Bytes row(12);
    for (uint32_t i = 0; i < kRows; ++i) {
        store_le(row.data(), static_cast<uint32_t>(random.below(kRows / 1000)));
        store_le(row.data() + 4, random.next_u64());
        table->insert(row);
    }
    return table;
}

void ordered_build(benchmark::State& state) {
    for (auto _ : state) {
        state.PauseTiming();
        auto table = chunks();
        state.ResumeTiming();
        table->indexes()[0]->for_each_in_range({}, [](RowId) { return false; });
        state.PauseTiming();
        table.reset();
        state.ResumeTiming();
    }
    state.SetItemsProcessed(state.iterations() * kRows);
}
BENCHMARK(ordered_build)->Unit(benchmark::kMillisecond)->Iterations(2);

void prefix_scan(benchmark::State& state) {
    auto table = chunks();
    Index& index = *table->indexes()[0];
    SeededRandom random(2);
    uint64_t seen = 0;
    for (auto _ : state) {
        uint8_t chunk[4];
        store_le(chunk, static_cast<uint32_t>(random.below(kRows / 1000)));
        KeyRange range{.prefix = chunk, .prefix_parts = 1, .start = {}, .end = {}};
        index.for_each_in_range(range, [&](RowId id) {
            benchmark::DoNotOptimize(table->row(id));
            ++seen;
        });
    }
    state.SetItemsProcessed(static_cast<int64_t>(seen));
}
BENCHMARK(prefix_scan);

void ordered_insert_and_erase(benchmark::State& state) {
    auto table = chunks();
    table->indexes()[0]->for_each_in_range({}, [](RowId) { return false; });
    SeededRandom random(4);
    Bytes row(12);
    for (auto _ : state) {
        store_le(row.data(), static_cast<uint32_t>(random.below(kRows / 1000)));
        store_le(row.data() + 4, random.next_u64());
        RowId id = *table->insert(row);
        table->erase(id);
    }
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(ordered_insert_and_erase);

// Non-unique point look-ups with ten rows a key: of a small key and of a text.
void point_scan(benchmark::State& state) {
    bool text = state.range(0) != 0;
    auto table = make_table({text ? TypeKind::String : TypeKind::U64, TypeKind::U64}, {0}, false);
    auto key_of = [&](uint64_t number) {
        Bytes key;
        if (text) {
            ByteWriter(key).length_prefixed("key number " + std::to_string(number));
        } else {
            ByteWriter(key).u64(number * 977'777);
        }
        return key;
    };
    for (uint64_t i = 0; i < kRows; ++i) {
        Bytes row = key_of(i % (kRows / 10));
        ByteWriter(row).u64(i);
        table->insert(row);
    }
    std::vector<Bytes> keys;
    SeededRandom random(7);
    for (int i = 0; i < 8192; ++i) keys.push_back(key_of(random.below(kRows / 10)));
    size_t at = 0;
    uint64_t seen = 0;
    for (auto _ : state) {
        table->indexes()[0]->for_each_equal(keys[at++ % keys.size()], [&](RowId id) {
            benchmark::DoNotOptimize(table->row(id).data()[0]);
            ++seen;
        });
    }
    state.SetItemsProcessed(static_cast<int64_t>(seen));
}
BENCHMARK(point_scan)->Arg(0)->Arg(1);

void unique_hash_find(benchmark::State& state) {
    auto table = make_table({TypeKind::U64, TypeKind::U64}, {0}, true);
    auto key_of = [](uint64_t number) { return number * 0x9e3779b97f4a7c15; };
    Bytes row(16);
    for (uint64_t i = 0; i < kRows; ++i) {
        store_le(row.data(), key_of(i));
        table->insert(row);
    }
    SeededRandom random(7);
    std::vector<uint64_t> keys;
    for (int i = 0; i < 65'536; ++i) keys.push_back(key_of(random.below(kRows)));
    size_t at = 0;
    for (auto _ : state) {
        const uint64_t& key = keys[at++ % keys.size()];
        benchmark::DoNotOptimize(table->indexes()[0]->find({reinterpret_cast<const uint8_t*>(&key), 8}));
    }
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(unique_hash_find);

// Taking a view, and the first write to each page under it.
void view_and_touch(benchmark::State& state) {
    auto table = make_table({TypeKind::U32, TypeKind::U64}, {0}, true);
    Bytes row(12);
    for (uint32_t i = 0; i < kRows; ++i) {
        store_le(row.data(), i);
        table->insert(row);
    }
    uint64_t value = 0;
    uint64_t pages = 0;
    for (auto _ : state) {
        RowView view = table->view();
        for (uint32_t i = 0; i < kRows; i += 1024) {
            store_le(row.data(), i);
            store_le(row.data() + 4, ++value);
            table->replace(RowId(i), row);
            ++pages;
        }
    }
    state.SetItemsProcessed(static_cast<int64_t>(pages));
}
BENCHMARK(view_and_touch)->Unit(benchmark::kMicrosecond);

void bytes_per_row(benchmark::State& state) {
    bool text = state.range(0) != 0;
    for (auto _ : state) {
        auto table =
            make_table({text ? TypeKind::U32 : TypeKind::U64, text ? TypeKind::String : TypeKind::I32}, {0}, true);
        for (uint32_t i = 1; i <= 1'000'000; ++i) {
            Bytes row;
            if (text) {
                ByteWriter(row).u32(i);
                ByteWriter(row).length_prefixed("a text of 20 bytes..");
            } else {
                ByteWriter(row).u64(i);
                ByteWriter(row).u32(i);
            }
            table->insert(row);
        }
        MemoryUse full = table->memory_use();
        state.counters["bytes_per_row"] = static_cast<double>(full.pages + full.indexes) / 1e6;
        for (uint32_t i = 0; i < 1'000'000; ++i) table->erase(RowId(i));
        MemoryUse empty = table->memory_use();
        state.counters["bytes_after_delete"] = static_cast<double>(empty.pages + empty.indexes);
    }
}
BENCHMARK(bytes_per_row)->Arg(0)->Arg(1)->Iterations(1)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace lightcone::storage
