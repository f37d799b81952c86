// SPDX-License-Identifier: Apache-2.0
#include "codegen/type_graph.h"

#include <gtest/gtest.h>

namespace lightcone::codegen {
namespace {

using sats::AlgebraicType;

sats::Typespace typespace_of(const std::vector<std::vector<uint32_t>>& targets) {
    sats::Typespace typespace;
    for (const std::vector<uint32_t>& refs : targets) {
        AlgebraicType type;
        for (uint32_t ref : refs) {
            type.elements.push_back({"x", AlgebraicType::array_of(AlgebraicType::make_ref(ref))});
        }
        typespace.types.push_back(type);
    }
    return typespace;
}

TEST(TypeGraph, a_tree_is_not_recursive) {
    TypeGraph graph(typespace_of({{1, 2}, {2}, {}}));
    for (uint32_t i = 0; i < 3; ++i) EXPECT_FALSE(graph.is_recursive(i)) << i;
    EXPECT_FALSE(graph.contain_each_other(0, 0));
    EXPECT_FALSE(graph.contain_each_other(0, 2));
}

TEST(TypeGraph, a_type_that_contains_itself) {
    TypeGraph graph(typespace_of({{0}, {0}}));
    EXPECT_TRUE(graph.is_recursive(0));
    EXPECT_FALSE(graph.is_recursive(1));
    EXPECT_TRUE(graph.contain_each_other(0, 0));
    EXPECT_FALSE(graph.contain_each_other(1, 0));
}

TEST(TypeGraph, cycles_through_others_and_two_cycles_apart) {
    TypeGraph graph(typespace_of({{1}, {2}, {0, 3}, {4}, {3}, {}}));
    EXPECT_TRUE(graph.contain_each_other(0, 2));
    EXPECT_TRUE(graph.contain_each_other(3, 4));
    EXPECT_FALSE(graph.contain_each_other(2, 3));
    EXPECT_FALSE(graph.is_recursive(5));
}

TEST(TypeGraph, refs_out_of_range_are_ignored) {
    TypeGraph graph(typespace_of({{7}}));
    EXPECT_FALSE(graph.is_recursive(0));
    EXPECT_FALSE(graph.is_recursive(7));
    EXPECT_FALSE(graph.contain_each_other(0, 7));
}

TEST(TypeGraph, a_long_chain_needs_no_deep_stack) {
    constexpr uint32_t kLength = 500'000;
    std::vector<std::vector<uint32_t>> targets(kLength);
    for (uint32_t i = 0; i + 1 < kLength; ++i) targets[i] = {i + 1};
    EXPECT_FALSE(TypeGraph(typespace_of(targets)).is_recursive(0));
    targets[kLength - 1] = {0};
    TypeGraph closed(typespace_of(targets));
    EXPECT_TRUE(closed.contain_each_other(0, kLength / 2));
}

}  // namespace
}  // namespace lightcone::codegen
