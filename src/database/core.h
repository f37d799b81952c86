// SPDX-License-Identifier: Apache-2.0
// What only the holder of a database's turn touches: data, module instance, subscriptions, connected clients.
// Database (database.h) wires it to the executor, the log and the outside.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <vector>

#include "database/client_port.h"
#include "database/durability_gate.h"
#include "database/executor.h"
#include "database/module_log.h"
#include "database/reducer_table.h"
#include "log/commit_log.h"
#include "module/program.h"
#include "query/query.h"
#include "subscription/registry.h"
#include "txn/datastore.h"

namespace lightcone::database {

// A module version as it runs.
struct LoadedModule {
    std::shared_ptr<const module::Program> program;
    std::unique_ptr<module::Instance> instance;
    std::shared_ptr<const ReducerTable> reducers;
};

// How a reducer call ended, for whoever asked.
struct CallResult {
    enum class Status : uint8_t {
        Ok,
        NoSuchReducer,
        LifecycleReducer,
        InvalidArguments,
        UserError,
        Fatal,
        OutOfEnergy,
        Unavailable,
    };
    Status status = Status::Ok;
    std::string message;  // empty for Ok
    int64_t timestamp_micros = 0;
    uint64_t visible = 0;  // log records that must be durable before the result is
};

// Who calls: a connected client or an HTTP request.
struct Caller {
    sats::Identity identity;
    sats::ConnectionId connection;
    bool is_owner = false;
};

class Core final : public Executor::Runner {
  public:
    struct Parts {
        sats::Identity identity;
        sats::Identity owner;
        const Clock* clock = nullptr;
        std::unique_ptr<txn::Datastore> store;
        log::CommitLog* log = nullptr;
        ModuleLog* module_log = nullptr;
        DurabilityGate* gate = nullptr;
    };
    explicit Core(Parts parts);
    ~Core() override;

    // Everything below: in the turn, but for after_turn(), take_unsynced() and the constructor.
    void run_batch(Batch& batch) override;
    void end_turn(std::vector<ClientPortPtr>& touched) override;
    void after_turn(const std::vector<ClientPortPtr>& touched) override;
    // Records appended since the last call that nobody has asked to be synced. Any thread.
    uint32_t take_unsynced() { return unsynced_.exchange(0, std::memory_order_relaxed); }

    CallResult call(const Caller& caller, std::string_view reducer, ByteView args);
    // The connect hook, `work`, the disconnect hook: what an HTTP request that acts as a client goes through.
    // Errors: Aborted with the hook's text when the client is refused.
    Result<void> as_transient_client(const Caller& caller, std::string_view claims, const std::function<void()>& work);
    Result<std::vector<query::SqlResult>> sql(const query::Reader& reader, std::string_view text);
    uint64_t visible() const;

    // First publish: tables, program, init, one transaction. On error nothing is kept.
    Result<void> bootstrap(LoadedModule loaded, ByteView program_bytes);
    // Restart: takes over a module for data that is there already, and disconnects the clients a crash left behind.
    void resume(LoadedModule loaded);
    // Republish. On error the old module keeps serving and nothing has changed. Errors: FailedPrecondition when the
    // change is refused, others when it failed while running.
    Result<void> update(LoadedModule loaded, ByteView program_bytes);

    // Refuses all work from now on with `reason` and closes every client.
    void shut(const std::string& reason);

    txn::Datastore& store() { return *store_; }
    const LoadedModule& loaded() const { return loaded_; }
    module::Environment environment();
    const sats::Identity& owner() const { return owner_; }

  private:
    void connect(const ClientPortPtr& port, std::string_view claims);
    void disconnect(const ClientPortPtr& port);
    void call_reducer(const ClientPortPtr& port, const Request& request);
    void refuse_procedure(const ClientPortPtr& port, const Request& request);
    void subscribe(const ClientPortPtr& port, const Batch& batch, const Request& request);
    void unsubscribe(const ClientPortPtr& port, const Request& request);
    void one_off(const ClientPortPtr& port, const Request& request);

    // Finds and checks; null with `result` filled in when the call cannot start.
    const ReducerEntry* admit(const Caller& caller, std::string_view reducer, ByteView args, CallResult& result);
    // Runs one reducer in a transaction of its own. On Ok `committed` is set and the delta not yet dispatched.
    CallResult execute(const ReducerEntry& entry, const Caller& caller, ByteView args, txn::CommittedTx& committed);
    module::CallOutcome run_guest(txn::Transaction& tx, const ReducerEntry& entry, const Caller& caller,
                                  int64_t timestamp, ByteView args);
    Result<void> ensure_instance();
    Result<void> connect_hook(const Caller& caller, std::string_view claims);
    void disconnect_hook(const Caller& caller);
    Result<void> run_init(txn::Transaction& tx, int64_t timestamp);

    // Hands a commit to subscribers; the caller's own part is returned, not sent.
    const subscription::ClientChange* dispatch(const txn::CommittedTx& committed, const ClientPort* caller);
    // Commits the open transaction. On an error (no log space for it) it is rolled back.
    Result<txn::CommittedTx> commit(std::string_view reducer, const Caller& caller, int64_t timestamp, ByteView args,
                                    bool force_record = false);
    void touch(const ClientPortPtr& port);
    void drop_unbound_sets();

    const sats::Identity identity_;
    const sats::Identity owner_;
    const Clock& clock_;
    std::unique_ptr<txn::Datastore> store_;
    log::CommitLog& log_;
    ModuleLog& module_log_;
    DurabilityGate& gate_;
    std::unique_ptr<subscription::Registry> registry_;
    LoadedModule loaded_;
    std::optional<std::string> shut_reason_;
    std::vector<ClientPortPtr> clients_;  // by ClientId; null where free
    std::vector<ClientPortPtr> touched_;
    std::atomic<uint32_t> unsynced_{0};
    uint32_t appended_ = 0;  // in this turn
};

}  // namespace lightcone::database
