// SPDX-License-Identifier: Apache-2.0
#include "schema/memory_layout.h"

#include <algorithm>

namespace lightcone::schema {

namespace {

uint64_t align_up(uint64_t value, uint64_t align) {
    return (value + align - 1) / align * align;
}

}  // namespace

MemoryLayout memory_layout(const sats::AlgebraicType& resolved) {
    MemoryLayout layout;
    switch (resolved.kind) {
        case sats::TypeKind::Product:
            for (const sats::TypeElement& element : resolved.elements) {
                MemoryLayout inner = memory_layout(element.type);
                layout.size = align_up(layout.size, inner.align) + inner.size;
                layout.align = std::max(layout.align, inner.align);
                layout.fixed = layout.fixed && inner.fixed;
            }
            layout.size = align_up(layout.size, layout.align);
            return layout;
        case sats::TypeKind::Sum: {
            uint64_t payload = 0;
            for (const sats::TypeElement& variant : resolved.elements) {
                MemoryLayout inner = memory_layout(variant.type);
                payload = std::max(payload, inner.size);
                layout.align = std::max(layout.align, inner.align);
                layout.fixed = layout.fixed && inner.fixed;
            }
            layout.size = layout.align + align_up(payload, layout.align);
            return layout;
        }
        case sats::TypeKind::Array:
        case sats::TypeKind::String: return {4, 2, false};
        default: {
            uint32_t bytes = sats::scalar_bytes(resolved.kind).value_or(1);
            return {bytes, bytes, true};
        }
    }
}

MemoryLayout row_layout(const sats::AlgebraicType& resolved_row) {
    MemoryLayout layout = memory_layout(resolved_row);
    layout.size = std::max<uint64_t>(2, align_up(layout.size, 2));
    return layout;
}

}  // namespace lightcone::schema
