// SPDX-License-Identifier: Apache-2.0
// Every host function under its import name, called by the guest without checks of types: the linker compares an
// import's type with the one defined here before a program exists.
#pragma once

#include "module/engine/handles.h"

namespace lightcone::module::engine {

// The functions expect a StoreData as their store's data. Errors: Internal.
Result<LinkerHandle> create_host_linker(wasm_engine_t& engine);

}  // namespace lightcone::module::engine
