// SPDX-License-Identifier: Apache-2.0
#include "storage/order_prefix.h"

#include <gtest/gtest.h>

#include "sats/value_ops.h"
#include "storage/random_values.h"

namespace lightcone::storage {
namespace {

using namespace testing;

TEST(OrderPrefix, never_contradicts_value_order) {
    SeededRandom random(5);
    for (int round = 0; round < 500; ++round) {
        AlgebraicType type = random_type(random);
        auto ops = *sats::ValueOps::compile(type);
        PrefixProgram program = PrefixProgram::compile(type);
        for (int pair = 0; pair < 40; ++pair) {
            Bytes a = random_value(type, random);
            Bytes b = random_value(type, random);
            PrefixBits prefix_a;
            PrefixBits prefix_b;
            program.run(a.data(), prefix_a);
            program.run(b.data(), prefix_b);
            int order = ops.compare(a.data(), b.data());
            if (order == 0) {
                EXPECT_EQ(prefix_a.lowest(), prefix_b.lowest()) << sats::type_text(type);
            } else {
                uint64_t low = order < 0 ? prefix_a.lowest() : prefix_b.lowest();
                uint64_t high = order < 0 ? prefix_b.lowest() : prefix_a.lowest();
                EXPECT_LE(low, high) << sats::type_text(type) << " " << to_hex(a) << " " << to_hex(b);
                if (program.is_complete && program.bits <= 64) {
                    EXPECT_LT(low, high) << sats::type_text(type);
                }
            }
        }
    }
}

TEST(OrderPrefix, bits_that_do_not_fit_are_cut) {
    PrefixBits bits;
    bits.append(0xAB, 8);
    bits.append(0x1122334455667788, 64);
    EXPECT_TRUE(bits.is_full());
    EXPECT_EQ(bits.lowest(), 0xAB11223344556677u);
    EXPECT_EQ(bits.highest(), bits.lowest());
}

TEST(OrderPrefix, an_unfinished_prefix_spans_all_that_begin_like_it) {
    PrefixBits bits;
    bits.append(0x12, 8);
    EXPECT_EQ(bits.lowest(), 0x1200000000000000u);
    EXPECT_EQ(bits.highest(), 0x12FFFFFFFFFFFFFFu);
}

}  // namespace
}  // namespace lightcone::storage
