// SPDX-License-Identifier: Apache-2.0
// Routes that act as a short-lived client: reducer calls and SQL.
#include "api/http_api.h"
#include "sats/json_codec.h"
#include "sats/json_value.h"
#include "sats/utf8.h"

namespace lightcone::api {

namespace {

using database::CallResult;

constexpr uint16_t kReducerFailed = 530;

bool equal_ignoring_case(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
        return std::tolower(static_cast<unsigned char>(x)) == std::tolower(static_cast<unsigned char>(y));
    });
}

// A reducer's outcome as HTTP says it.
net::HttpResponse call_response(const CallResult& result, uint64_t micros) {
    net::HttpResponse response;
    bool ran = true;
    switch (result.status) {
        case CallResult::Status::Ok: response = net::HttpResponse::text(200, ""); break;
        case CallResult::Status::UserError:
        case CallResult::Status::Fatal: response = net::HttpResponse::text(kReducerFailed, result.message); break;
        case CallResult::Status::OutOfEnergy:
            response = net::HttpResponse::text(402, "Module energy budget exhausted.");
            break;
        case CallResult::Status::InvalidArguments:
        case CallResult::Status::LifecycleReducer:
            response = net::HttpResponse::text(400, result.message);
            ran = false;
            break;
        case CallResult::Status::NoSuchReducer:
            response = net::HttpResponse::text(404, "No such procedure");
            ran = false;
            break;
        case CallResult::Status::Unavailable:
            response = net::HttpResponse::text(503, result.message);
            ran = false;
            break;
    }
    if (ran) {
        response.set("spacetime-energy-used", "0");
        response.set("spacetime-execution-duration-micros", std::to_string(micros));
    }
    return response;
}

uint16_t refused_client_status(const Error& error) {
    switch (error.code) {
        case ErrorCode::Aborted: return 403;
        case ErrorCode::Unavailable:
        case ErrorCode::Io: return 503;
        default: return 500;
    }
}

// A statement fails for what it says, unless it was never looked at.
uint16_t failed_query_status(const Error& error) {
    bool never_ran = error.code == ErrorCode::Aborted || error.code == ErrorCode::Unavailable ||
                     error.code == ErrorCode::Io || error.code == ErrorCode::Internal;
    return never_ran ? refused_client_status(error) : 400;
}

// Every row as a JSON array, in column order.
Result<void> append_rows(const query::SqlResult& result, std::string& out) {
    static const sats::Typespace kNoRefs;
    ByteReader in(result.rows.bytes);
    for (size_t i = 0; i < result.rows.row_count(); ++i) {
        if (i > 0) out += ',';
        TRY_VOID(sats::bsatn_to_json(in, result.row_type, kNoRefs, sats::JsonForm::Positional, out));
    }
    return {};
}

Result<std::string> sql_json(const std::vector<query::SqlResult>& results, uint64_t micros) {
    std::string out = "[";
    for (const query::SqlResult& result : results) {
        if (out.size() > 1) out += ',';
        out += "{\"schema\":";
        sats::product_type_to_json(result.row_type, out);
        out += ",\"rows\":[";
        TRY_VOID(append_rows(result, out));
        out += fmt::format(
            R"(],"total_duration_micros":{},"stats":{{"rows_inserted":{},"rows_deleted":{},"rows_updated":{}}}}})",
            micros, result.rows_inserted, result.rows_deleted, result.rows_updated);
    }
    return out + "]";
}

}  // namespace

void HttpApi::call(ExchangePtr exchange) {
    auto database = running_database(*exchange);
    if (database == nullptr) return;
    auto content_type = exchange->request.header("content-type");
    if (!content_type) return exchange->respond_text(400, "Header of type `content-type` was missing");
    if (!equal_ignoring_case(*content_type, "application/json")) {
        return exchange->respond_text(415, "Expected request with `Content-Type: application/json`");
    }
    if (!sats::is_valid_utf8(exchange->request.body)) {
        return exchange->respond_text(400, "Request body didn't contain valid UTF-8");
    }
    const std::string& name = exchange->parameters[1];
    auto reducers = database->reducers();
    const database::ReducerEntry* entry = reducers->find(name);
    Bytes args;
    // The database refuses names it does not know or may not call before it looks at arguments.
    if (entry != nullptr && !entry->lifecycle) {
        const schema::ReducerDef& definition = reducers->definition().reducers[entry->id.value];
        auto converted = [&]() -> Result<void> {
            sats::JsonValue json = TRY(sats::JsonValue::parse(as_text(exchange->request.body)));
            return sats::json_args_to_bsatn(json, {"reducer", entry->name}, definition.params,
                                            reducers->definition().source_typespace, args);
        }();
        if (!converted) {
            return exchange->respond_text(
                400, fmt::format("invalid arguments for reducer {}: {}", entry->name, converted.error().message));
        }
    }
    uint64_t started = surroundings_.clock->monotonic_nanos();
    const Clock* clock = surroundings_.clock;
    database->call(transient_caller(*exchange, *database), exchange->claims.payload_json, name, std::move(args),
                   [exchange, started, clock, database](Result<CallResult> result) {
                       uint64_t micros = (clock->monotonic_nanos() - started) / 1000;
                       if (result) return exchange->respond(call_response(*result, micros));
                       exchange->respond_text(refused_client_status(result.error()), result.error().message);
                   });
}

void HttpApi::sql(ExchangePtr exchange) {
    auto database = running_database(*exchange);
    if (database == nullptr) return;
    if (!sats::is_valid_utf8(exchange->request.body)) {
        return exchange->respond_text(400, "Request body didn't contain valid UTF-8");
    }
    std::string_view confirmed = exchange->query_value("confirmed").value_or("true");
    if (confirmed != "true" && confirmed != "false") {
        return exchange->respond_text(
            400, "Failed to deserialize query string: confirmed: provided string was not `true` or `false`");
    }
    uint64_t started = surroundings_.clock->monotonic_nanos();
    const Clock* clock = surroundings_.clock;
    database->sql(transient_caller(*exchange, *database), exchange->claims.payload_json,
                  std::string(as_text(exchange->request.body)), confirmed == "true",
                  [exchange, started, clock, database](Result<std::vector<query::SqlResult>> results) {
                      if (!results) {
                          return exchange->respond_text(failed_query_status(results.error()), results.error().message);
                      }
                      uint64_t micros = (clock->monotonic_nanos() - started) / 1000;
                      auto json = sql_json(*results, micros);
                      if (!json) return exchange->respond_text(500, json.error().message);
                      net::HttpResponse response = net::HttpResponse::json(200, *json);
                      response.set("spacetime-execution-duration-micros", std::to_string(micros));
                      exchange->respond(std::move(response));
                  });
}

}  // namespace lightcone::api
