// SPDX-License-Identifier: Apache-2.0
// The HTTP API and the WebSocket endpoint on one port: routing, credentials, CORS. What a route does is in the
// *_routes.cc files; no business rules here.
//
// Threads: on_request on I/O threads; answers from any thread. Outlives the HTTP server it is given to.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "api/directory.h"
#include "api/settler.h"
#include "auth/token.h"
#include "base/random.h"
#include "net/http_server.h"

namespace lightcone::api {

// A request on its way through a route.
struct Exchange {
    net::HttpRequest request;
    std::shared_ptr<net::HttpResponder> responder;
    std::vector<std::string> parameters;  // values of the path's :name parts, percent-decoded
    std::vector<std::pair<std::string, std::string>> query;
    // Who asks; set on every route that looks at credentials.
    auth::Claims claims;
    std::string token;
    bool has_credentials = false;
    bool answer_identity = false;  // add the spacetime-identity headers

    // Value of a query parameter; the last one wins.
    std::optional<std::string_view> query_value(std::string_view name) const;
    // Adds the CORS and identity headers.
    void prepare(net::HttpResponse& response) const;
    // Sends, prepared.
    void respond(net::HttpResponse response);
    void respond_text(uint16_t status, std::string_view text) { respond(net::HttpResponse::text(status, text)); }
    void respond_json(uint16_t status, std::string_view json) { respond(net::HttpResponse::json(status, json)); }
    void respond_empty(uint16_t status) { respond(net::HttpResponse(status)); }
};
using ExchangePtr = std::shared_ptr<Exchange>;

class HttpApi final : public net::HttpHandler {
  public:
    struct Surroundings {
        Directory* directory = nullptr;
        const auth::TokenAuthority* tokens = nullptr;
        const Clock* clock = nullptr;
        Random* random = nullptr;
        Settler* settler = nullptr;
    };
    explicit HttpApi(Surroundings surroundings);
    ~HttpApi() override;

    size_t body_bytes_max(const net::HttpRequest& head) override;
    void on_request(net::HttpRequest request, std::shared_ptr<net::HttpResponder> responder) override;
    net::HttpResponse on_refused(const net::HttpRequest* head, uint16_t status, std::string_view reason) override;

    enum class Credentials : uint8_t {
        Ignored,   // not looked at
        Optional,  // an anonymous caller gets a fresh identity
        Checked,   // a bad token is refused; nothing is issued for nobody
        Required,
    };
    using RouteFunction = void (HttpApi::*)(ExchangePtr);
    struct Route {
        std::string_view method;
        std::string_view pattern;  // "/v1/database/:n/call/:function"
        Credentials credentials;
        RouteFunction run;
        bool large_body = false;
    };

  private:
    struct Match {
        const Route* route = nullptr;
        bool path_known = false;
        std::string allowed_methods;
        std::vector<std::string> parameters;
    };
    Match match(std::string_view method, std::string_view path) const;
    // False: answered already.
    bool check_credentials(Exchange& exchange, Credentials credentials);

    // Resolves the :n part. Null: answered already (400, 404).
    std::optional<sats::Identity> database_identity(Exchange& exchange);
    std::optional<DatabaseInfo> database_info(Exchange& exchange);
    std::shared_ptr<database::Database> running_database(Exchange& exchange);
    // The info of a database that the caller owns; otherwise answers 403.
    std::optional<DatabaseInfo> owned_database(Exchange& exchange, std::string_view action);
    database::Caller transient_caller(const Exchange& exchange, const database::Database& database);

    void ping(ExchangePtr exchange);
    void health(ExchangePtr exchange);
    void new_identity(ExchangePtr exchange);
    void websocket_token(ExchangePtr exchange);
    void public_key(ExchangePtr exchange);
    void verify_identity(ExchangePtr exchange);
    void databases_of(ExchangePtr exchange);

    void publish_unnamed(ExchangePtr exchange);
    void publish(ExchangePtr exchange);
    void run_publish(ExchangePtr exchange, PublishRequest request);
    void remove(ExchangePtr exchange);

    void info(ExchangePtr exchange);
    void schema(ExchangePtr exchange);
    void logs(ExchangePtr exchange);
    void get_names(ExchangePtr exchange);
    void add_name(ExchangePtr exchange);
    void set_names(ExchangePtr exchange);
    void identity_of(ExchangePtr exchange);
    void timestamp(ExchangePtr exchange);

    void call(ExchangePtr exchange);
    void sql(ExchangePtr exchange);
    void subscribe(ExchangePtr exchange);

    const Surroundings surroundings_;
    static const std::vector<Route>& routes();
};

}  // namespace lightcone::api
