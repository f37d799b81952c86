// SPDX-License-Identifier: Apache-2.0
// One running database: its executor, its log, its module, its clients. What the API speaks to.
//
//   auto db = TRY(Database::create(surroundings, settings, wasm));   // first publish
//   auto db = TRY(Database::open(surroundings, settings));           // restart: replays the log
//   db->submit(batch, waiter);                                        // from any I/O thread
//   db->settle(idle);                                                 // the same thread, when it has no more to submit
//
// Threads: everything may be called from any thread unless it says otherwise.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "base/clock.h"
#include "base/file.h"
#include "database/core.h"
#include "database/directory_lock.h"
#include "database/executor.h"
#include "module/program.h"

namespace lightcone::database {

// What all databases of a server share; outlives them.
struct Surroundings {
    Disk* disk = nullptr;
    const Clock* clock = nullptr;
    module::Host* host = nullptr;
};

struct Settings {
    sats::Identity identity;
    sats::Identity owner;
    std::string directory;  // holds log/, module_logs/ and db.lock; empty: in memory only
};

class Database {
  public:
    // Validates the program, then creates the database: tables, program, `init`, durable on return. On error nothing is
    // left on disk. Errors: of module::Host::compile, schema::decode_module_def, `init` (Aborted, Internal), Io.
    static Result<std::unique_ptr<Database>> create(const Surroundings& surroundings, const Settings& settings,
                                                    ByteView wasm);
    // Recovers what the directory holds and disconnects clients that a crash left behind.
    // Errors: Corruption, Unsupported (format), FailedPrecondition (locked by another process), Io.
    static Result<std::unique_ptr<Database>> open(const Surroundings& surroundings, const Settings& settings);
    ~Database();

    // Runs or queues what one client sent. False: too much is waiting, nothing was taken; close the client with 1013.
    [[nodiscard]] bool submit(Batch& batch, TurnWaiter* waiter) { return executor_.submit(batch, waiter); }
    // For what must not be lost (Disconnect): never refused.
    void submit_always(Batch batch);
    // Makes what was submitted durable: `idle` says that the calling thread has nothing better to do than to wait for
    // the disk.
    void settle(bool idle);

    // The rest are HTTP's and run as tasks in the turn; `done` is called on whichever thread ran them.
    // `confirmed`: `done` waits until what the answer shows is durable.
    void call(const Caller& caller, std::string claims, std::string reducer, Bytes args,
              std::function<void(Result<CallResult>)> done);
    void sql(const Caller& caller, std::string claims, std::string text, bool confirmed,
             std::function<void(Result<std::vector<query::SqlResult>>)> done);
    // Republishes. Compiles on the calling thread (slow), swaps in the turn, waits until durable.
    // False in the result: the program is the one already running.
    void update(Bytes wasm, std::function<void(Result<bool>)> done);

    std::shared_ptr<const ReducerTable> reducers() const;
    Hash32 program_hash() const;
    ModuleLog& module_log() { return *module_log_; }
    const sats::Identity& identity() const { return settings_.identity; }
    const sats::Identity& owner() const { return settings_.owner; }
    uint64_t durable_count() const { return gate_.durable_count(); }

    // Refuses further work, closes clients, syncs and closes the log. Call once no thread submits any more.
    void stop(const std::string& reason);

  private:
    Database(const Surroundings& surroundings, const Settings& settings);

    Result<void> open_storage();
    // Compiles, instantiates and checks a program for this database; off the turn.
    Result<LoadedModule> load(ByteView wasm, txn::Datastore* store) const;
    void publish_info();
    // Runs `task` in the turn, now or when it is free, and sees to it that whatever ran is synced.
    void run_task(Executor::Task task);
    void on_log_failure(const Error& error);
    // Calls `done` when the `visible` first log records are durable.
    void after_durable(uint64_t visible, std::function<void(const Error*)> done);

    const Surroundings surroundings_;
    const Settings settings_;
    std::unique_ptr<DirectoryLock> lock_;
    std::unique_ptr<ModuleLog> module_log_;
    DurabilityGate gate_;
    std::unique_ptr<log::CommitLog> log_;
    std::unique_ptr<Core> core_;
    // Forwards to core_, which is made after the executor.
    class Turn final : public Executor::Runner {
      public:
        explicit Turn(Database& database) : database_(database) {}
        void run_batch(Batch& batch) override { database_.core_->run_batch(batch); }
        void end_turn(std::vector<ClientPortPtr>& touched) override { database_.core_->end_turn(touched); }
        void after_turn(const std::vector<ClientPortPtr>& touched) override { database_.core_->after_turn(touched); }

      private:
        Database& database_;
    };
    Turn turn_{*this};
    Executor executor_;
    mutable std::mutex info_mutex_;
    std::shared_ptr<const ReducerTable> reducers_;
    Hash32 program_hash_{};
    bool stopped_ = false;
};

}  // namespace lightcone::database
