// SPDX-License-Identifier: Apache-2.0
#include "storage/key_spec.h"

#include <algorithm>

#include "base/hash.h"

namespace lightcone::storage {

namespace {

// Mixes the hash of one more column into a key's hash.
uint64_t combine(uint64_t so_far, uint64_t next) {
    return hash_u64(so_far * 0x9e3779b97f4a7c15 + next);
}

}  // namespace

Result<KeySpec> KeySpec::compile(const RowLayout& layout, std::span<const schema::ColumnSchema> columns,
                                 std::span<const ColumnId> key_columns) {
    KeySpec spec;
    spec.layout_ = &layout;
    spec.column_ids_.assign(key_columns.begin(), key_columns.end());
    std::vector<sats::AlgebraicType> part_types;
    const sats::AlgebraicType& first = columns[key_columns[0].value].type;
    spec.is_flattened_ = key_columns.size() == 1 && first.kind == sats::TypeKind::Product && !first.elements.empty();
    if (spec.is_flattened_) {
        for (const sats::TypeElement& element : first.elements) part_types.push_back(element.type);
    } else {
        for (ColumnId column : key_columns) part_types.push_back(columns[column.value].type);
    }

    bool is_fixed = true;
    bool order_complete = true;
    uint64_t fixed_bytes = 0;
    uint64_t order_bits = 0;
    spec.any_bytes_valid_ = true;
    spec.is_bytewise_ = true;
    for (const sats::AlgebraicType& type : part_types) {
        Part part{TRY(sats::ValueOps::compile(type)), PrefixProgram::compile(type)};
        is_fixed &= part.ops.fixed_bytes().has_value();
        fixed_bytes += part.ops.fixed_bytes().value_or(0);
        spec.any_bytes_valid_ &= part.ops.any_bytes_valid();
        spec.is_bytewise_ &= part.ops.equality_is_bytewise();
        order_complete &= part.prefix.is_complete;
        order_bits += part.prefix.bits;
        spec.parts_.push_back(std::move(part));
    }
    spec.any_bytes_valid_ &= is_fixed;
    spec.order_is_exact_ = order_complete && order_bits <= 64;
    spec.is_small_ = is_fixed && fixed_bytes <= 8 && spec.is_bytewise_;
    if (!is_fixed) return spec;

    spec.fixed_bytes_ = static_cast<uint32_t>(fixed_bytes);
    std::optional<uint32_t> start = layout.constant_offset(key_columns[0]);
    uint32_t expected = start.value_or(0);
    bool is_contiguous = start.has_value();
    for (ColumnId column : key_columns) {
        is_contiguous &= layout.constant_offset(column) == expected;
        expected += layout.ops(column).fixed_bytes().value_or(0);
    }
    if (is_contiguous) spec.contiguous_offset_ = start;
    return spec;
}

uint64_t KeySpec::gather_small_key(const uint8_t* row) const {
    uint64_t key = 0;
    uint32_t shift = 0;
    for (size_t i = 0; i < column_ids_.size(); ++i) {
        ByteView value = column(row, i);
        if (value.empty()) continue;
        key |= load_small(value.data(), static_cast<uint32_t>(value.size())) << shift;
        shift += static_cast<uint32_t>(value.size()) * 8;
    }
    return key;
}

bool KeySpec::is_valid_key_slow(ByteView key) const {
    size_t at = 0;
    for (const Part& part : parts_) {
        Result<size_t> size = part.ops.validate(key.subspan(at));
        if (!size) return false;
        at += *size;
    }
    return at == key.size();
}

std::optional<KeyRange> KeySpec::parse_range(ByteView prefix, uint32_t prefix_parts, ByteView start,
                                             ByteView end) const {
    if (prefix_parts >= parts_.size()) return std::nullopt;
    KeyRange range{
        .prefix = prefix_parts == 0 ? ByteView() : prefix, .prefix_parts = prefix_parts, .start = {}, .end = {}};
    size_t at = 0;
    for (uint32_t i = 0; i < prefix_parts; ++i) {
        Result<size_t> size = parts_[i].ops.validate(prefix.subspan(at));
        if (!size) return std::nullopt;
        at += *size;
    }
    if (at != range.prefix.size()) return std::nullopt;
    auto parse_bound = [&](ByteView bytes, KeyBound& bound) {
        if (bytes.empty() || bytes[0] > 2) return false;
        bound.kind = static_cast<BoundKind>(bytes[0]);
        bound.value = bytes.subspan(1);
        if (bound.kind == BoundKind::Unbounded) return bound.value.empty();
        Result<size_t> size = parts_[prefix_parts].ops.validate(bound.value);
        return size && *size == bound.value.size();
    };
    if (!parse_bound(start, range.start) || !parse_bound(end, range.end)) return std::nullopt;
    return range;
}

uint64_t KeySpec::hash_column(const sats::ValueOps& ops, ByteView value) const {
    if (ops.equality_is_bytewise()) return hash_bytes(value);
    // Floats: hash what equal values share.
    static thread_local Bytes canonical;
    canonical.clear();
    ops.append_canonical(value.data(), canonical);
    return hash_bytes(canonical);
}

uint64_t KeySpec::hash_key(ByteView key) const {
    uint64_t hash = 0;
    size_t at = 0;
    for (ColumnId id : column_ids_) {
        const sats::ValueOps& ops = layout_->ops(id);
        size_t size = ops.size_of(key.data() + at);
        hash = combine(hash, hash_column(ops, key.subspan(at, size)));
        at += size;
    }
    return hash;
}

uint64_t KeySpec::hash_row(const uint8_t* row) const {
    uint64_t hash = 0;
    for (size_t i = 0; i < column_ids_.size(); ++i) {
        hash = combine(hash, hash_column(layout_->ops(column_ids_[i]), column(row, i)));
    }
    return hash;
}

bool KeySpec::key_equals_row(ByteView key, const uint8_t* row) const {
    size_t at = 0;
    for (size_t i = 0; i < column_ids_.size(); ++i) {
        const sats::ValueOps& ops = layout_->ops(column_ids_[i]);
        ByteView value = column(row, i);
        if (ops.equality_is_bytewise()) {
            if (key.size() - at < value.size() || !bytes_equal(key.subspan(at, value.size()), value)) return false;
            at += value.size();
        } else {
            if (ops.compare(key.data() + at, value.data()) != 0) return false;
            at += ops.size_of(key.data() + at);
        }
    }
    return at == key.size();
}

bool KeySpec::rows_equal(const uint8_t* a, const uint8_t* b) const {
    for (size_t i = 0; i < column_ids_.size(); ++i) {
        const sats::ValueOps& ops = layout_->ops(column_ids_[i]);
        if (ops.equality_is_bytewise()) {
            if (!bytes_equal(column(a, i), column(b, i))) return false;
        } else if (ops.compare(column(a, i).data(), column(b, i).data()) != 0) {
            return false;
        }
    }
    return true;
}

bool KeySpec::same_key_bytes(const uint8_t* a, const uint8_t* b) const {
    if (contiguous_offset_) [[likely]] {
        if (is_small_) return small_key(a) == small_key(b);
        return std::memcmp(a + *contiguous_offset_, b + *contiguous_offset_, fixed_bytes_) == 0;
    }
    for (size_t i = 0; i < column_ids_.size(); ++i) {
        if (!bytes_equal(column(a, i), column(b, i))) return false;
    }
    return true;
}

void KeySpec::append_key(const uint8_t* row, Bytes& out) const {
    for (size_t i = 0; i < column_ids_.size(); ++i) {
        ByteView value = column(row, i);
        out.insert(out.end(), value.begin(), value.end());
    }
}

template <typename Visit>
void KeySpec::visit_parts(const uint8_t* row, Visit&& visit) const {
    if (is_flattened_) {
        const uint8_t* at = layout_->column_data(row, column_ids_[0]);
        for (size_t i = 0; i < parts_.size(); ++i) {
            if (!visit(i, at)) return;
            at += parts_[i].ops.size_of(at);
        }
        return;
    }
    for (size_t i = 0; i < parts_.size(); ++i) {
        if (!visit(i, layout_->column_data(row, column_ids_[i]))) return;
    }
}

int KeySpec::compare_rows(const uint8_t* a, const uint8_t* b) const {
    for (ColumnId id : column_ids_) {
        int order = layout_->ops(id).compare(layout_->column_data(a, id), layout_->column_data(b, id));
        if (order != 0) return order;
    }
    return 0;
}

uint64_t KeySpec::order_prefix(const uint8_t* row) const {
    PrefixBits bits;
    visit_parts(row, [&](size_t i, const uint8_t* at) {
        parts_[i].prefix.run(at, bits);
        return parts_[i].prefix.is_complete && !bits.is_full();
    });
    return bits.lowest();
}

RangeEdge KeySpec::make_edge(const KeyRange& range, const KeyBound& bound) const {
    RangeEdge edge;
    edge.prefix = range.prefix;
    edge.prefix_parts = range.prefix_parts;
    edge.has_value = bound.kind != BoundKind::Unbounded;
    edge.value = bound.value;
    PrefixBits bits;
    bool complete = true;
    const uint8_t* at = range.prefix.data();
    for (uint32_t i = 0; i < range.prefix_parts && complete; ++i) {
        parts_[i].prefix.run(at, bits);
        at += parts_[i].ops.size_of(at);
        complete = parts_[i].prefix.is_complete && !bits.is_full();
    }
    if (edge.has_value && complete) parts_[range.prefix_parts].prefix.run(bound.value.data(), bits);
    edge.lowest = bits.lowest();
    edge.highest = bits.highest();
    edge.is_exact = order_is_exact_;
    return edge;
}

int KeySpec::compare_to_edge(const uint8_t* row, const RangeEdge& edge) const {
    int order = 0;
    const uint8_t* prefix = edge.prefix.data();
    visit_parts(row, [&](size_t i, const uint8_t* at) {
        if (i < edge.prefix_parts) {
            order = parts_[i].ops.compare(at, prefix);
            prefix += parts_[i].ops.size_of(prefix);
            return order == 0;
        }
        if (edge.has_value) order = parts_[i].ops.compare(at, edge.value.data());
        return false;
    });
    return order;
}

}  // namespace lightcone::storage
