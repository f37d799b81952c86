// SPDX-License-Identifier: Apache-2.0
// lightcone login, logout: the token that commands send.
#include <cstdio>

#include "auth/token.h"
#include "base/clock.h"
#include "cli/commands.h"

namespace lightcone::cli {

namespace {

Result<std::string> identity_of(const std::string& token) {
    return TRY(auth::read_claims_unverified(token, SystemClock().wall_micros() / 1'000'000)).identity.hex();
}

}  // namespace

Result<int> run_login(Context& context, const LoginOptions& options) {
    Config config = TRY(Config::load(context.disk, context.paths.config_file));
    if (config.token) {
        if (auto identity = identity_of(*config.token)) std::printf("Logged out (identity %s).\n", identity->c_str());
        config.token.reset();
    }
    if (!options.token.empty()) {
        config.token = options.token;
        TRY_VOID(config.save());
        auto identity = identity_of(options.token);
        std::printf("%s\n", identity ? fmt::format("Logged in with identity {}", *identity).c_str() : "Token saved.");
        return 0;
    }
    // A self-hosted server issues identities itself; there is no account elsewhere to log in to.
    TRY(Remote::open(config, {.server = options.server}));
    return 0;
}

Result<int> run_login_show(Context& context, bool with_token) {
    Config config = TRY(Config::load(context.disk, context.paths.config_file));
    if (!config.token) {
        std::puts("You are not logged in. Run `lightcone login` to log in.");
        return 0;
    }
    std::printf("You are logged in as %s\n", TRY(identity_of(*config.token)).c_str());
    if (with_token) std::printf("Your auth token (don't share this!) is %s\n", config.token->c_str());
    return 0;
}

Result<int> run_logout(Context& context) {
    Config config = TRY(Config::load(context.disk, context.paths.config_file));
    if (!config.token) {
        std::puts("You are not logged in.");
        return 0;
    }
    auto identity = identity_of(*config.token);
    config.token.reset();
    TRY_VOID(config.save());
    std::printf("%s\n", identity ? fmt::format("Logged out (identity {}).", *identity).c_str() : "Logged out.");
    return 0;
}

}  // namespace lightcone::cli
