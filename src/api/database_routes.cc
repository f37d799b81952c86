// SPDX-License-Identifier: Apache-2.0
// Routes that tell about one database: info, schema, logs.
#include <charconv>

#include "api/http_api.h"
#include "schema/module_def_json.h"

namespace lightcone::api {

namespace {

constexpr uint32_t kFollowedLinesMax = 2500;

// A hash as a number: bytes reversed, 0x, no leading zeros.
std::string hash_number(const Hash32& hash) {
    Bytes reversed(hash.rbegin(), hash.rend());
    std::string digits = to_hex(reversed);
    size_t first = std::min(digits.find_first_not_of('0'), digits.size() - 1);
    return "0x" + digits.substr(first);
}

std::string identity_number(const sats::Identity& identity) {
    std::string digits = identity.hex();
    size_t first = std::min(digits.find_first_not_of('0'), digits.size() - 1);
    return "0x" + digits.substr(first);
}

Result<std::optional<uint32_t>> line_count(const Exchange& exchange) {
    auto text = exchange.query_value("num_lines");
    if (!text) return std::nullopt;
    uint32_t count = 0;
    auto [end, code] = std::from_chars(text->data(), text->data() + text->size(), count);
    if (code != std::errc() || end != text->data() + text->size()) {
        return fail(ErrorCode::InvalidArgument,
                    "Failed to deserialize query string: num_lines: invalid digit found in string");
    }
    return count;
}

// Feeds one client's `logs --follow`: lines come from the database's turn, the client may be gone at any time.
struct LogStream {
    std::mutex mutex;
    std::unique_ptr<net::HttpBodyWriter> writer;

    bool write(std::string_view text) {
        std::lock_guard lock(mutex);
        return writer != nullptr && writer->write(as_bytes(text));
    }
};

}  // namespace

void HttpApi::info(ExchangePtr exchange) {
    auto info = database_info(*exchange);
    if (!info) return;
    exchange->respond_json(
        200,
        fmt::format(R"({{"database_identity":{{"__identity__":"{}"}},"owner_identity":{{"__identity__":"{}"}},)"
                    R"("host_type":{{"Wasm":[]}},"initial_program":"{}"}})",
                    identity_number(info->identity), identity_number(info->owner), hash_number(info->initial_program)));
}

void HttpApi::schema(ExchangePtr exchange) {
    auto database = running_database(*exchange);
    if (database == nullptr) return;
    auto version = exchange->query_value("version");
    if (version != "9" && version != "10") {
        return exchange->respond_text(400, "Failed to deserialize query string: version: expected `9` or `10`");
    }
    auto format = version == "9" ? schema::DefVersion::V9 : schema::DefVersion::V10;
    exchange->respond_json(200, schema::module_def_to_json(database->reducers()->definition(), format));
}

void HttpApi::logs(ExchangePtr exchange) {
    auto info = owned_database(*exchange, "view module logs");
    if (!info) return;
    auto lines = line_count(*exchange);
    if (!lines) return exchange->respond_text(400, lines.error().message);
    std::string_view follow = exchange->query_value("follow").value_or("false");
    if (follow != "true" && follow != "false") {
        return exchange->respond_text(
            400, "Failed to deserialize query string: follow: provided string was not `true` or `false`");
    }
    auto database = surroundings_.directory->open(info->identity);
    if (!database) return exchange->respond_text(503, "Logs are temporarily not available");
    database::ModuleLog& log = (*database)->module_log();

    net::HttpResponse response(200);
    response.set("content-type", "application/x-ndjson").set("cache-control", "no-cache");
    if (follow == "false") {
        auto text = log.read(*lines);
        if (!text) return exchange->respond_text(503, "Logs are temporarily not available");
        response.set_body(*text);
        return exchange->respond(std::move(response));
    }
    exchange->prepare(response);
    auto stream = std::make_shared<LogStream>();
    stream->writer = exchange->responder->stream(std::move(response));
    if (lines->value_or(0) > 0) {
        if (auto text = log.read(std::min(**lines, kFollowedLinesMax)); text) stream->write(*text);
    }
    uint64_t follower = log.follow([stream](std::string_view line) { return stream->write(line); });
    stream->writer->on_gone([database = std::weak_ptr(*database), follower] {
        if (auto alive = database.lock()) alive->module_log().unfollow(follower);
    });
}

}  // namespace lightcone::api
