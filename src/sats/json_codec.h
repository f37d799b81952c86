// SPDX-License-Identifier: Apache-2.0
// SATS-JSON of values: JSON trees to BSATN and BSATN to JSON text, guided by a type whose refs are looked up in
// `typespace` (recursive types included). Special types are written as the products they are.
//
//   Bytes args;
//   TRY_VOID(json_args_to_bsatn(body, {"reducer", "add"}, reducer.params, def.typespace, args));
//
// Errors: InvalidArgument with the texts of the data model; inside a composite value followed by " at `.field[2]`".
// When a function fails it leaves its output as it was. Stateless; any thread.
#pragma once

#include "sats/algebraic_type.h"
#include "sats/json_value.h"

namespace lightcone::sats {

enum class JsonForm : uint8_t {
    Named,       // products {"field":v}, sums {"variant":payload}, unit {}
    Positional,  // products [v,…], sums [tag,payload], unit []
    Hybrid,      // products {"field":v}, sums [tag,payload], everything inside an array positional
};

// Whose arguments a product is, for error texts: "reducer args for add with 2 elements".
struct JsonArgsOwner {
    std::string_view kind = "reducer";
    std::string_view name;
};

// Accepts every form of output, mixed as they may be. Appends the value's BSATN.
Result<void> json_to_bsatn(const JsonValue& json, const AlgebraicType& type, const Typespace& typespace, Bytes& out);
// The same for a call's arguments: `parameters` is a product.
Result<void> json_args_to_bsatn(const JsonValue& json, JsonArgsOwner owner, const AlgebraicType& parameters,
                                const Typespace& typespace, Bytes& out);

// Reads one value and appends its JSON. Besides: InvalidArgument "tuple element has no name" (Named and Hybrid),
// LimitExceeded (nesting beyond kJsonDepthMax, more parts than the value's bytes justify).
Result<void> bsatn_to_json(ByteReader& in, const AlgebraicType& type, const Typespace& typespace, JsonForm form,
                           std::string& out);

// Reads one value without a use for it but its bytes: arguments whose type may be recursive. Same errors and limits.
Result<ByteView> read_value(ByteReader& in, const AlgebraicType& type, const Typespace& typespace);

// A sum's value as JSON gives it: {"name":payload}, {"0":payload}, [tag,payload] or ["name",payload].
struct JsonVariant {
    std::optional<uint8_t> tag;
    std::string_view name;
    const JsonValue* payload = nullptr;
};
Result<JsonVariant> read_json_variant(const JsonValue& json);

// Types as JSON: {"Product":{"elements":[{"name":{"some":"x"},"algebraic_type":{"I32":[]}}]}}.
void type_to_json(const AlgebraicType& type, std::string& out);
// A product's content alone: {"elements":[…]}.
void product_type_to_json(const AlgebraicType& product, std::string& out);
void typespace_to_json(const Typespace& typespace, std::string& out);
// Errors: InvalidArgument; the limits of decode_type.
Result<AlgebraicType> type_from_json(const JsonValue& json);
Result<Typespace> typespace_from_json(const JsonValue& json);

}  // namespace lightcone::sats
