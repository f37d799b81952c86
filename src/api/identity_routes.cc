// SPDX-License-Identifier: Apache-2.0
// Routes about the server and about identities.
#include "api/http_api.h"
#include "base/version.h"

namespace lightcone::api {

namespace {

std::string json_list(const std::vector<std::string>& items) {
    std::string text = "[";
    for (const std::string& item : items) text += fmt::format("{}\"{}\"", text.size() > 1 ? "," : "", item);
    return text + "]";
}

}  // namespace

void HttpApi::ping(ExchangePtr exchange) {
    exchange->respond_empty(200);
}

void HttpApi::health(ExchangePtr exchange) {
    exchange->respond_json(
        200, fmt::format(R"({{"package_name":"lightcone","version":"{}","nodes":[0],"schedulable":true}})", kVersion));
}

void HttpApi::new_identity(ExchangePtr exchange) {
    auto issued = surroundings_.tokens->issue_anonymous();
    if (!issued) return exchange->respond_text(500, issued.error().message);
    exchange->respond_json(
        200, fmt::format(R"({{"identity":"{}","token":"{}"}})", issued->claims.identity.hex(), issued->token));
}

void HttpApi::websocket_token(ExchangePtr exchange) {
    auto issued = surroundings_.tokens->issue_websocket_token(exchange->claims);
    if (!issued) return exchange->respond_text(500, issued.error().message);
    exchange->respond_json(200, fmt::format(R"({{"token":"{}"}})", issued->token));
}

void HttpApi::public_key(ExchangePtr exchange) {
    net::HttpResponse response(200);
    response.set("content-type", "application/pem-certificate-chain");
    response.set_body(surroundings_.tokens->public_key_pem());
    exchange->respond(std::move(response));
}

void HttpApi::verify_identity(ExchangePtr exchange) {
    auto identity = sats::Identity::from_hex_text(exchange->parameters[0]);
    if (!identity) return exchange->respond_text(400, "Invalid URL: " + identity.error().message);
    exchange->respond_empty(*identity == exchange->claims.identity ? 204 : 400);
}

void HttpApi::databases_of(ExchangePtr exchange) {
    auto owner = sats::Identity::from_hex_text(exchange->parameters[0]);
    if (!owner) return exchange->respond_text(400, "Invalid URL: " + owner.error().message);
    std::vector<std::string> identities;
    for (const sats::Identity& identity : surroundings_.directory->owned_by(*owner))
        identities.push_back(identity.hex());
    exchange->respond_json(200, fmt::format(R"({{"identities":{}}})", json_list(identities)));
}

void HttpApi::get_names(ExchangePtr exchange) {
    auto info = database_info(*exchange);
    if (!info) return;
    exchange->respond_json(200,
                           fmt::format(R"({{"names":{}}})", json_list(surroundings_.directory->names(info->identity))));
}

void HttpApi::identity_of(ExchangePtr exchange) {
    if (auto identity = database_identity(*exchange)) exchange->respond_text(200, identity->hex());
}

void HttpApi::timestamp(ExchangePtr exchange) {
    if (!database_info(*exchange)) return;
    exchange->respond_json(
        200, fmt::format(R"({{"__timestamp_micros_since_unix_epoch__":{}}})", surroundings_.clock->wall_micros()));
}

}  // namespace lightcone::api
