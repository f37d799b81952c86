// SPDX-License-Identifier: Apache-2.0
// A WHERE clause over one table as a flat program of tests on row bytes: each test names where to go on true and on
// false, so AND, OR and comparisons of conditions cost nothing but their tests. Immutable after compile(); any thread.
// Points to the table's layout and lives no longer than it.
#pragma once

#include <cstdint>
#include <vector>

#include "query/binder.h"
#include "storage/row_layout.h"

namespace lightcone::query {

class Predicate {
  public:
    // `where` may be kNoBound (always true). Every column in it is of one table, whose layout is given.
    // Errors: LimitExceeded (conditions compared with conditions deeper than kConditionDepthMax).
    static Result<Predicate> compile(const BoundSelect& select, BoundId where, const storage::RowLayout& layout);

    // `row` is valid for the layout.
    bool matches(const uint8_t* row) const {
        uint32_t at = entry_;
        uint64_t flags = 0;
        while (at < kReject) {
            const Test& test = tests_[at];
            at = holds(test, row, flags) ? test.on_true : test.on_false;
        }
        return at == kAccept;
    }
    bool always() const { return entry_ == kAccept; }
    bool never() const { return entry_ == kReject; }
    size_t test_count() const { return tests_.size(); }

  private:
    static constexpr uint32_t kReject = UINT32_MAX - 1;
    static constexpr uint32_t kAccept = UINT32_MAX;
    static constexpr uint32_t kConditionDepthMax = 64;
    static constexpr uint32_t kNoOffset = UINT32_MAX;

    enum class Kind : uint8_t {
        Unsigned8,
        Unsigned16,
        Unsigned32,
        Unsigned64,  // column with operand; signed ones sign-extended
        Signed8,
        Signed16,
        Signed32,
        Signed64,
        Counted,      // u32 length and bytes (String, Array of U8) with a constant
        Ordered,      // any other type with a constant, by the column's compiled order
        TwoColumns,   // column with other_column, by the compiled order
        SetFlag,      // flag `operand` becomes `other_column`; goes to on_true
        CompareFlag,  // flag `operand` with `other_column` as a Bool
    };
    struct Test {
        Kind kind = Kind::Ordered;
        uint8_t outcomes = 0;  // bit 0: holds when less, bit 1: equal, bit 2: greater
        uint16_t column = 0;
        uint16_t other_column = 0;
        uint32_t offset = kNoOffset;
        uint32_t on_true = kReject;
        uint32_t on_false = kReject;
        uint64_t operand = 0;  // the constant, or its position in constants_
    };
    class Compiler;

    bool holds(const Test& test, const uint8_t* row, uint64_t& flags) const;
    int compare(const Test& test, const uint8_t* value, const uint8_t* row) const;

    const storage::RowLayout* layout_ = nullptr;
    std::vector<Test> tests_;
    Bytes constants_;
    uint32_t entry_ = kAccept;
};

}  // namespace lightcone::query
