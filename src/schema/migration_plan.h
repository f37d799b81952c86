// SPDX-License-Identifier: Apache-2.0
// What publishing a changed module over an existing database does to its tables, or why it is refused.
// Pure: definitions in, plan out; rows are never looked at. Any thread.
//
// The planner compares table by table under canonical names and gives every difference to one function per kind of
// object, which either adds a step or a refusal. Steps that stand today: AddTable. A further kind of change is allowed
// by adding its StepKind in the place that its execution order demands and by replacing the refusal in its function.
#pragma once

#include <string>
#include <vector>

#include "schema/module_def.h"

namespace lightcone::schema {

// In execution order.
enum class StepKind : uint8_t { AddTable };

struct MigrationStep {
    StepKind kind = StepKind::AddTable;
    std::string table;  // canonical name

    bool operator==(const MigrationStep&) const = default;
};

struct MigrationPlan {
    // Sorted by kind, then by name.
    std::vector<MigrationStep> steps;
    // Whether connected clients must be disconnected; no step that stands today demands it.
    bool breaks_clients = false;
};

// `current` is the definition of the running module. Reducers, parameters, types and life cycles may change freely:
// they are no part of the plan. Errors: InvalidArgument "Errors occurred:\n…" with every refused difference, naming
// table and object.
Result<MigrationPlan> plan_republish(const ModuleDef& current, const ModuleDef& next);

}  // namespace lightcone::schema
