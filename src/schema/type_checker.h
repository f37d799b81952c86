// SPDX-License-Identifier: Apache-2.0
// Which types a definition may use, and the resolved form of column types. One thread; borrows the typespaces.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "schema/module_source.h"

namespace lightcone::schema {

// Parts of all resolved column types of one definition together. Refs let a small definition describe an enormous type.
inline constexpr uint32_t kResolvedTypeNodesMax = 1u << 20;

class TypeChecker {
  public:
    // `canonical` is the typespace of the stored column types; same shape as the source's, converted names.
    TypeChecker(const ModuleSource& source, const sats::Typespace& canonical);

    // Nothing when the type may stand where a value is used: special types, scalars, String, unit, never, arrays and
    // options of such, refs to declared types, refs to others that are such a use themselves without a cycle.
    std::optional<std::string> use_error(const sats::AlgebraicType& type) { return use_error(type, 0); }
    // Nothing when typespace entry `ref` may be declared as a named type: a product or sum with named elements that are
    // identifiers and valid uses.
    std::optional<std::string> definition_error(uint32_t ref);

    // The type without refs. Errors: InvalidArgument (recursive), LimitExceeded once kResolvedTypeNodesMax is used up.
    Result<sats::AlgebraicType> resolve(const sats::AlgebraicType& canonical_type);

  private:
    enum class RefState : uint8_t { Unknown, Open, Valid, Invalid };

    std::optional<std::string> use_error(const sats::AlgebraicType& type, uint32_t depth);
    std::optional<std::string> ref_error(uint32_t ref, uint32_t depth);

    const sats::Typespace& source_types_;
    const sats::Typespace& canonical_types_;
    std::vector<bool> declared_;
    std::vector<RefState> ref_states_;
    uint32_t resolved_nodes_ = 0;
};

}  // namespace lightcone::schema
