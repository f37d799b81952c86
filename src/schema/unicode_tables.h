// SPDX-License-Identifier: Apache-2.0
// Unicode data for characters beyond ASCII, ascending, written by unicode_tables.mjs. Used by unicode.cc only.
#pragma once

#include <cstdint>
#include <span>

namespace lightcone::schema::unicode {

struct Range {
    uint32_t first, last;
};
struct ClassRange {
    uint32_t first, last;
    uint8_t combining_class;
};
// Primary composites without Hangul: `first` + `second` compose to `composed`. Ascending by the first two.
struct Composite {
    uint32_t first, second, composed;
};
// Every `stride`-th character from first to last maps to itself + delta.
struct CaseRun {
    uint32_t first, last, stride;
    int32_t delta;
};
struct CaseExpansion {
    uint32_t from;
    uint32_t first, second, third;  // zero-filled
};

extern const std::span<const Range> kXidStart;
extern const std::span<const Range> kXidContinueOnly;
extern const std::span<const Range> kNeverInNfc;
extern const std::span<const ClassRange> kCombiningClasses;
extern const std::span<const Composite> kComposites;
extern const std::span<const CaseRun> kToUpper;
extern const std::span<const CaseRun> kToLower;
extern const std::span<const CaseExpansion> kToUpperExpansions;
extern const std::span<const CaseExpansion> kToLowerExpansions;

}  // namespace lightcone::schema::unicode
