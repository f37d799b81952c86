// SPDX-License-Identifier: Apache-2.0
// lightcone call: runs a reducer with JSON arguments.
#include <algorithm>
#include <cstdio>

#include "cli/commands.h"
#include "cli/definition_view.h"
#include "net/http_message.h"

namespace lightcone::cli {

namespace {

constexpr size_t kNamesShownMax = 10;

size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<size_t> row(b.size() + 1);
    for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
    for (size_t i = 1; i <= a.size(); ++i) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b.size(); ++j) {
            size_t above = row[j];
            row[j] = std::min({row[j] + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
            diagonal = above;
        }
    }
    return row[b.size()];
}

std::string unknown_function(const CallOptions& options, const std::string& identity, std::vector<std::string> names) {
    std::string text =
        fmt::format("No such reducer OR procedure `{}` for database `{}` resolving to identity `{}`.\n\n",
                    options.function, options.database, identity);
    std::sort(names.begin(), names.end(), [&](const std::string& a, const std::string& b) {
        return std::pair(edit_distance(a, options.function), a) < std::pair(edit_distance(b, options.function), b);
    });
    if (!names.empty() &&
        edit_distance(names[0], options.function) <= std::max<size_t>(1, options.function.size() / 3)) {
        return text + fmt::format("A reducer with a similar name exists: `{}`", names[0]);
    }
    if (names.empty()) return text + "The database has no reducers.";
    text += "Here are some existing reducers:";
    for (size_t i = 0; i < std::min(names.size(), kNamesShownMax); ++i) text += "\n- " + names[i];
    if (names.size() > kNamesShownMax) {
        size_t hidden = names.size() - kNamesShownMax;
        text += fmt::format("\n... ({} reducer{} not shown)", hidden, hidden == 1 ? "" : "s");
    }
    return text;
}

// Strings may come without quotes, identities as plain hex; everything else is JSON already.
std::string argument_json(const sats::AlgebraicType& type, std::string text) {
    if (type.kind == sats::TypeKind::String) {
        bool quoted = text.size() >= 2 && text.starts_with('"') && text.ends_with('"');
        return quoted ? text : '"' + text + '"';
    }
    if (sats::special_type(type) == sats::SpecialType::Identity) {
        if (text.size() >= 2 && text.starts_with('"') && text.ends_with('"')) text = text.substr(1, text.size() - 2);
        if (text.starts_with("0x")) return "[\"" + text + "\"]";
        if (text.starts_with("c200")) return "[\"0x" + text + "\"]";
    }
    return text;
}

}  // namespace

Result<int> run_call(Context& context, const CallOptions& options) {
    Config config = TRY(Config::load(context.disk, context.paths.config_file));
    Remote remote = TRY(Remote::open(config, options.server));
    std::string identity = TRY(remote.database_identity(options.database));
    DefinitionView definition = TRY(DefinitionView::parse(TRY(remote.schema(identity))));
    const ReducerView* reducer = definition.find_reducer(options.function);
    if (reducer == nullptr) {
        return fail_text(ErrorCode::NotFound, unknown_function(options, identity, definition.callable_reducers()));
    }
    std::string body = "[";
    const auto& parameters = reducer->params.elements;
    for (size_t i = 0; i < std::min(options.arguments.size(), parameters.size()); ++i) {
        if (i > 0) body += ", ";
        body += argument_json(parameters[i].type, options.arguments[i]);
    }
    body += "]";
    std::string target = "/v1/database/" + identity + "/call/" + net::percent_encode(options.function);
    net::HttpClientResponse response =
        TRY(remote.request("POST", target, Bytes(body.begin(), body.end()), "application/json"));
    if (response.status / 100 == 2) {
        if (!response.body.empty()) std::printf("%s\n", std::string(response.text()).c_str());
        return 0;
    }
    std::string cause = fmt::format("Response text: {}\n    HTTP status {} for url ({}{})", response.text(),
                                    response.status, remote.url(), target);
    if (!response.text().starts_with("invalid arguments")) {
        return fail(ErrorCode::Aborted, "Response text: {}\n\nCaused by:\n    HTTP status {} for url ({}{})",
                    response.text(), response.status, remote.url(), target);
    }
    std::string counts = options.arguments.size() == parameters.size()
                             ? ""
                             : fmt::format("{} parameters were expected, but {} were provided.\n\n", parameters.size(),
                                           options.arguments.size());
    return fail(
        ErrorCode::InvalidArgument,
        "Invalid arguments provided for reducer `{}` for database `{}` resolving to identity `{}`.\n\n{}The reducer "
        "has the following signature:\n\t{}\n\nCaused by:\n    {}",
        options.function, options.database, identity, counts, reducer->signature(), cause);
}

}  // namespace lightcone::cli
