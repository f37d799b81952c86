// SPDX-License-Identifier: Apache-2.0
#include "api/directory.h"

namespace lightcone::api {

namespace {

bool is_name_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

}  // namespace

Result<void> check_database_name(std::string_view name) {
    if (name.empty()) return fail(ErrorCode::InvalidArgument, "database names cannot be empty");
    if (sats::Identity::from_hex_text(name)) {
        return fail(ErrorCode::InvalidArgument, "database names cannot be identities");
    }
    for (size_t i = 0; i < name.size(); ++i) {
        if (is_name_character(name[i])) continue;
        if (name[i] != '-') return fail(ErrorCode::InvalidArgument, "invalid characters in database name");
        bool between = i > 0 && i + 1 < name.size() && is_name_character(name[i - 1]) && is_name_character(name[i + 1]);
        if (!between) return fail(ErrorCode::InvalidArgument, "invalid hyphen in database name");
    }
    return {};
}

}  // namespace lightcone::api
