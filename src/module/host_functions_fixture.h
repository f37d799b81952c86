// SPDX-License-Identifier: Apache-2.0
// For tests of this room: one guest running scripts, and a fresh fake transaction for each test.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "module/guest_script.h"

namespace lightcone::module {

inline constexpr uint32_t kOut = 0;      // data offsets: where results go,
inline constexpr uint32_t kLength = 16;  // where lengths stand,
inline constexpr uint32_t kInput = 32;   // and where inputs start

inline Bytes bytes_of(std::string_view text) {
    return {text.begin(), text.end()};
}
inline int32_t number(abi::Errno error) {
    return static_cast<int32_t>(error);
}

class HostFunctions : public testing::Test {
  protected:
    HostFunctions() : tx(guest.store.transaction) {}

    // Runs one call and returns its result, or fails when it trapped.
    int32_t run_one(std::string_view function, std::initializer_list<uint64_t> params) {
        uint32_t command = script.add(function, params);
        CallOutcome outcome = script.run(guest);
        EXPECT_EQ(outcome.status, CallStatus::Ok) << outcome.message;
        return script.result(command);
    }
    std::string trap_of(std::string_view function, std::initializer_list<uint64_t> params) {
        script.add(function, params);
        CallOutcome outcome = script.run(guest);
        EXPECT_EQ(outcome.status, CallStatus::Trap);
        EXPECT_FALSE(guest.instance->alive());
        return outcome.message;
    }

    static Guest& shared_guest() {
        static Guest guest{script_module_text()};
        return guest;
    }
    void SetUp() override {
        tx = FakeTransaction{};
        guest.log.lines.clear();
    }

    Guest& guest = shared_guest();
    FakeTransaction& tx;
    Script script;
};

}  // namespace lightcone::module
