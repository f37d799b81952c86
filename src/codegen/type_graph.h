// SPDX-License-Identifier: Apache-2.0
// Which entries of a typespace contain themselves, and each other: their generated types need help that others do not.
#pragma once

#include <cstdint>
#include <vector>

#include "sats/algebraic_type.h"

namespace lightcone::codegen {

// Immutable after construction. Linear in the size of the typespace; refs out of range are ignored.
class TypeGraph {
  public:
    explicit TypeGraph(const sats::Typespace& typespace);

    bool is_recursive(uint32_t ref) const { return ref < groups_.size() && recursive_[groups_[ref]]; }
    // Each contains the other, through any number of entries.
    bool contain_each_other(uint32_t a, uint32_t b) const;

  private:
    // Strongly connected component of each entry, and whether it has a cycle.
    std::vector<uint32_t> groups_;
    std::vector<bool> recursive_;
};

}  // namespace lightcone::codegen
