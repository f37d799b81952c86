// SPDX-License-Identifier: Apache-2.0
// The kitchen: one module that uses everything, for end-to-end tests. misbehave.cc holds what ends badly.
#include <algorithm>

#include "types.h"

using namespace lightcone;

Table<Scalars, Public, PrimaryKey<&Scalars::id>> scalars("scalars");
Table<Composite, Public, PrimaryKey<&Composite::id>, AutoInc<&Composite::id>> composites("composites");
Table<Person, Public, PrimaryKey<&Person::id>, AutoInc<&Person::id>, Unique<&Person::email>, HashIndex<&Person::name>,
      BTreeIndex<&Person::age>, BTreeIndex<&Person::city, &Person::age, &Person::name>, DirectIndex<&Person::level>,
      BTreeIndex<&Person::team>, Default<&Person::score, -7>, Default<&Person::motto, FixedString("none yet")>>
    people("people");
Table<Counted, Public, PrimaryKey<&Counted::id>, AutoInc<&Counted::id>, AutoInc<&Counted::second>,
      AutoInc<&Counted::wide>>
    counted("counted");
Table<Slot, Public, Unique<&Slot::shelf, &Slot::place>, HashIndex<&Slot::item, &Slot::shelf>> slots("slots");
Table<Signal, Public, EventTable> signals("signals");
Table<Note, StoredAs<"secret_notes">> notes("notes");
Table<Answer, Public, PrimaryKey<&Answer::id>, AutoInc<&Answer::id>> answers("answers");

void tick(ReducerContext& ctx, Timer timer);
Table<Timer, Public, PrimaryKey<&Timer::id>, AutoInc<&Timer::id>, Scheduled<tick, &Timer::due>> timers("timers");

static void answer(ReducerContext& ctx, std::string question, std::string text) {
    ctx.db[answers].insert({0, std::move(question), std::move(text)});
}

void started(ReducerContext& ctx) {
    ctx.log.info("started by {}", ctx.sender);
    ctx.db[notes].insert({"started"});
}
LIGHTCONE_INIT(started);

void arrived(ReducerContext& ctx) {
    answer(ctx, "arrived", format("{} {}", ctx.sender, ctx.connection_id));
}
LIGHTCONE_CLIENT_CONNECTED(arrived);

void left(ReducerContext& ctx) {
    answer(ctx, "left", format("{} {}", ctx.sender, ctx.connection_id));
}
LIGHTCONE_CLIENT_DISCONNECTED(left);

void put_scalars(ReducerContext& ctx, Scalars row) {
    ctx.db[scalars].insert(row);
}
LIGHTCONE_REDUCER(put_scalars, row);

void put_composite(ReducerContext& ctx, Composite row) {
    const Composite stored = ctx.db[composites].insert(std::move(row));
    answer(ctx, "put_composite", format("id {}", stored.id));
}
LIGHTCONE_REDUCER(put_composite, row);

// Reads every composite and writes it back under a new id: what was read is what was written.
void copy_composites(ReducerContext& ctx) {
    std::vector<Composite> rows = ctx.db[composites].rows().to_vector();
    for (Composite& row : rows) {
        row.id = 0;
        ctx.db[composites].insert(row);
    }
}
LIGHTCONE_REDUCER(copy_composites);

static void count_leaves(const Tree& tree, uint32_t& leaves) {
    if (tree.branches.empty()) ++leaves;
    for (const Tree& branch : tree.branches) count_leaves(branch, leaves);
}

void question_tree(ReducerContext& ctx, Tree tree) {
    uint32_t leaves = 0;
    count_leaves(tree, leaves);
    answer(ctx, "tree", format("{} leaves under {}", leaves, tree.name));
}
LIGHTCONE_REDUCER(question_tree, tree);

Outcome add_person(ReducerContext& ctx, std::string email, std::string name, std::string city, uint8_t age,
                   uint16_t level, Colour team) {
    auto stored = ctx.db[people].try_insert({0, email, name, city, age, level, team, 0, ""});
    if (!stored) return error("{} is taken ({})", email, stored.error());
    answer(ctx, "add_person", format("{} is {}", stored->name, stored->id));
    return ok();
}
LIGHTCONE_REDUCER(add_person, email, name, city, age, level, team);

// Inserts without asking first: a taken address panics.
void force_person(ReducerContext& ctx, std::string email) {
    ctx.db[people].insert({0, email, "", "", 0, 0, Colour::Red, 0, ""});
}
LIGHTCONE_REDUCER(force_person, email);

Outcome rename_person(ReducerContext& ctx, std::string email, std::string name) {
    auto person = ctx.db[people].find<&Person::email>(email);
    if (!person) return error("nobody has the address {}", email);
    person->name = name;
    ctx.db[people].update(*person);
    return ok();
}
LIGHTCONE_REDUCER(rename_person, email, name);

Outcome move_person(ReducerContext& ctx, uint64_t id, std::string email) {
    auto person = ctx.db[people].find(id);
    if (!person) return error("nobody is number {}", id);
    person->email = email;
    if (auto stored = ctx.db[people].try_update(*person); !stored) return error("moving failed: {}", stored.error());
    return ok();
}
LIGHTCONE_REDUCER(move_person, id, email);

// Updates through the unique address; the id changes along.
void replace_person(ReducerContext& ctx, std::string email, uint64_t id) {
    const Person stored = ctx.db[people].update<&Person::email>({id, email, "replaced", "", 0, 0, Colour::Red, 0, ""});
    answer(ctx, "replace_person", format("now {}", stored.id));
}
LIGHTCONE_REDUCER(replace_person, email, id);

void drop_person(ReducerContext& ctx, uint64_t id) {
    answer(ctx, "drop_person", format("{}", ctx.db[people].erase(id)));
}
LIGHTCONE_REDUCER(drop_person, id);

static std::string names_of(Rows<Person> rows) {
    std::vector<std::string> names;
    for (Person& person : rows) names.push_back(std::move(person.name));
    std::sort(names.begin(), names.end());
    std::string text;
    for (const std::string& name : names) text += (text.empty() ? "" : " ") + name;
    return text;
}

// Every way to use an index, each as one answer.
void question_people(ReducerContext& ctx, std::string name, std::string city, uint8_t low, uint8_t high) {
    const auto table = ctx.db[people];
    answer(ctx, "hash", names_of(table.filter<&Person::name>(name)));
    answer(ctx, "range", names_of(table.filter<&Person::age>(range(low, high))));
    answer(ctx, "range_inclusive", names_of(table.filter<&Person::age>(range_inclusive(low, high))));
    answer(ctx, "range_from", names_of(table.filter<&Person::age>(range_from(low))));
    answer(ctx, "range_after", names_of(table.filter<&Person::age>(range_after(low))));
    answer(ctx, "range_to", names_of(table.filter<&Person::age>(range_to(high))));
    answer(ctx, "range_to_inclusive", names_of(table.filter<&Person::age>(range_to_inclusive(high))));
    answer(ctx, "point", names_of(table.filter<&Person::age>(low)));
    answer(ctx, "prefix_1", names_of(table.filter<&Person::city>(city)));
    answer(ctx, "prefix_2", names_of(table.filter<&Person::city, &Person::age>(city, low)));
    answer(ctx, "prefix_range", names_of(table.filter<&Person::city, &Person::age>(city, range(low, high))));
    answer(ctx, "full", names_of(table.filter<&Person::city, &Person::age, &Person::name>(city, low, name)));
    answer(ctx, "full_range",
           names_of(table.filter<&Person::city, &Person::age, &Person::name>(city, low, range_from(name))));
    answer(ctx, "direct", names_of(table.filter<&Person::level>(low)));
    answer(ctx, "direct_range", names_of(table.filter<&Person::level>(range_from<uint16_t>(low))));
    answer(ctx, "enum", names_of(table.filter<&Person::team>(Colour::Green)));
    answer(ctx, "count", format("{}", table.count()));
}
LIGHTCONE_REDUCER(question_people, name, city, low, high);

void erase_people(ReducerContext& ctx, std::string city, uint8_t low, uint8_t high) {
    const auto table = ctx.db[people];
    const uint32_t in_range = table.erase<&Person::city, &Person::age>(city, range(low, high));
    const uint32_t in_city = table.erase<&Person::city>(city);
    const uint32_t of_age = table.erase<&Person::age>(high);
    answer(ctx, "erase_people", format("{} {} {}", in_range, in_city, of_age));
}
LIGHTCONE_REDUCER(erase_people, city, low, high);

// Rows inserted and deleted while iterating do not change what is visited.
void question_iteration(ReducerContext& ctx) {
    uint32_t visited = 0;
    for (const Person& person : ctx.db[people]) {
        ++visited;
        ctx.db[people].erase(person.id);
        ctx.db[people].insert(
            {0, person.email + "+", person.name, person.city, person.age, person.level, person.team, 0, ""});
    }
    uint32_t until_first = 0;
    for (const Person& person : ctx.db[people]) {
        ++until_first;
        if (!person.name.empty()) break;
    }
    answer(ctx, "iteration",
           format("{} visited, {} there, left after {}", visited, ctx.db[people].count(), until_first));
}
LIGHTCONE_REDUCER(question_iteration);

// Many rows in one call: several pieces of a scan, some larger than the usual buffer.
void question_bulk(ReducerContext& ctx, uint32_t rows, uint32_t bytes) {
    for (uint32_t i = 0; i < rows; ++i)
        ctx.db[slots].insert({i, bytes, std::string(bytes, static_cast<char>('a' + i % 26))});
    uint64_t read = 0;
    for (const Slot& slot : ctx.db[slots]) read += slot.item.size();
    const auto last = ctx.db[slots].find<&Slot::shelf, &Slot::place>(rows - 1, bytes);
    const uint64_t cleared = ctx.db[slots].clear();
    answer(ctx, "bulk",
           format("{} bytes, last {}, {} cleared, {} left", read, last ? last->item.size() : 0, cleared,
                  ctx.db[slots].count()));
}
LIGHTCONE_REDUCER(question_bulk, rows, bytes);

Outcome put_slot(ReducerContext& ctx, uint32_t shelf, uint32_t place, std::string item) {
    if (!ctx.db[slots].try_insert({shelf, place, item})) return error("{}/{} is occupied", shelf, place);
    return ok();
}
LIGHTCONE_REDUCER(put_slot, shelf, place, item);

void question_slots(ReducerContext& ctx, std::string item, uint32_t shelf) {
    uint32_t by_hash = 0;
    for (const Slot& slot : ctx.db[slots].filter<&Slot::item, &Slot::shelf>(item, shelf)) by_hash += slot.place;
    const auto found = ctx.db[slots].find<&Slot::shelf, &Slot::place>(shelf, 1u);
    const bool gone = ctx.db[slots].erase_row({shelf, 1, item});
    const bool twice = ctx.db[slots].erase_row({shelf, 1, item});
    answer(ctx, "slots", format("{} {} {} {}", by_hash, found ? found->item : "nothing", gone, twice));
}
LIGHTCONE_REDUCER(question_slots, item, shelf);

// Zeros are replaced, other numbers stay.
void count_up(ReducerContext& ctx, uint8_t id, int16_t second, std::string text) {
    const Counted stored = ctx.db[counted].insert({id, second, text, {}});
    answer(ctx, "count_up", format("{} {} {} {}", stored.id, stored.second, stored.text, stored.wide.limbs[0]));
}
LIGHTCONE_REDUCER(count_up, id, second, text);

void emit(ReducerContext& ctx, uint32_t number, std::string text) {
    ctx.db[signals].insert({number, text});
}
LIGHTCONE_REDUCER(emit, number, text);

void write_note(ReducerContext& ctx, std::string text) {
    ctx.db[notes].insert({text});
}
LIGHTCONE_REDUCER(write_note, text);

void tick(ReducerContext& ctx, Timer timer) {
    answer(ctx, "tick", format("{} by {}", timer.text, ctx.sender == ctx.identity() ? "the database" : "a client"));
}
LIGHTCONE_REDUCER(tick, timer);

void start_timer(ReducerContext& ctx, int64_t after_micros, bool repeat, std::string text) {
    const TimeDuration after{after_micros};
    ctx.db[timers].insert({0, repeat ? ScheduleAt::every(after) : ScheduleAt::at(ctx.timestamp + after), text});
}
LIGHTCONE_REDUCER(start_timer, after_micros, repeat, text);

void question_context(ReducerContext& ctx) {
    answer(ctx, "sender", format("{}", ctx.sender));
    answer(ctx, "connection", format("{}", ctx.connection_id));
    answer(ctx, "timestamp", format("{}", ctx.timestamp));
    answer(ctx, "identity", format("{}", ctx.identity()));
    answer(ctx, "jwt", ctx.jwt().value_or("none"));
    answer(ctx, "random", format("{} {}", ctx.rng()(), ctx.rng().between(1, 6)));
    answer(ctx, "uuid", format("{} {} {}", ctx.new_uuid_v4(), ctx.new_uuid_v7(), ctx.new_uuid_v7()));
}
LIGHTCONE_REDUCER(question_context);
