// SPDX-License-Identifier: Apache-2.0
// What this build calls itself, and the protocol level it answers with where clients ask.
#pragma once

#include <string_view>

namespace lightcone {

inline constexpr std::string_view kVersion = "0.1.0";
// Version of the compatible server line that clients and modules may expect (docs/compatibility.md).
inline constexpr std::string_view kCompatibleVersion = "2.8.3";

}  // namespace lightcone
