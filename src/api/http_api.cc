// SPDX-License-Identifier: Apache-2.0
#include "api/http_api.h"

#include "base/limits.h"

namespace lightcone::api {

namespace {

constexpr std::string_view kDatabasePrefix = "/v1/database";

void add_cors(net::HttpResponse& response) {
    response.set("access-control-allow-origin", "*");
    response.set("vary", "origin, access-control-request-method, access-control-request-headers");
}

// Matches `path` against a pattern with :name parts; fills `parameters` (still percent-encoded).
bool matches(std::string_view pattern, std::string_view path, std::vector<std::string>& parameters) {
    parameters.clear();
    while (true) {
        size_t pattern_end = std::min(pattern.find('/', 1), pattern.size());
        size_t path_end = std::min(path.find('/', 1), path.size());
        std::string_view want = pattern.substr(0, pattern_end);
        std::string_view have = path.substr(0, path_end);
        if (want.starts_with("/:")) {
            if (have.size() < 2) return false;
            parameters.emplace_back(have.substr(1));
        } else if (want != have) {
            return false;
        }
        pattern.remove_prefix(pattern_end);
        path.remove_prefix(path_end);
        if (pattern.empty() || path.empty()) return pattern.empty() && path.empty();
    }
}

}  // namespace

std::optional<std::string_view> Exchange::query_value(std::string_view name) const {
    std::optional<std::string_view> value;
    for (const auto& [key, text] : query) {
        if (key == name) value = text;
    }
    return value;
}

void Exchange::prepare(net::HttpResponse& response) const {
    add_cors(response);
    if (!answer_identity) return;
    response.set("spacetime-identity", claims.identity.hex());
    response.set("spacetime-identity-token", token);
}

void Exchange::respond(net::HttpResponse response) {
    prepare(response);
    responder->respond(std::move(response));
}

HttpApi::HttpApi(Surroundings surroundings) : surroundings_(surroundings) {}
HttpApi::~HttpApi() = default;

const std::vector<HttpApi::Route>& HttpApi::routes() {
    using enum Credentials;
    static const std::vector<Route> table = {
        {"GET", "/v1/ping", Checked, &HttpApi::ping},
        {"GET", "/v1/health", Ignored, &HttpApi::health},
        {"POST", "/v1/identity", Ignored, &HttpApi::new_identity},
        {"POST", "/v1/identity/websocket-token", Required, &HttpApi::websocket_token},
        {"GET", "/v1/identity/public-key", Ignored, &HttpApi::public_key},
        {"GET", "/v1/identity/:identity/verify", Required, &HttpApi::verify_identity},
        {"GET", "/v1/identity/:identity/databases", Ignored, &HttpApi::databases_of},
        {"POST", "/v1/database", Optional, &HttpApi::publish_unnamed, true},
        {"PUT", "/v1/database/:n", Optional, &HttpApi::publish, true},
        {"GET", "/v1/database/:n", Optional, &HttpApi::info},
        {"DELETE", "/v1/database/:n", Optional, &HttpApi::remove},
        {"GET", "/v1/database/:n/names", Optional, &HttpApi::get_names},
        {"POST", "/v1/database/:n/names", Optional, &HttpApi::add_name},
        {"PUT", "/v1/database/:n/names", Optional, &HttpApi::set_names},
        {"GET", "/v1/database/:n/identity", Optional, &HttpApi::identity_of},
        {"GET", "/v1/database/:n/subscribe", Optional, &HttpApi::subscribe},
        {"POST", "/v1/database/:n/call/:function", Optional, &HttpApi::call},
        {"POST", "/v1/database/:n/sql", Optional, &HttpApi::sql},
        {"GET", "/v1/database/:n/schema", Optional, &HttpApi::schema},
        {"GET", "/v1/database/:n/logs", Optional, &HttpApi::logs},
        {"GET", "/v1/database/:n/unstable/timestamp", Optional, &HttpApi::timestamp},
    };
    return table;
}

HttpApi::Match HttpApi::match(std::string_view method, std::string_view path) const {
    Match match;
    std::vector<std::string> parameters;
    for (const Route& route : routes()) {
        if (!matches(route.pattern, path, parameters)) continue;
        match.path_known = true;
        if (!match.allowed_methods.empty()) match.allowed_methods += ',';
        match.allowed_methods += route.method;
        if (route.method == "GET") match.allowed_methods += ",HEAD";
        if (match.route == nullptr && (route.method == method || (route.method == "GET" && method == "HEAD"))) {
            match.route = &route;
            match.parameters = parameters;
        }
    }
    return match;
}

size_t HttpApi::body_bytes_max(const net::HttpRequest& head) {
    Match found = match(head.method, head.path);
    return found.route != nullptr && found.route->large_body ? kHttpBodyBytesMax : 2u << 20;
}

net::HttpResponse HttpApi::on_refused(const net::HttpRequest* head, uint16_t status, std::string_view reason) {
    if (status != 413) return HttpHandler::on_refused(head, status, reason);
    net::HttpResponse response =
        net::HttpResponse::text(413, "Failed to buffer the request body: length limit exceeded");
    add_cors(response);
    return response;
}

bool HttpApi::check_credentials(Exchange& exchange, Credentials credentials) {
    if (credentials == Credentials::Ignored) return true;
    std::string_view token;
    if (auto header = exchange.request.header("authorization")) {
        auto bearer = auth::bearer_token(*header);
        if (!bearer) {
            exchange.respond_text(400, bearer.error().message);
            return false;
        }
        token = *bearer;
    } else if (auto in_query = exchange.query_value("token")) {
        token = *in_query;
    } else if (credentials == Credentials::Required) {
        exchange.respond_text(401, "Authorization required");
        return false;
    } else {
        if (credentials == Credentials::Checked) return true;
        auto issued = surroundings_.tokens->issue_anonymous();
        if (!issued) {
            exchange.respond_text(500, issued.error().message);
            return false;
        }
        exchange.claims = std::move(issued->claims);
        exchange.token = std::move(issued->token);
        return true;
    }
    auto claims = surroundings_.tokens->verify(token);
    if (!claims) {
        exchange.respond_text(401, claims.error().message);
        return false;
    }
    exchange.claims = std::move(*claims);
    exchange.token = token;
    exchange.has_credentials = true;
    return true;
}

void HttpApi::on_request(net::HttpRequest request, std::shared_ptr<net::HttpResponder> responder) {
    Match found = match(request.method, request.path);
    if (!found.path_known) {
        responder->respond(net::HttpResponse(404));
        return;
    }
    auto exchange = std::make_shared<Exchange>();
    exchange->request = std::move(request);
    exchange->responder = std::move(responder);
    if (exchange->request.method == "OPTIONS") {
        net::HttpResponse response(200);
        response.set("access-control-allow-methods", "*");
        response.set("access-control-allow-headers", "authorization,accept,content-type");
        response.set("allow", found.allowed_methods);
        exchange->respond(std::move(response));
        return;
    }
    auto query = net::parse_query(exchange->request.query);
    if (!query) {
        exchange->respond_text(400, "Failed to deserialize query string: " + query.error().message);
        return;
    }
    exchange->query = std::move(*query);
    bool about_database = exchange->request.path.starts_with(kDatabasePrefix);
    Credentials credentials = found.route != nullptr ? found.route->credentials
                              : about_database       ? Credentials::Optional
                                                     : Credentials::Ignored;
    if (!check_credentials(*exchange, credentials)) return;
    exchange->answer_identity = about_database;
    if (found.route == nullptr) {
        net::HttpResponse response(405);
        response.set("allow", found.allowed_methods);
        exchange->respond(std::move(response));
        return;
    }
    for (std::string& parameter : found.parameters) {
        auto decoded = net::percent_decode(parameter);
        if (!decoded) {
            exchange->respond_text(400, "Invalid URL: " + decoded.error().message);
            return;
        }
        parameter = std::move(*decoded);
    }
    exchange->parameters = std::move(found.parameters);
    (this->*found.route->run)(exchange);
}

std::optional<sats::Identity> HttpApi::database_identity(Exchange& exchange) {
    const std::string& name = exchange.parameters[0];
    if (auto identity = sats::Identity::from_hex_text(name)) return *identity;
    if (auto checked = check_database_name(name); !checked) {
        exchange.respond_text(400, "Invalid URL: " + checked.error().message);
        return std::nullopt;
    }
    auto identity = surroundings_.directory->resolve(name);
    if (!identity) exchange.respond_text(404, fmt::format("`{}` not found", name));
    return identity;
}

std::optional<DatabaseInfo> HttpApi::database_info(Exchange& exchange) {
    auto identity = database_identity(exchange);
    if (!identity) return std::nullopt;
    auto info = surroundings_.directory->info(*identity);
    if (!info) exchange.respond_text(404, "No such database.");
    return info;
}

std::shared_ptr<database::Database> HttpApi::running_database(Exchange& exchange) {
    auto info = database_info(exchange);
    if (!info) return nullptr;
    auto database = surroundings_.directory->open(info->identity);
    if (!database) {
        exchange.respond_text(database.error().code == ErrorCode::NotFound ? 404 : 500, database.error().message);
        return nullptr;
    }
    return *database;
}

std::optional<DatabaseInfo> HttpApi::owned_database(Exchange& exchange, std::string_view action) {
    auto info = database_info(exchange);
    if (!info) return std::nullopt;
    if (info->owner != exchange.claims.identity) {
        exchange.respond_text(403, fmt::format("{} is not authorized to perform action on database {}: {}",
                                               exchange.claims.identity.hex(), info->identity.hex(), action));
        return std::nullopt;
    }
    return info;
}

database::Caller HttpApi::transient_caller(const Exchange& exchange, const database::Database& database) {
    database::Caller caller;
    caller.identity = exchange.claims.identity;
    caller.is_owner = caller.identity == database.owner();
    surroundings_.random->fill(caller.connection.le);
    return caller;
}

}  // namespace lightcone::api
