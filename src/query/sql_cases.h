// SPDX-License-Identifier: Apache-2.0
// Reads the SQL cases in tests/data: schemas, rows and expectations as data. Tests only.
#pragma once

#include <string>

#include "base/bytes.h"
#include "sats/algebraic_type.h"
#include "sats/json_value.h"
#include "schema/table_schema.h"

namespace lightcone::query {

// The parsed file tests/data/{name}; throws std::runtime_error when it cannot be read.
sats::JsonValue load_case_file(const std::string& name);

// The case's text: `sql`, or what `sql_gen` describes.
std::string case_sql(const sats::JsonValue& test_case);

// "U32", "Array<U8>", "Option<U32>", "Identity", …
sats::AlgebraicType case_type(const std::string& text);

schema::TableSchema case_table(const sats::JsonValue& table);

// BSATN of a value written as the file's `format` says.
void encode_case_value(const sats::JsonValue& value, const sats::AlgebraicType& type, Bytes& out);
Bytes encode_case_row(const sats::JsonValue& row, const sats::AlgebraicType& product);

}  // namespace lightcone::query
