// SPDX-License-Identifier: Apache-2.0
#include "schema/table_schema.h"

namespace lightcone::schema {

sats::AlgebraicType TableSchema::row_type() const {
    std::vector<sats::TypeElement> elements;
    elements.reserve(columns.size());
    for (const ColumnSchema& column : columns) elements.push_back({column.name, column.type});
    return sats::AlgebraicType::product(std::move(elements));
}

std::optional<ColumnId> TableSchema::find_column(std::string_view column_name) const {
    for (size_t i = 0; i < columns.size(); ++i) {
        if (columns[i].accessor == column_name) return ColumnId(static_cast<uint16_t>(i));
    }
    for (size_t i = 0; i < columns.size(); ++i) {
        if (columns[i].name == column_name) return ColumnId(static_cast<uint16_t>(i));
    }
    return std::nullopt;
}

}  // namespace lightcone::schema
