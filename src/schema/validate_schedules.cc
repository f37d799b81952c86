// SPDX-License-Identifier: Apache-2.0
#include "schema/identifier.h"
#include "schema/validate.h"

namespace lightcone::schema {

namespace {

bool has_schedule_columns(const TableSchema& table, ColumnId at_column) {
    if (at_column.value >= table.columns.size() || !table.primary_key) return false;
    const sats::AlgebraicType& at = table.columns[at_column.value].type;
    const sats::AlgebraicType& id = table.columns[table.primary_key->value].type;
    return sats::special_type(at) == sats::SpecialType::ScheduleAt && id.kind == sats::TypeKind::U64;
}

struct ScheduledFunction {
    const std::string* name;
    const sats::AlgebraicType* params;
    FunctionVisibility* visibility;
};

std::optional<ScheduledFunction> find_function(Validation& v, const std::string& source_name) {
    auto reducer = v.reducers_by_source_name.find(source_name);
    if (reducer != v.reducers_by_source_name.end()) {
        ReducerDef& def = v.def.reducers[reducer->second];
        return ScheduledFunction{&def.name, &def.params, &def.visibility};
    }
    auto procedure = v.procedures_by_source_name.find(source_name);
    if (procedure != v.procedures_by_source_name.end()) {
        ProcedureDef& def = v.def.procedures[procedure->second];
        return ScheduledFunction{&def.name, &def.params, &def.visibility};
    }
    return std::nullopt;
}

bool takes_row_of(const TableDef& table, const sats::AlgebraicType& params) {
    if (params.elements.size() != 1) return false;
    const sats::AlgebraicType& only = params.elements[0].type;
    return only.kind == sats::TypeKind::Ref && only.ref == table.product_type_ref;
}

void validate_schedule(Validation& v, const ModuleSource::ScheduleEntry& entry) {
    auto at = v.tables_by_source_name.find(entry.table_name);
    if (at == v.tables_by_source_name.end()) {
        v.errors.add(RuleKind::Schedules, "Table {} not found", entry.table_name);
        return;
    }
    TableDef& table = v.def.tables[at->second];
    TableSchema& schema = table.schema;
    if (schema.schedule) {
        v.errors.add(RuleKind::Schedules, "table {} is assigned in multiple schedules", schema.name);
        return;
    }
    ScheduleSchema schedule;
    schedule.at_column = ColumnId(entry.at_column);
    schedule.name = entry.name.value_or(generated_schedule_name(schema));
    v.errors.add_identifier(RuleKind::Schedules, identifier_error(schedule.name));
    v.names.claim(schedule.name, RuleKind::Schedules, v.errors);
    if (schema.is_event) {
        v.errors.add(RuleKind::Schedules, "scheduled table {} must not be an event table", schema.name);
    }
    if (!has_schedule_columns(schema, schedule.at_column)) {
        v.errors.add(RuleKind::Schedules,
                     "A scheduled table must have columns `scheduled_id: u64` and `scheduled_at: ScheduledAt`, but "
                     "table `{}` has columns {}",
                     schema.name, short_type_text(schema.row_type()));
    }
    auto function = find_function(v, entry.function_name);
    if (!function) {
        v.errors.add(RuleKind::Schedules,
                     "Schedule {} refers to a scheduled reducer or procedure {} that does not exist", schedule.name,
                     entry.function_name);
        return;
    }
    if (!takes_row_of(table, *function->params)) {
        v.errors.add(RuleKind::Schedules, "Scheduled reducer {} expected to have type (0: &{}), but has type {}",
                     *function->name, table.product_type_ref, short_type_text(*function->params));
    }
    if (v.source.version == DefVersion::V10) *function->visibility = FunctionVisibility::Private;
    schedule.function_name = *function->name;
    schema.schedule = std::move(schedule);
}

}  // namespace

void validate_schedules(Validation& v) {
    for (const ModuleSource::ScheduleEntry& entry : v.source.schedules) validate_schedule(v, entry);
}

}  // namespace lightcone::schema
