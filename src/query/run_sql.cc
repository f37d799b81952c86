// SPDX-License-Identifier: Apache-2.0
// SQL over HTTP: one statement, run on the state as it is.
#include "query/parser.h"
#include "query/query.h"
#include "query/table_plan.h"

namespace lightcone::query {

using sats::AlgebraicType;
using sats::TypeElement;
using sats::TypeKind;

namespace {

// The settings that SET and SHOW know.
constexpr std::string_view kRowLimitVariable = "row_limit";

AlgebraicType result_type(const BoundSelect& select, const schema::TableSchema& schema) {
    switch (select.projection) {
        case BoundSelect::Projection::WholeTable: return schema.row_type();
        case BoundSelect::Projection::Count:
            return AlgebraicType::product({TypeElement{select.count_name, AlgebraicType{TypeKind::U64}}});
        case BoundSelect::Projection::Columns: break;
    }
    std::vector<TypeElement> elements;
    for (const OutputColumn& column : select.columns) {
        elements.push_back({column.name, schema.columns[column.column.value].type});
    }
    return AlgebraicType::product(std::move(elements));
}

void append_columns(const BoundSelect& select, const storage::Table& table, ByteView row, txn::RowBuffer& out) {
    for (const OutputColumn& column : select.columns) {
        ByteView value = table.column(row, column.column);
        out.bytes.insert(out.bytes.end(), value.begin(), value.end());
    }
    out.ends.push_back(static_cast<uint32_t>(out.bytes.size()));
}

// The result's rows are addressed by 32-bit ends.
constexpr size_t kResultBytesMax = UINT32_MAX;

Result<SqlResult> run_select(const BoundSelect& select, txn::Datastore& store) {
    if (select.tables.size() > 1) {
        return fail(ErrorCode::Unsupported, "Unsupported: JOIN; this version runs queries over one table");
    }
    storage::Table& table = *store.table(select.tables[0].schema->id);
    TablePlan plan = TRY(TablePlan::compile(select, table));
    SqlResult result;
    result.row_type = result_type(select, table.schema());
    uint64_t limit = select.limit.value_or(UINT64_MAX);
    if (limit == 0) return result;
    bool counts = select.projection == BoundSelect::Projection::Count;
    uint64_t count = 0;
    bool too_big = false;
    plan.run(store, [&](ByteView row) {
        ++count;
        if (counts) return true;
        if (row.size() > kResultBytesMax - result.rows.bytes.size()) {
            too_big = true;
            return false;
        }
        if (select.projection == BoundSelect::Projection::WholeTable) {
            result.rows.append(row);
        } else {
            append_columns(select, table, row, result.rows);
        }
        return count < limit;
    });
    if (too_big) {
        return fail(ErrorCode::LimitExceeded, "the result is larger than {} bytes; narrow the query or use LIMIT",
                    kResultBytesMax);
    }
    if (counts) {
        Bytes row;
        ByteWriter(row).u64(count);
        result.rows.append(row);
    }
    return result;
}

std::unexpected<Error> refuse_change(std::string_view what, const Reader& reader) {
    if (!reader.is_owner) {
        return fail(ErrorCode::PermissionDenied, "Caller {} is not authorized to run SQL DML statements",
                    reader.identity.hex());
    }
    return fail(ErrorCode::Unsupported, "Unsupported: {}; this version answers SELECT only", what);
}

// Data changes: an unknown table is reported before a missing permission.
std::unexpected<Error> refuse_change_of(std::string_view what, const std::string& name, txn::Datastore& store,
                                        const Reader& reader) {
    storage::Table* table = store.find_table(name);
    if (table == nullptr || (table->schema().access == schema::TableAccess::Private && !reader.is_owner)) {
        return fail(ErrorCode::NotFound, "no such table: `{}`. If the table exists, it may be marked private.", name);
    }
    return refuse_change(what, reader);
}

std::unexpected<Error> unknown_variable(std::string_view name) {
    return fail(ErrorCode::InvalidArgument, "{} is not a valid system variable", name);
}

}  // namespace

Result<std::vector<SqlResult>> run_sql(std::string_view sql, txn::Datastore& store, const Reader& reader) {
    Statement statement = TRY(parse(sql));
    TRY_VOID(check(statement, Dialect::Query));
    switch (statement.kind) {
        case Statement::Kind::Select: break;
        case Statement::Kind::Insert: return refuse_change_of("INSERT", statement.insert.table, store, reader);
        case Statement::Kind::Update: return refuse_change_of("UPDATE", statement.update.table, store, reader);
        case Statement::Kind::Delete:
            return refuse_change_of("DELETE", statement.delete_from.from.front().table.name, store, reader);
        case Statement::Kind::Set:
            if (statement.set.name != kRowLimitVariable) return unknown_variable(statement.set.name);
            return refuse_change("SET", reader);
        case Statement::Kind::Show:
            if (statement.show != kRowLimitVariable) return unknown_variable(statement.show);
            return run_sql("SELECT value FROM st_var WHERE name = 'row_limit'", store, reader);
        case Statement::Kind::Other:
            return fail(ErrorCode::Unsupported, "Unsupported: {}", statement.text(statement.range));
    }
    auto catalogue = [&](std::string_view name) -> const schema::TableSchema* {
        storage::Table* table = store.find_table(name);
        return table == nullptr ? nullptr : &table->schema();
    };
    BoundSelect select = TRY(bind_select(statement, catalogue, reader));
    std::vector<SqlResult> results;
    results.push_back(TRY(run_select(select, store)));
    return results;
}

}  // namespace lightcone::query
