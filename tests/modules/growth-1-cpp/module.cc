// SPDX-License-Identifier: Apache-2.0
// First version of a module that is republished: growth-2 adds a table, growth-refused changes a column.
#include <lightcone/module.h>

using namespace lightcone;

struct Plant {
    uint64_t id;
    std::string name;
};
Table<Plant, Public, PrimaryKey<&Plant::id>, AutoInc<&Plant::id>> plants("plants");

void add_plant(ReducerContext& ctx, std::string name) {
    ctx.db[plants].insert({0, name});
}
LIGHTCONE_REDUCER(add_plant, name);
