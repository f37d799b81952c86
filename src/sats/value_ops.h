// SPDX-License-Identifier: Apache-2.0
// What the engine does with encoded values of one type, compiled once: validate, measure, compare, canonicalise.
// A row is its BSATN bytes, so these work on bytes; there is no tree of values in between.
// Immutable after compile(); any thread.
#pragma once

#include <memory>
#include <optional>

#include "sats/algebraic_type.h"

namespace lightcone::sats {

class ValueOps {
  public:
    // `resolved` holds no Ref. Errors: InvalidArgument (a Ref, depth over kTypeDepthMax, a sum of more than
    // kSumVariantsMax variants, more than kTypeNodesMax nodes).
    static Result<ValueOps> compile(const AlgebraicType& resolved);

    // Size in bytes when every value of the type has the same size and any bytes of that size with valid tags and
    // bools are a value.
    std::optional<uint32_t> fixed_bytes() const {
        return is_fixed_ ? std::optional<uint32_t>(fixed_bytes_) : std::nullopt;
    }
    // True when all byte strings of fixed_bytes() are valid values (integers and floats only).
    bool any_bytes_valid() const { return any_bytes_valid_; }
    // True when value equality is byte equality (no floats inside).
    bool equality_is_bytewise() const { return equality_is_bytewise_; }
    // The kind whose encoding and order the type shares when it is one scalar, bare or wrapped in one-field products
    // (Identity gives U256). Simple enums are not scalars.
    std::optional<TypeKind> single_scalar() const {
        return single_scalar_ == TypeKind::Ref ? std::nullopt : std::optional<TypeKind>(single_scalar_);
    }

    // Checks one value at the start of `bytes`; its size. Errors: InvalidArgument with the decoder's text.
    Result<size_t> validate(ByteView bytes) const {
        if (any_bytes_valid_ && bytes.size() >= fixed_bytes_) [[likely]]
            return size_t{fixed_bytes_};
        return validate_slow(bytes);
    }
    // Size of the valid value at `value`.
    size_t size_of(const uint8_t* value) const { return is_fixed_ ? fixed_bytes_ : measure(value); }
    // Value order of two valid values: negative, zero, positive (floats: -0 = +0, NaN = NaN, above +inf).
    int compare(const uint8_t* a, const uint8_t* b) const;
    // Appends bytes such that equal values give equal bytes and others do not (-0 becomes +0, NaNs become one NaN).
    void append_canonical(const uint8_t* value, Bytes& out) const;

    // The compiled form; defined in value_program.h.
    struct Node;

  private:
    Result<size_t> validate_slow(ByteView bytes) const;
    size_t measure(const uint8_t* value) const;

    std::shared_ptr<const Node> root_;
    // Copies of the root's facts, so that the common cases touch no other memory.
    uint32_t fixed_bytes_ = 0;
    bool is_fixed_ = false;
    bool any_bytes_valid_ = false;
    bool equality_is_bytewise_ = false;
    TypeKind single_scalar_ = TypeKind::Ref;
};

}  // namespace lightcone::sats
