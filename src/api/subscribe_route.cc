// SPDX-License-Identifier: Apache-2.0
// The WebSocket endpoint: handshake checks in their documented order, then a Session takes over.
#include "api/http_api.h"
#include "api/session.h"

namespace lightcone::api {

namespace {

constexpr std::string_view kV3 = "v3.bsatn.spacetimedb";
constexpr std::string_view kV2 = "v2.bsatn.spacetimedb";

struct SubscribeQuery {
    std::optional<sats::ConnectionId> connection;
    bool confirmed = true;
};

Result<SubscribeQuery> read_query(const Exchange& exchange) {
    SubscribeQuery read;
    for (std::string_view name : {"compression", "connection_id", "confirmed", "light", "token"}) {
        auto count = std::count_if(exchange.query.begin(), exchange.query.end(),
                                   [&](const auto& item) { return item.first == name; });
        if (count > 1) return fail(ErrorCode::InvalidArgument, "duplicate field `{}`", name);
    }
    for (std::string_view name : {"confirmed", "light"}) {
        auto value = exchange.query_value(name).value_or("true");
        if (value != "true" && value != "false") {
            return fail(ErrorCode::InvalidArgument, "{}: provided string was not `true` or `false`", name);
        }
    }
    read.confirmed = exchange.query_value("confirmed").value_or("true") == "true";
    auto compression = exchange.query_value("compression").value_or("None");
    if (compression != "None" && compression != "Brotli" && compression != "Gzip") {
        return fail(ErrorCode::InvalidArgument,
                    "compression: unknown variant `{}`, expected one of `None`, `Brotli`, `Gzip`", compression);
    }
    if (auto text = exchange.query_value("connection_id")) {
        if (text->size() != 32) return fail(ErrorCode::InvalidArgument, "connection_id: expected 32 hex digits");
        read.connection = TRY(sats::ConnectionId::from_hex_text(*text));
    }
    return read;
}

// Answers what is wrong with the upgrade; true when nothing is.
bool check_upgrade(Exchange& exchange) {
    switch (net::check_websocket_upgrade(exchange.request)) {
        case net::WsUpgradeCheck::Ok: return true;
        case net::WsUpgradeCheck::BadMethod: exchange.respond_empty(405); break;
        case net::WsUpgradeCheck::NotAnUpgrade: {
            net::HttpResponse response =
                net::HttpResponse::text(426, "This service requires use of the websocket protocol");
            response.set("connection", "upgrade").set("upgrade", "websocket");
            exchange.respond(std::move(response));
            break;
        }
        case net::WsUpgradeCheck::BadVersion:
            exchange.respond_text(400, "`Sec-WebSocket-Version` header did not include '13'");
            break;
        case net::WsUpgradeCheck::MissingKey:
        case net::WsUpgradeCheck::BadKey: exchange.respond_text(400, "`Sec-WebSocket-Key` header missing"); break;
    }
    return false;
}

}  // namespace

void HttpApi::subscribe(ExchangePtr exchange) {
    const std::string& name = exchange->parameters[0];
    if (!sats::Identity::from_hex_text(name)) {
        if (auto checked = check_database_name(name); !checked) {
            return exchange->respond_text(400, "Invalid URL: " + checked.error().message);
        }
    }
    auto query = read_query(*exchange);
    if (!query) {
        return exchange->respond_text(400, "Failed to deserialize query string: " + query.error().message);
    }
    if (!check_upgrade(*exchange)) return;
    if (query->connection && query->connection->is_zero()) {
        return exchange->respond_text(400, "Invalid connection ID: the all-zeros ConnectionId is reserved.");
    }
    auto database = running_database(*exchange);
    if (database == nullptr) return;

    std::vector<std::string_view> offered = exchange->request.header_list("sec-websocket-protocol");
    auto offers = [&](std::string_view protocol) { return std::ranges::find(offered, protocol) != offered.end(); };
    std::string_view chosen = offers(kV3) ? kV3 : offers(kV2) ? kV2 : "";
    if (chosen.empty()) return exchange->respond_text(400, "no valid protocol selected");

    sats::ConnectionId connection;
    if (query->connection) {
        connection = *query->connection;
    } else {
        surroundings_.random->fill(connection.le);
    }
    SessionSettings settings{.packing = chosen == kV3 ? Packing::Coalesced : Packing::OneMessage,
                             .confirmed = query->confirmed,
                             .token = exchange->token,
                             .claims = exchange->claims.payload_json};
    net::WsAccept accept;
    accept.subprotocol = chosen;
    net::HttpResponse headers;
    exchange->prepare(headers);
    accept.headers = std::move(headers.headers);
    accept.handler = std::make_shared<Session>(exchange->claims.identity, connection, database, std::move(settings),
                                               *surroundings_.settler);
    exchange->responder->upgrade(std::move(accept));
}

}  // namespace lightcone::api
