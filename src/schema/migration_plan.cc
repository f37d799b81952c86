// SPDX-License-Identifier: Apache-2.0
#include "schema/migration_plan.h"

#include <unordered_map>

#include "schema/error_list.h"

namespace lightcone::schema {

namespace {

const char* access_name(TableAccess access) {
    return access == TableAccess::Public ? "public" : "private";
}

const char* type_name(TableType type) {
    return type == TableType::User ? "User" : "System";
}

std::string option_text(const std::string& accessor) {
    return accessor.empty() ? "None" : fmt::format("Some(\"{}\")", accessor);
}

// One existing table under its old and new definition; every difference is refused, in the words that tell which.
class TableComparison {
  public:
    TableComparison(const TableSchema& old, const TableSchema& next, ErrorList& errors)
        : old_(old), next_(next), errors_(errors) {}

    void run() {
        compare_table();
        compare_columns();
        compare_objects(old_.indexes, next_.indexes, "index",
                        [this](const IndexSchema& a, const IndexSchema& b) { compare_index(a, b); });
        compare_objects(old_.constraints, next_.constraints, "unique constraint",
                        [this](const UniqueConstraintSchema& a, const UniqueConstraintSchema& b) {
                            if (a.columns != b.columns) {
                                refuse("Changing a unique constraint {} requires a manual migration", a.name);
                            }
                        });
        compare_objects(old_.sequences, next_.sequences, "sequence",
                        [this](const SequenceSchema& a, const SequenceSchema& b) {
                            if (a != b) unsupported("changing sequence {}", a.name);
                        });
    }

  private:
    template <typename... Args>
    void refuse(fmt::format_string<Args...> format, Args&&... args) {
        errors_.add(RuleKind::Migration, format, std::forward<Args>(args)...);
    }
    // Changes that a later version plans; until then the way out is a new database or one without its data.
    template <typename... Args>
    void unsupported(fmt::format_string<Args...> format, Args&&... args) {
        refuse("{} of table {} is not supported yet; publish with --delete-data or under another database name",
               fmt::format(format, std::forward<Args>(args)...), old_.name);
    }

    void compare_table() {
        if (old_.type != next_.type) {
            refuse("Changing the table type of table {} from {} to {} requires a manual migration", old_.name,
                   type_name(old_.type), type_name(next_.type));
        }
        if (old_.is_event != next_.is_event) {
            refuse("Changing the event flag of table {} requires a manual migration", old_.name);
        }
        if (old_.access != next_.access) {
            unsupported("changing the access from {} to {}", access_name(old_.access), access_name(next_.access));
        }
        if (old_.accessor != next_.accessor) {
            unsupported("changing the accessor name from {} to {}", old_.accessor, next_.accessor);
        }
        if (old_.primary_key != next_.primary_key) {
            unsupported("changing the primary key from {} to {}", key_text(old_), key_text(next_));
        }
        if (old_.schedule != next_.schedule) unsupported("changing the schedule");
    }

    static std::string key_text(const TableSchema& table) {
        return table.primary_key ? fmt::format("column {}", table.columns[table.primary_key->value].name) : "none";
    }

    using Positions = std::unordered_map<std::string_view, size_t>;

    static Positions positions_of(const TableSchema& table) {
        Positions positions;
        for (size_t i = 0; i < table.columns.size(); ++i) positions.emplace(table.columns[i].name, i);
        return positions;
    }

    void compare_columns() {
        Positions old_positions = positions_of(old_);
        Positions next_positions = positions_of(next_);
        for (size_t i = 0; i < old_.columns.size(); ++i) {
            const ColumnSchema& column = old_.columns[i];
            auto now = next_positions.find(column.name);
            if (now == next_positions.end()) {
                refuse("Removing a column {} from table {} requires a manual migration", column.name, old_.name);
                continue;
            }
            if (now->second != i) refuse("Reordering table {} requires a manual migration", old_.name);
            compare_column(column, next_.columns[now->second]);
        }
        for (const ColumnSchema& column : next_.columns) {
            if (!old_positions.contains(column.name)) unsupported("adding a column {}", column.name);
        }
    }

    void compare_column(const ColumnSchema& old, const ColumnSchema& next) {
        if (old.type != next.type) {
            refuse("Changing the type of column {} in table {} from {} to {} requires a manual migration", old.name,
                   old_.name, short_type_text(old.type), short_type_text(next.type));
        }
        if (old.accessor != next.accessor) {
            unsupported("changing the accessor name of column {} from {} to {}", old.name, old.accessor, next.accessor);
        }
    }

    // Both lists ascend by name.
    template <typename T, typename Compare>
    void compare_objects(const std::vector<T>& old, const std::vector<T>& next, const char* what, Compare compare) {
        auto a = old.begin();
        auto b = next.begin();
        while (a != old.end() || b != next.end()) {
            if (b == next.end() || (a != old.end() && a->name < b->name)) {
                unsupported("removing {} {}", what, a->name);
                ++a;
            } else if (a == old.end() || b->name < a->name) {
                unsupported("adding {} {}", what, b->name);
                ++b;
            } else {
                compare(*a++, *b++);
            }
        }
    }

    void compare_index(const IndexSchema& old, const IndexSchema& next) {
        if (old.accessor != next.accessor) {
            refuse("Changing the accessor name on index {} from {} to {} requires a manual migration", old.name,
                   option_text(old.accessor), option_text(next.accessor));
        }
        if (old.algorithm != next.algorithm || old.columns != next.columns) {
            unsupported("changing algorithm or columns of index {}", old.name);
        }
        if (old.alias != next.alias) {
            unsupported("changing the source name of index {} from {} to {}", old.name, old.alias, next.alias);
        }
    }

    const TableSchema& old_;
    const TableSchema& next_;
    ErrorList& errors_;
};

}  // namespace

Result<MigrationPlan> plan_republish(const ModuleDef& current, const ModuleDef& next) {
    MigrationPlan plan;
    ErrorList errors;
    for (const TableDef& table : current.tables) {
        if (const TableDef* now = next.find_table(table.schema.name)) {
            TableComparison(table.schema, now->schema, errors).run();
        } else {
            errors.add(RuleKind::Migration,
                       "removing table {} is not supported yet; publish with --delete-data or under another database "
                       "name",
                       table.schema.name);
        }
    }
    for (const TableDef& table : next.tables) {
        if (current.find_table(table.schema.name) == nullptr) {
            plan.steps.push_back({StepKind::AddTable, table.schema.name});
        }
    }
    if (!errors.empty()) return fail_text(ErrorCode::InvalidArgument, errors.text());
    return plan;
}

}  // namespace lightcone::schema
