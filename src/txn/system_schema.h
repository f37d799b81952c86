// SPDX-License-Identifier: Apache-2.0
// The tables every database describes itself with: ordinary tables with fixed ids (docs/compatibility.md lists them;
// source: spec, SQL §17). Their own schemas are built in; their rows about user tables are what replay rebuilds schemas
// from.
#pragma once

#include <vector>

#include "schema/table_schema.h"

namespace lightcone::txn {

inline constexpr TableId kStTable{1};
inline constexpr TableId kStColumn{2};
inline constexpr TableId kStSequence{3};
inline constexpr TableId kStIndex{4};
inline constexpr TableId kStConstraint{5};
inline constexpr TableId kStModule{6};
inline constexpr TableId kStClient{7};
inline constexpr TableId kStVar{8};
inline constexpr TableId kStScheduled{9};
inline constexpr TableId kStRowLevelSecurity{10};
inline constexpr TableId kStConnectionCredentials{11};
inline constexpr TableId kStView{12};
inline constexpr TableId kStViewParam{13};
inline constexpr TableId kStViewColumn{14};
inline constexpr TableId kStViewSub{15};
inline constexpr TableId kStViewArg{16};
inline constexpr TableId kStEventTable{17};
inline constexpr TableId kStTableAccessor{18};
inline constexpr TableId kStIndexAccessor{19};
inline constexpr TableId kStColumnAccessor{20};

// Sequences that generate ids of user objects.
inline constexpr SequenceId kTableIdSequence{1};
inline constexpr SequenceId kIndexIdSequence{2};
inline constexpr SequenceId kConstraintIdSequence{3};
inline constexpr SequenceId kScheduleIdSequence{4};
inline constexpr SequenceId kSequenceIdSequence{5};

// All twenty, ascending by id, ids of indexes, constraints and sequences included.
std::vector<schema::TableSchema> system_table_schemas();

}  // namespace lightcone::txn
