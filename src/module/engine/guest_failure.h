// SPDX-License-Identifier: Apache-2.0
// Why guest code stopped, taken from the engine without letting it format the guest's names.
#pragma once

#include <string>
#include <vector>

#include "module/abi/guest_context.h"
#include "module/engine/handles.h"

namespace lightcone::module::engine {

struct GuestFailure {
    bool out_of_time = false;
    std::string text;
    // Demangled guest frames, innermost first.
    std::vector<std::string> trace;
};

// One of `error` and `trap` is set. A trap that a host function recorded in `guest` gives the text.
GuestFailure guest_failure(ErrorHandle error, TrapHandle trap, const abi::GuestContext& guest);

}  // namespace lightcone::module::engine
