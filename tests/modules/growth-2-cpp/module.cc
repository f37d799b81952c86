// SPDX-License-Identifier: Apache-2.0
// Second version of growth-1: one table and one reducer more, and add_plant works differently.
#include <lightcone/module.h>

using namespace lightcone;

struct Plant {
    uint64_t id;
    std::string name;
};
Table<Plant, Public, PrimaryKey<&Plant::id>, AutoInc<&Plant::id>> plants("plants");

struct Garden {
    uint32_t id;
    std::string owner;
};
Table<Garden, Public, PrimaryKey<&Garden::id>, AutoInc<&Garden::id>> gardens("gardens");

void add_plant(ReducerContext& ctx, std::string name) {
    ctx.db[plants].insert({0, name + " (watered)"});
}
LIGHTCONE_REDUCER(add_plant, name);

void add_garden(ReducerContext& ctx, std::string owner) {
    ctx.db[gardens].insert({0, owner});
}
LIGHTCONE_REDUCER(add_garden, owner);
