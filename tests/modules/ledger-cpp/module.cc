// SPDX-License-Identifier: Apache-2.0
// For crash tests: every client writes entries 0, 1, 2, … and nothing else can happen without being noticed.
#include <lightcone/module.h>

using namespace lightcone;

struct Entry {
    uint64_t id;
    uint32_t client;
    uint64_t sequence;
    std::string text;
};
Table<Entry, Public, PrimaryKey<&Entry::id>, AutoInc<&Entry::id>, Unique<&Entry::client, &Entry::sequence>> entries(
    "entries");

// The number of entries of one client, written in the same transaction as the entry itself.
struct Tail {
    uint32_t client;
    uint64_t next;
};
Table<Tail, Public, PrimaryKey<&Tail::client>> tails("tails");

// Refuses what would leave a gap or come twice.
Outcome record(ReducerContext& ctx, uint32_t client, uint64_t sequence, std::string text) {
    auto tail = ctx.db[tails].find(client);
    const uint64_t expected = tail ? tail->next : 0;
    if (sequence != expected) return error("client {} is at {}, not {}", client, expected, sequence);
    ctx.db[entries].insert({0, client, sequence, text});
    if (tail) {
        ctx.db[tails].update({client, sequence + 1});
    } else {
        ctx.db[tails].insert({client, 1});
    }
    return ok();
}
LIGHTCONE_REDUCER(record, client, sequence, text);
