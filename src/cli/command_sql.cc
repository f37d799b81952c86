// SPDX-License-Identifier: Apache-2.0
// lightcone sql: runs one query and prints its rows.
#include <cstdio>

#include "cli/cell_text.h"
#include "cli/commands.h"
#include "sats/json_codec.h"

namespace lightcone::cli {

namespace {

Result<std::string> statement_text(const sats::JsonValue& statement) {
    std::vector<std::string> header;
    std::vector<sats::AlgebraicType> types;
    const sats::JsonValue& elements = *TRY(TRY(statement.require("schema"))->require("elements"));
    for (const sats::JsonValue& element : elements.items()) {
        const sats::JsonValue* name = TRY(element.require("name"))->find("some");
        header.push_back(name != nullptr ? std::string(name->string()) : fmt::format("column {}", header.size()));
        types.push_back(TRY(sats::type_from_json(*TRY(element.require("algebraic_type")))));
    }
    if (header.empty()) return "\n";
    std::vector<std::vector<std::string>> rows;
    for (const sats::JsonValue& row : TRY(TRY(statement.require("rows"))->as_array())) {
        if (row.items().size() != types.size()) return row.unexpected_type("a row");
        std::vector<std::string> cells;
        for (size_t i = 0; i < types.size(); ++i) cells.push_back(TRY(cell_text(row.items()[i], types[i])));
        rows.push_back(std::move(cells));
    }
    return table_text(header, rows);
}

}  // namespace

Result<int> run_sql(Context& context, const SqlOptions& options) {
    Config config = TRY(Config::load(context.disk, context.paths.config_file));
    Remote remote = TRY(Remote::open(config, options.server));
    std::string identity = TRY(remote.database_identity(options.database));
    std::string target = "/v1/database/" + identity + "/sql";
    if (options.confirmed) target += *options.confirmed ? "?confirmed=true" : "?confirmed=false";
    net::HttpClientResponse response =
        TRY(remote.request_ok("POST", target, Bytes(options.query.begin(), options.query.end())));
    if (options.format == "json") {
        std::printf("%s\n", std::string(response.text()).c_str());
        return 0;
    }
    sats::JsonValue json = TRY(sats::JsonValue::parse(response.text()));
    bool first = true;
    for (const sats::JsonValue& statement : TRY(json.as_array())) {
        std::printf("%s%s", first ? "" : "\n", TRY(statement_text(statement)).c_str());
        first = false;
    }
    return 0;
}

}  // namespace lightcone::cli
