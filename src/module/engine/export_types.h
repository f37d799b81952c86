// SPDX-License-Identifier: Apache-2.0
// The types of exports as the engine read them. The host enters guest functions without type checks, so this is what
// makes that sound; the checks on the module's bytes only make refusals early and well worded.
#pragma once

#include "module/abi/module_checks.h"
#include "module/engine/handles.h"

namespace lightcone::module::engine {

// Errors: InvalidArgument, when an export that the host calls does not have the type it is called with.
Result<void> verify_export_types(const wasmtime_module_t& module, const abi::Initialisers& initialisers);

}  // namespace lightcone::module::engine
