// SPDX-License-Identifier: Apache-2.0
// The two manglings that demangled() (text.h) understands. Both answer nullopt for names of another shape, and both are
// bounded in time and output: a module's name section is not to be trusted.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace lightcone::module::abi {

// _ZN <length> <name> … E: nested names of C++, which Rust's older scheme borrows.
std::optional<std::string> demangle_nested(std::string_view name);
// _R…: Rust's own scheme ("v0", RFC 2603). Generic arguments are left out.
std::optional<std::string> demangle_rust(std::string_view name);

}  // namespace lightcone::module::abi
