// SPDX-License-Identifier: Apache-2.0
// Raw module definitions in their two encodings: BSATN (what a module writes) and SATS-JSON (the schema endpoint and
// `extract-schema`). Nothing is validated here beyond the encoding itself. Any thread.
#pragma once

#include <variant>

#include "schema/raw_module_def_v9.h"

namespace lightcone::schema::raw {

using RawModuleDef = std::variant<ModuleDefV9, ModuleDefV10>;

// How deep definitions of submodules may nest before decoding gives up.
inline constexpr uint32_t kSubmoduleDepthMax = 16;

// Decodes the envelope and the value behind it; trailing bytes are ignored. Errors: InvalidArgument with the text
// "error getting module description: error decoding module description: …"; Unsupported for V8 and for sections
// and entries that this server does not know, by the feature's name.
Result<RawModuleDef> decode_bsatn(ByteView bytes);

// The inverse.
Bytes encode_bsatn(const RawModuleDef& definition);

// Form N of SATS-JSON without a version wrapper: {"sections":[…]} or {"typespace":…}.
std::string encode_json(const ModuleDefV9& definition);
std::string encode_json(const ModuleDefV10& definition);

// Accepts {"V9":…}, {"V10":…} and both without the wrapper. Errors: InvalidArgument naming the field that is wrong.
Result<RawModuleDef> decode_json(std::string_view text);

}  // namespace lightcone::schema::raw
