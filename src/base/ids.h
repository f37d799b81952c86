// SPDX-License-Identifier: Apache-2.0
// Strong integer ids: explicit to make, cheap to compare, hashable, printable.
#pragma once

#include <fmt/format.h>

#include <compare>
#include <cstdint>
#include <functional>

namespace lightcone {

template <typename Tag, typename Rep>
struct Id {
    using rep = Rep;
    Rep value = 0;

    constexpr Id() = default;
    constexpr explicit Id(Rep v) : value(v) {}
    constexpr auto operator<=>(const Id&) const = default;
};

using TableId = Id<struct TableIdTag, uint32_t>;
using IndexId = Id<struct IndexIdTag, uint32_t>;
using ConstraintId = Id<struct ConstraintIdTag, uint32_t>;
using SequenceId = Id<struct SequenceIdTag, uint32_t>;
using ScheduleId = Id<struct ScheduleIdTag, uint32_t>;
using ColumnId = Id<struct ColumnIdTag, uint16_t>;
// Position in the module definition's list of reducers (spec: passed to __call_reducer__).
using ReducerId = Id<struct ReducerIdTag, uint32_t>;
// Number of a row's place in one table: stable as long as the row lives, reused afterwards.
using RowId = Id<struct RowIdTag, uint32_t>;
// Position of a committed transaction in a database's history; the first one is 0.
using TxOffset = Id<struct TxOffsetTag, uint64_t>;

}  // namespace lightcone

template <typename Tag, typename Rep>
struct std::hash<lightcone::Id<Tag, Rep>> {
    size_t operator()(lightcone::Id<Tag, Rep> id) const noexcept { return std::hash<Rep>{}(id.value); }
};

template <typename Tag, typename Rep>
struct fmt::formatter<lightcone::Id<Tag, Rep>> : fmt::formatter<Rep> {
    template <typename Context>
    auto format(lightcone::Id<Tag, Rep> id, Context& context) const {
        return fmt::formatter<Rep>::format(id.value, context);
    }
};
