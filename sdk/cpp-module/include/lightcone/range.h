// SPDX-License-Identifier: Apache-2.0
// Ranges of a column's values, for filter and erase: filter<&Player::level>(range(10, 20)).
#pragma once

#include <optional>
#include <utility>

namespace lightcone {

enum class BoundKind : unsigned char { Included = 0, Excluded = 1, Unbounded = 2 };

template <class T>
struct Bound {
    BoundKind kind = BoundKind::Unbounded;
    std::optional<T> value;
};

template <class T>
struct Range {
    Bound<T> low;
    Bound<T> high;
};

// low <= x < high
template <class T>
Range<T> range(T low, T high) {
    return {{BoundKind::Included, std::move(low)}, {BoundKind::Excluded, std::move(high)}};
}

// low <= x <= high
template <class T>
Range<T> range_inclusive(T low, T high) {
    return {{BoundKind::Included, std::move(low)}, {BoundKind::Included, std::move(high)}};
}

// low <= x
template <class T>
Range<T> range_from(T low) {
    return {{BoundKind::Included, std::move(low)}, {}};
}

// low < x
template <class T>
Range<T> range_after(T low) {
    return {{BoundKind::Excluded, std::move(low)}, {}};
}

// x < high
template <class T>
Range<T> range_to(T high) {
    return {{}, {BoundKind::Excluded, std::move(high)}};
}

// x <= high
template <class T>
Range<T> range_to_inclusive(T high) {
    return {{}, {BoundKind::Included, std::move(high)}};
}

}  // namespace lightcone
