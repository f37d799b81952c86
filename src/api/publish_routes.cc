// SPDX-License-Identifier: Apache-2.0
// Routes that create, replace, name and delete databases.
#include "api/http_api.h"
#include "sats/json_value.h"
#include "sats/json_writer.h"

namespace lightcone::api {

namespace {

// true or false; absent is false. Errors: InvalidArgument.
Result<bool> flag(const Exchange& exchange, std::string_view name) {
    auto value = exchange.query_value(name);
    if (!value || *value == "false") return false;
    if (*value == "true") return true;
    return fail(ErrorCode::InvalidArgument,
                "Failed to deserialize query string: {}: provided string was not `true` or `false`", name);
}

// application/json or application/…+json, parameters allowed.
bool has_json_content_type(const net::HttpRequest& request) {
    std::string type(request.header("content-type").value_or(""));
    type = type.substr(0, type.find(';'));
    while (type.ends_with(' ')) type.pop_back();
    for (char& c : type) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return type == "application/json" || (type.starts_with("application/") && type.ends_with("+json"));
}

std::string named_error(std::string_view variant, std::string_view field, std::string_view value) {
    std::string out;
    sats::JsonWriter(out).begin_object().key(variant).begin_object().key(field).string(value).end_object().end_object();
    return out;
}

std::string other_error(std::string_view text) {
    std::string out;
    sats::JsonWriter(out).begin_object().key("OtherError").string(text).end_object();
    return out;
}

void answer_failure(Exchange& exchange, const PublishError& error, const std::optional<std::string>& name) {
    switch (error.kind) {
        case PublishError::Kind::NameTaken:
            return exchange.respond_json(401, named_error("PermissionDenied", "name", name.value_or("")));
        case PublishError::Kind::NotOwner:
            return exchange.respond_text(
                403, fmt::format("{} is not authorized to perform action on database {}: update database",
                                 exchange.claims.identity.hex(), error.identity.hex()));
        case PublishError::Kind::Rejected:
            return exchange.respond_text(400, "Database update rejected: " + error.message);
        case PublishError::Kind::UpdateFailed:
            return exchange.respond_text(400, "Failed to create or update the database: " + error.message);
        case PublishError::Kind::Invalid: return exchange.respond_text(500, error.message);
        case PublishError::Kind::Unavailable: return exchange.respond_text(503, error.message);
    }
}

}  // namespace

void HttpApi::run_publish(ExchangePtr exchange, PublishRequest request) {
    // Values of later versions that would be lost silently are refused instead.
    for (std::string_view header : {"spacetime-environment", "spacetime-environment-remove"}) {
        if (exchange->request.header(header)) {
            return exchange->respond_text(
                400, fmt::format("header {}: this server does not support environment values yet", header));
        }
    }
    std::string_view host_type = exchange->query_value("host_type").value_or("Wasm");
    if (host_type != "Wasm") {
        return exchange->respond_text(
            400, host_type == "Js" ? "this server does not run JavaScript modules yet; publish a WebAssembly module"
                                   : "Failed to deserialize query string: host_type: expected `Wasm` or `Js`");
    }
    auto clear = flag(*exchange, "clear");
    if (!clear) return exchange->respond_text(400, clear.error().message);
    request.clear = *clear;
    if (request.clear && !request.name && !request.identity) {
        return exchange->respond_text(400, "Clear database requires database name or identity");
    }
    if (exchange->query_value("policy") == "BreakClients" && !exchange->query_value("token")) {
        return exchange->respond_text(
            400, "Migration policy is set to `BreakClients`, but no migration token was provided.");
    }
    request.caller = exchange->claims.identity;
    request.program = std::move(exchange->request.body);
    std::optional<std::string> name = request.name;
    surroundings_.directory->publish(
        std::move(request), [exchange, name](std::expected<PublishOutcome, PublishError> outcome) {
            if (!outcome) return answer_failure(*exchange, outcome.error(), name);
            std::string out;
            sats::JsonWriter json(out);
            json.begin_object().key("Success").begin_object().key("domain");
            if (name) {
                json.string(*name);
            } else {
                json.null();
            }
            json.key("database_identity").string(outcome->identity.hex());
            json.key("op").string(outcome->created ? "created" : "updated").end_object().end_object();
            exchange->respond_json(200, out);
        });
}

void HttpApi::publish_unnamed(ExchangePtr exchange) {
    run_publish(std::move(exchange), {});
}

void HttpApi::publish(ExchangePtr exchange) {
    PublishRequest request;
    const std::string& name = exchange->parameters[0];
    if (auto identity = sats::Identity::from_hex_text(name)) {
        request.identity = *identity;
    } else if (auto checked = check_database_name(name); !checked) {
        return exchange->respond_text(400, "Invalid URL: " + checked.error().message);
    } else {
        request.name = name;
    }
    run_publish(std::move(exchange), std::move(request));
}

void HttpApi::remove(ExchangePtr exchange) {
    auto identity = database_identity(*exchange);
    if (!identity) return;
    surroundings_.directory->remove(
        *identity, exchange->claims.identity, [exchange, identity = *identity](Result<void> removed) {
            if (removed) return exchange->respond_empty(200);
            if (removed.error().code == ErrorCode::PermissionDenied) {
                return exchange->respond_text(
                    403, fmt::format("{} is not authorized to perform action on database {}: delete database",
                                     exchange->claims.identity.hex(), identity.hex()));
            }
            exchange->respond_text(500, removed.error().message);
        });
}

void HttpApi::add_name(ExchangePtr exchange) {
    auto info = database_info(*exchange);
    if (!info) return;
    std::string name(as_text(exchange->request.body));
    if (auto checked = check_database_name(name); !checked) return exchange->respond_text(400, checked.error().message);
    auto outcome = surroundings_.directory->add_name(info->identity, name, exchange->claims.identity);
    if (!outcome) return exchange->respond_json(500, other_error(outcome.error().message));
    switch (*outcome) {
        case Directory::NameOutcome::Taken:
            return exchange->respond_json(401, named_error("PermissionDenied", "domain", name));
        case Directory::NameOutcome::InUse:
            return exchange->respond_text(500, fmt::format("record with the name {} already exists", name));
        case Directory::NameOutcome::Added: break;
    }
    std::string out;
    sats::JsonWriter json(out);
    json.begin_object().key("Success").begin_object().key("domain").string(name);
    json.key("database_identity").string(info->identity.hex()).end_object().end_object();
    exchange->respond_json(200, out);
}

void HttpApi::set_names(ExchangePtr exchange) {
    auto info = database_info(*exchange);
    if (!info) return;
    if (!has_json_content_type(exchange->request)) {
        return exchange->respond_text(415, "Expected request with `Content-Type: application/json`");
    }
    auto body = sats::JsonValue::parse(as_text(exchange->request.body));
    if (!body) {
        return exchange->respond_text(400, "Failed to parse the request body as JSON: " + body.error().message);
    }
    std::vector<std::string> names;
    for (const sats::JsonValue& item : body->items()) {
        if (!item.is_string()) break;
        std::string name(item.string());
        if (auto checked = check_database_name(name); !checked) {
            return exchange->respond_text(400, fmt::format("Error parsing `{}`: {}", name, checked.error().message));
        }
        names.push_back(std::move(name));
    }
    if (!body->is_array() || names.size() != body->items().size()) {
        return exchange->respond_text(
            422, "Failed to deserialize the JSON body into the target type: expected an array of names");
    }
    std::string offender;
    auto outcome = surroundings_.directory->set_names(info->identity, names, exchange->claims.identity, offender);
    if (!outcome) return exchange->respond_json(500, other_error(outcome.error().message));
    switch (*outcome) {
        case Directory::RenameOutcome::Done: return exchange->respond_json(200, "\"Success\"");
        case Directory::RenameOutcome::NotOwner:
            return exchange->respond_json(401, named_error("NotYourDatabase", "database", info->identity.hex()));
        case Directory::RenameOutcome::InUse:
            return exchange->respond_json(
                400, other_error(fmt::format("Cannot rename to {} because it already is in use.", offender)));
        case Directory::RenameOutcome::Taken:
            return exchange->respond_json(401, named_error("PermissionDenied", "domain", offender));
    }
}

}  // namespace lightcone::api
