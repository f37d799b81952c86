// SPDX-License-Identifier: Apache-2.0
// A version of growth-1 that cannot replace it: a column has another type.
#include <lightcone/module.h>

using namespace lightcone;

struct Plant {
    uint64_t id;
    uint32_t name;
};
Table<Plant, Public, PrimaryKey<&Plant::id>, AutoInc<&Plant::id>> plants("plants");

void add_plant(ReducerContext& ctx, uint32_t name) {
    ctx.db[plants].insert({0, name});
}
LIGHTCONE_REDUCER(add_plant, name);
