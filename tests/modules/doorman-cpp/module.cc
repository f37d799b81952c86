// SPDX-License-Identifier: Apache-2.0
// A door that can be shut: clients are refused while it is. Leaving can be made to fail, which must not keep anyone in.
#include <lightcone/module.h>

using namespace lightcone;

struct Door {
    uint8_t id;
    std::string refusal;  // empty: open
    bool jammed;          // leaving panics
};
Table<Door, Public, PrimaryKey<&Door::id>> doors("doors");

struct Visit {
    Identity visitor;
    ConnectionId connection;
    bool inside;
};
Table<Visit, Public, PrimaryKey<&Visit::connection>> visits("visits");

void built(ReducerContext& ctx) {
    ctx.db[doors].insert({0, "", false});
}
LIGHTCONE_INIT(built);

Outcome came(ReducerContext& ctx) {
    // Written before the check: a refused visit must leave nothing behind.
    ctx.db[visits].insert({ctx.sender, ctx.connection_id.value(), true});
    const Door door = ctx.db[doors].find(0).value();
    if (door.refusal == "panic") panic("the doorman fainted");
    if (!door.refusal.empty()) return error(door.refusal);
    return ok();
}
LIGHTCONE_CLIENT_CONNECTED(came);

void went(ReducerContext& ctx) {
    if (ctx.db[doors].find(0)->jammed) panic("the door is jammed");
    ctx.db[visits].update({ctx.sender, ctx.connection_id.value(), false});
}
LIGHTCONE_CLIENT_DISCONNECTED(went);

void set_door(ReducerContext& ctx, std::string refusal, bool jammed) {
    ctx.db[doors].update({0, refusal, jammed});
}
LIGHTCONE_REDUCER(set_door, refusal, jammed);
