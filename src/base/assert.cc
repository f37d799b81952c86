// SPDX-License-Identifier: Apache-2.0
#include "base/assert.h"

#include <cstdio>
#include <cstdlib>

namespace lightcone {

void assert_failed(const char* expression, const char* file, int line, const std::string& detail) {
    std::fprintf(stderr, "lightcone: assertion failed: %s at %s:%d%s%s\n", expression, file, line,
                 detail.empty() ? "" : ": ", detail.c_str());
    std::fflush(stderr);
    std::abort();
}

}  // namespace lightcone
