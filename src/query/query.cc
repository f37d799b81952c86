// SPDX-License-Identifier: Apache-2.0
#include "query/query.h"

#include "query/lexer.h"
#include "query/parser.h"
#include "query/table_plan.h"

namespace lightcone::query {

namespace {

class CompiledQuery final : public Query {
  public:
    CompiledQuery(std::string sql, std::string key, schema::TableSchemaPtr schema, TablePlan plan, uint64_t version)
        : sql_(std::move(sql)),
          key_(std::move(key)),
          schema_(std::move(schema)),
          plan_(std::move(plan)),
          schema_version_(version) {}

    const std::string& key() const override { return key_; }
    const std::string& sql() const override { return sql_; }
    TableId table() const override { return plan_.table(); }
    const std::string& table_name() const override { return schema_->name; }
    bool is_event() const override { return schema_->is_event; }
    uint64_t schema_version() const override { return schema_version_; }
    bool matches(ByteView row) const override { return plan_.matches(row); }
    const std::optional<EqualityKey>& equality() const override { return plan_.equality(); }
    void run(txn::Datastore& store, const std::function<void(ByteView)>& visit) const override {
        plan_.run(store, [&](ByteView row) {
            visit(row);
            return true;
        });
    }

  private:
    std::string sql_;
    std::string key_;
    schema::TableSchemaPtr schema_;
    TablePlan plan_;
    uint64_t schema_version_;
};

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view kBlank = " \t\n\v\f\r";
    size_t first = text.find_first_not_of(kBlank);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

// SELECT * FROM *, in any case and spacing.
bool stands_for_all_tables(std::string_view sql) {
    auto tokens = tokenize(sql.substr(0, 256));
    return tokens && tokens->size() == 5 && (*tokens)[0].is_keyword("SELECT") && (*tokens)[1].is_symbol("*") &&
           (*tokens)[2].is_keyword("FROM") && (*tokens)[3].is_symbol("*");
}

std::string quoted(std::string_view name) {
    std::string out = "\"";
    for (char c : name) {
        if (c == '"') out += '"';
        out += c;
    }
    return out + "\"";
}

}  // namespace

Result<std::shared_ptr<const Query>> compile(std::string_view text, txn::Datastore& store, const Reader& reader) {
    std::string_view sql = trimmed(text);
    Statement statement = TRY(parse(sql));
    TRY_VOID(check(statement, Dialect::Subscription));
    auto catalogue = [&](std::string_view name) -> const schema::TableSchema* {
        storage::Table* table = store.find_table(name);
        return table == nullptr ? nullptr : &table->schema();
    };
    BoundSelect select = TRY(bind_select(statement, catalogue, reader));
    if (select.projection != BoundSelect::Projection::WholeTable) {
        return fail(ErrorCode::Unsupported,
                    "Column projections are not supported in subscriptions; Subscriptions must "
                    "return a table type");
    }
    if (select.tables.size() > 1) {
        return fail(ErrorCode::Unsupported, "Unsupported: JOIN; this version runs queries over one table");
    }
    const storage::Table& table = *store.table(select.tables[0].schema->id);
    TablePlan plan = TRY(TablePlan::compile(select, table));
    std::string key(sql);
    if (select.uses_sender) key += "\n:sender = " + reader.identity.hex();
    return std::make_shared<const CompiledQuery>(std::string(sql), std::move(key), table.shared_schema(),
                                                 std::move(plan), store.schema_version());
}

Result<std::vector<std::shared_ptr<const Query>>> compile_subscription(std::string_view sql, txn::Datastore& store,
                                                                       const Reader& reader) {
    std::vector<std::shared_ptr<const Query>> queries;
    if (!stands_for_all_tables(trimmed(sql))) {
        queries.push_back(TRY(compile(sql, store, reader)));
        return queries;
    }
    std::vector<std::string> names;
    store.for_each_table([&](storage::Table& table) {
        const schema::TableSchema& schema = table.schema();
        bool readable = schema.access == schema::TableAccess::Public || reader.is_owner;
        if (schema.type == schema::TableType::User && !schema.is_event && readable) names.push_back(schema.name);
    });
    for (const std::string& name : names) {
        queries.push_back(TRY(compile("SELECT * FROM " + quoted(name), store, reader)));
    }
    return queries;
}

}  // namespace lightcone::query
