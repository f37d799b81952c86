// SPDX-License-Identifier: Apache-2.0
// The interface between a database and the guest code it hosts: a Program is a module's compiled code, an Instance one
// running copy of it. WebAssembly is the first engine behind it; no engine type appears here.
//
//   auto program = TRY(host.compile(wasm_bytes));            // any thread, slow
//   auto instance = TRY(program->instantiate(environment));  // slow; runs the module's initialisers
//   CallOutcome outcome = instance->call_reducer(tx, call);  // in the database's turn
#pragma once

#include <memory>
#include <string>

#include "base/clock.h"
#include "base/ids.h"
#include "sats/special.h"
#include "txn/datastore.h"

namespace lightcone::module {

// One line a module logged (or the host on its behalf). Views are borrowed for the call.
struct LogLine {
    enum class Level : uint8_t { Error = 0, Warn = 1, Info = 2, Debug = 3, Trace = 4, Panic = 101 };
    Level level = Level::Info;
    int64_t timestamp_micros = 0;
    std::string_view target;    // empty: absent
    std::string_view filename;  // empty: absent
    std::optional<uint32_t> line_number;
    std::string_view function;  // reducer most recently started; empty during initialisation
    std::string_view message;
    std::span<const std::string> trace;  // Panic only: demangled guest frames, innermost first
};

class LogSink {
  public:
    virtual ~LogSink() = default;
    // Called on the thread that runs the guest; must not block on the network.
    virtual void write(const LogLine& line) = 0;
};

// Takes the calls a module asks to be run soon, outside its transaction (volatile_nonatomic_schedule_immediate).
class CallQueue {
  public:
    virtual ~CallQueue() = default;
    // `function`: source or canonical name of a reducer, not checked; `args` are borrowed for the call. Called inside a
    // turn, must not block. False: the queue is full, which traps the guest.
    virtual bool call_soon(std::string_view function, ByteView args) = 0;
};

// What an instance needs from its surroundings; outlives the instance.
struct Environment {
    sats::Identity database_identity;
    txn::Datastore* datastore = nullptr;  // name look-ups; may be null during validation
    LogSink* log = nullptr;               // null: lines are dropped
    const Clock* clock = nullptr;         // null: the machine's
    CallQueue* call_queue = nullptr;      // null: a module that asks for an immediate call traps
};

struct ReducerCall {
    ReducerId id;
    std::string_view name;
    sats::Identity caller;
    sats::ConnectionId connection;  // zero: none
    int64_t timestamp_micros = 0;
    ByteView args;  // BSATN product of the arguments, already checked
};

enum class CallStatus : uint8_t {
    Ok,             // commit
    UserError,      // the reducer returned an error: `message` is its text, the instance lives on
    BadReturnCode,  // neither 0 nor 1: instance lives on
    Trap,           // panic, trap, memory excess: the instance is dead
    OutOfEnergy,    // stopped at its deadline: the instance is dead
};

struct CallOutcome {
    CallStatus status = CallStatus::Ok;
    std::string message;  // UserError: the module's text; Trap: for the server's log, not for clients
};

// One copy of the module's memory and globals. Thread: one at a time (the holder of the turn).
class Instance {
  public:
    virtual ~Instance() = default;
    // BSATN of the module's definition, captured once at instantiation.
    virtual ByteView description() const = 0;
    // Runs one reducer inside `tx`, which must be open on the environment's datastore. The caller commits or rolls
    // back.
    virtual CallOutcome call_reducer(txn::Transaction& tx, const ReducerCall& call) = 0;
    // False after Trap or OutOfEnergy: drop it and instantiate anew.
    virtual bool alive() const = 0;
};

// Compiled code; immutable, shared, any thread.
class Program {
  public:
    virtual ~Program() = default;
    // Keccak-256 of the module's bytes.
    virtual const Hash32& hash() const = 0;
    // Errors: InvalidArgument (the initialisers failed or the exports are wrong), with the texts of the module ABI.
    virtual Result<std::unique_ptr<Instance>> instantiate(const Environment& environment) const = 0;
};

// The engine and its shared state (epoch ticker, memory pool). One per process, created by main; outlives all programs.
class Host {
  public:
    struct Options {
        uint32_t reducer_budget_ms;      // kReducerBudgetMs
        uint64_t instance_memory_bytes;  // kInstanceMemoryBytesMax
        uint32_t instances_max = 2048;
        std::string code_cache_directory;  // empty: no cache on disk
    };
    static Result<std::unique_ptr<Host>> create(const Options& options);
    virtual ~Host() = default;
    // Checks size, ABI version, imports and exports, then compiles. Errors: InvalidArgument, LimitExceeded,
    // Unsupported, each naming the import or export that is wrong.
    virtual Result<std::shared_ptr<const Program>> compile(ByteView wasm) = 0;
};

}  // namespace lightcone::module
