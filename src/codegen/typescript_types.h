// SPDX-License-Identifier: Apache-2.0
// SATS types as TypeScript: the builder expressions that encode them, the file of named types, and the limit on how
// much text one run may write.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "codegen/type_graph.h"
#include "codegen/typescript.h"

namespace lightcone::codegen {

// What a library's column builder can be told about its column.
enum class ColumnAbility : uint8_t {
    None,        // nothing: it has to be wrapped
    Name,        // .name()
    NameAndKey,  // also .primaryKey()
    All,         // also .unique()
};

// A builder expression, such as `t.option(Colour)`.
struct BuilderText {
    std::string text;
    std::set<std::string> type_names;  // constants of types.ts that it mentions
    std::set<uint32_t> refs;           // the typespace entries behind them
    ColumnAbility ability = ColumnAbility::None;
};

// Borrows the definition; one thread. Every text it makes counts against kGeneratedBytesMax.
class TypeWriter {
  public:
    explicit TypeWriter(const schema::ModuleDef& def);

    // Errors: InvalidArgument (an unnamed product or sum that is no special type, a ref out of range, nesting beyond
    // kTypeDepthMax), LimitExceeded.
    Result<BuilderText> builder(const sats::AlgebraicType& type);
    // types.ts: every named type of the definition, ascending by scope and name.
    Result<std::string> types_file();
    Result<void> spend(size_t text_bytes);

  private:
    struct NamedType {
        const schema::TypeDef* def;
        std::string name;
    };

    Result<void> append_builder(const sats::AlgebraicType& type, uint32_t depth, BuilderText& out);
    Result<void> append_call(const char* function, const sats::AlgebraicType& type, uint32_t depth, BuilderText& out);
    // The TypeScript type of values: `(Colour | undefined)[]`.
    Result<void> append_value_type(const sats::AlgebraicType& type, uint32_t depth, std::string& out);

    Result<void> append_definition(const NamedType& named, std::string& file);
    Result<void> append_members(const NamedType& named, const std::vector<std::string>& keys, std::string& file);
    Result<void> append_recursive_value_type(const NamedType& named, const std::vector<std::string>& keys,
                                             std::string& file);

    const schema::ModuleDef& def_;
    TypeGraph graph_;
    std::vector<NamedType> named_;           // ascending by scope and name
    std::vector<std::string> names_by_ref_;  // empty: not a named type
    size_t bytes_left_ = kGeneratedBytesMax;
};

// Keys of a product's fields (camel case) or a sum's variants (Pascal case), each once.
std::vector<std::string> member_keys(const sats::AlgebraicType& type);

}  // namespace lightcone::codegen
