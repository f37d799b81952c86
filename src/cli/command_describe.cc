// SPDX-License-Identifier: Apache-2.0
// lightcone describe: a database's module definition, whole or one table or reducer of it, as indented JSON.
#include <cstdio>

#include "cli/commands.h"
#include "cli/definition_view.h"
#include "sats/json_writer.h"

namespace lightcone::cli {

namespace {

void print_indented(const sats::JsonValue& value, size_t depth, std::string& out) {
    std::string indent((depth + 1) * 2, ' ');
    std::string closing(depth * 2, ' ');
    if (value.is_object() && !value.members().empty()) {
        out += "{\n";
        for (size_t i = 0; i < value.members().size(); ++i) {
            out += (i > 0 ? ",\n" : "") + indent;
            sats::append_json_string(value.members()[i].key, out);
            out += ": ";
            print_indented(value.members()[i].value, depth + 1, out);
        }
        out += "\n" + closing + "}";
    } else if (value.is_array() && !value.items().empty()) {
        out += "[\n";
        for (size_t i = 0; i < value.items().size(); ++i) {
            out += (i > 0 ? ",\n" : "") + indent;
            print_indented(value.items()[i], depth + 1, out);
        }
        out += "\n" + closing + "]";
    } else if (value.is_object()) {
        out += "{}";
    } else if (value.is_array()) {
        out += "[]";
    } else if (value.is_string()) {
        sats::append_json_string(value.string(), out);
    } else if (value.is_number()) {
        out += value.number_text();
    } else {
        out += value.is_null() ? "null" : value.boolean() ? "true" : "false";
    }
}

}  // namespace

Result<int> run_describe(Context& context, const DescribeOptions& options) {
    bool whole = options.entity_type.empty();
    if (!whole && options.entity_type != "reducer" && options.entity_type != "table") {
        return fail(ErrorCode::InvalidArgument, "Invalid entity_type '{}'. Expected one of: reducer, table.",
                    options.entity_type);
    }
    Config config = TRY(Config::load(context.disk, context.paths.config_file));
    Remote remote = TRY(Remote::open(config, options.server));
    std::string json = TRY(remote.schema(TRY(remote.database_identity(options.database))));
    std::string out;
    if (whole) {
        print_indented(TRY(sats::JsonValue::parse(json)), 0, out);
    } else {
        DefinitionView definition = TRY(DefinitionView::parse(json));
        bool reducer = options.entity_type == "reducer";
        const ReducerView* found_reducer = reducer ? definition.find_reducer(options.entity_name) : nullptr;
        const TableView* found_table = reducer ? nullptr : definition.find_table(options.entity_name);
        if (found_reducer == nullptr && found_table == nullptr) {
            return fail(ErrorCode::NotFound, "no such {}", options.entity_type);
        }
        const std::string& source_name = reducer ? found_reducer->source_name : found_table->source_name;
        const sats::JsonValue* list = definition.section(reducer ? "Reducers" : "Tables");
        for (const sats::JsonValue& item : list->items()) {
            const sats::JsonValue* name = item.find("source_name");
            if (name != nullptr && name->string() == source_name) print_indented(item, 0, out);
        }
    }
    std::printf("%s\n", out.c_str());
    return 0;
}

}  // namespace lightcone::cli
