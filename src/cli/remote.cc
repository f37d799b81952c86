// SPDX-License-Identifier: Apache-2.0
#include "cli/remote.h"

#include <cstdio>
#include <iostream>

#include "auth/token.h"
#include "base/clock.h"
#include "net/http_message.h"
#include "sats/json_value.h"

namespace lightcone::cli {

namespace {

Result<std::string> fresh_token(const std::string& url) {
    net::HttpClientRequest request;
    request.method = "POST";
    request.url = url + "/v1/identity";
    net::HttpClientResponse response = TRY(net::http_fetch(request));
    if (response.status != 200) return std::unexpected(http_error(response, request.url));
    sats::JsonValue json = TRY(sats::JsonValue::parse(response.text()));
    return std::string(TRY(TRY(json.require("token"))->as_string()));
}

std::string decode_identity(const std::string& token) {
    int64_t now = SystemClock().wall_micros() / 1'000'000;
    auto claims = auth::read_claims_unverified(token, now);
    return claims ? claims->identity.hex() : "";
}

}  // namespace

Error http_error(const net::HttpClientResponse& response, const std::string& url) {
    std::string status =
        fmt::format("HTTP status {} error ({} {}) for url ({})", response.status >= 500 ? "server" : "client",
                    response.status, net::reason_phrase(response.status), url);
    if (response.body.empty()) return {ErrorCode::Aborted, status};
    return {ErrorCode::Aborted, fmt::format("{}\n\nCaused by:\n    {}", response.text(), status)};
}

bool confirm(const std::string& question, bool yes) {
    if (yes) {
        std::puts("Skipping confirmation due to --yes");
        return true;
    }
    std::printf("%s [y/N]", question.c_str());
    std::fflush(stdout);
    std::string answer;
    std::getline(std::cin, answer);
    return answer == "y" || answer == "Y" || answer == "yes" || answer == "YES" || answer == "Yes";
}

Result<Remote> Remote::open(Config& config, const ServerChoice& choice) {
    Remote remote;
    remote.url_ = TRY(config.server_url(choice.server));
    if (choice.anonymous) return remote;
    if (config.token) {
        remote.token_ = *config.token;
        return remote;
    }
    remote.token_ = TRY(fresh_token(remote.url_));
    config.token = remote.token_;
    TRY_VOID(config.save());
    std::fprintf(stderr,
                 "We have logged in directly to your target server.\n"
                 "WARNING: This login will NOT work for any other servers.\nLogged in with identity %s\n",
                 decode_identity(remote.token_).c_str());
    return remote;
}

Result<std::string> Remote::identity() const {
    std::string identity = decode_identity(token_);
    if (identity.empty()) {
        return fail(ErrorCode::FailedPrecondition, "You are not logged in. Run `lightcone login` to log in.");
    }
    return identity;
}

net::HttpClientRequest Remote::prepare(const std::string& method, const std::string& target) const {
    net::HttpClientRequest request;
    request.method = method;
    request.url = url_ + target;
    if (!token_.empty()) request.headers.emplace_back("authorization", "Bearer " + token_);
    return request;
}

Result<net::HttpClientResponse> Remote::request(const std::string& method, const std::string& target, Bytes body,
                                                const std::string& content_type) const {
    net::HttpClientRequest request = prepare(method, target);
    request.body = std::move(body);
    if (!content_type.empty()) request.headers.emplace_back("content-type", content_type);
    auto response = net::http_fetch(request);
    if (response && response->status == 401 && response->text().find("InvalidSignature") != std::string_view::npos) {
        return fail(
            ErrorCode::Unauthenticated,
            "the server at {} does not accept your saved login ({}): it has other keys than when you logged in, "
            "which happens when its data was reset. Run `lightcone logout`, then repeat the command",
            url_, response->text());
    }
    return response;
}

Result<net::HttpClientResponse> Remote::request_ok(const std::string& method, const std::string& target, Bytes body,
                                                   const std::string& content_type) const {
    net::HttpClientResponse response = TRY(request(method, target, std::move(body), content_type));
    if (response.status / 100 != 2) return std::unexpected(http_error(response, url_ + target));
    return response;
}

Result<std::string> Remote::database_identity(const std::string& name) const {
    if (sats::Identity::from_hex_text(name)) return name;
    net::HttpClientResponse response = TRY(request("GET", "/v1/database/" + net::percent_encode(name) + "/identity"));
    if (response.status == 404) return fail(ErrorCode::NotFound, "failed to find database `{}`.", name);
    if (response.status != 200) return std::unexpected(http_error(response, url_));
    return std::string(response.text());
}

Result<std::string> Remote::schema(const std::string& identity) const {
    return std::string(TRY(request_ok("GET", "/v1/database/" + identity + "/schema?version=10")).text());
}

}  // namespace lightcone::cli
