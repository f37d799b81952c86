// SPDX-License-Identifier: Apache-2.0
// Core: clients coming and going, and the module's hooks for it.
#include "base/assert.h"
#include "base/log.h"
#include "database/core.h"
#include "txn/system_rows.h"

namespace lightcone::database {

namespace {

// How the log names the transactions of clients coming and going.
constexpr std::string_view kConnectRecord = "call_identity_connected";
constexpr std::string_view kDisconnectRecord = "__identity_disconnected__";

// Only what the reducer itself said goes to the client; how it broke is for the server's log.
Error connect_refusal(module::CallOutcome outcome) {
    switch (outcome.status) {
        case module::CallStatus::UserError: return {ErrorCode::Aborted, std::move(outcome.message)};
        case module::CallStatus::OutOfEnergy:
            return {ErrorCode::Unavailable, "Insufficient energy balance to run `client_connected` reducer"};
        default: return {ErrorCode::Internal, "The instance encountered a fatal error."};
    }
}

}  // namespace

Result<void> Core::connect_hook(const Caller& caller, std::string_view claims) {
    if (shut_reason_) return fail_text(ErrorCode::Unavailable, *shut_reason_);
    if (!log_.make_room())
        return fail(ErrorCode::Unavailable, "the database does not accept writes: the disk has no space for its log");
    TRY_VOID(ensure_instance());
    int64_t timestamp = clock_.wall_micros();
    txn::Transaction& tx = store_->begin();
    txn::insert_client(tx, caller.identity, caller.connection, claims);
    if (const ReducerEntry* entry = loaded_.reducers->lifecycle(schema::Lifecycle::OnConnect)) {
        module::CallOutcome outcome = run_guest(tx, *entry, caller, timestamp, {});
        if (outcome.status != module::CallStatus::Ok) {
            store_->rollback();
            if (outcome.status == module::CallStatus::UserError) {
                module_log_.reducer_error(entry->name, timestamp, outcome.message);
            }
            log_info("Connection rejected by `client_connected` reducer: {}", outcome.message);
            return std::unexpected(connect_refusal(std::move(outcome)));
        }
    }
    dispatch(TRY(commit(kConnectRecord, caller, timestamp, {}, true)), nullptr);
    return {};
}

void Core::disconnect_hook(const Caller& caller) {
    int64_t timestamp = clock_.wall_micros();
    const ReducerEntry* entry = loaded_.reducers->lifecycle(schema::Lifecycle::OnDisconnect);
    if (entry != nullptr && ensure_instance()) {
        txn::Transaction& tx = store_->begin();
        module::CallOutcome outcome = run_guest(tx, *entry, caller, timestamp, {});
        if (outcome.status == module::CallStatus::Ok) {
            txn::delete_client(tx, caller.identity, caller.connection);
            if (auto committed = commit(entry->name, caller, timestamp, {}, true))
                return (void)dispatch(*committed, nullptr);
        } else {
            store_->rollback();
        }
        if (outcome.status == module::CallStatus::UserError) {
            module_log_.reducer_error(entry->name, timestamp, outcome.message);
        }
        log_warn("reducer \"{}\" failed while a client left: {}", entry->name, outcome.message);
    }
    // The client is gone whatever its hook says.
    txn::Transaction& tx = store_->begin();
    txn::delete_client(tx, caller.identity, caller.connection);
    auto committed = commit(kDisconnectRecord, caller, timestamp, {}, true);
    if (committed) {
        dispatch(*committed, nullptr);
    } else {
        log_error("the row of a client that left stays until the next start: {}", committed.error().message);
    }
}

void Core::connect(const ClientPortPtr& port, std::string_view claims) {
    Caller caller{port->identity(), port->connection(), port->identity() == owner_};
    if (!connect_hook(caller, claims)) {
        port->close(CloseReason::Refused);
        return;
    }
    uint32_t id = registry_->add_client({caller.identity, caller.is_owner});
    if (clients_.size() <= id) clients_.resize(id + 1);
    ASSERT(clients_[id] == nullptr, "client {} given out twice", id);
    clients_[id] = port;
    port->client_id_ = id;
    port->connected(visible());
    touch(port);
}

void Core::disconnect(const ClientPortPtr& port) {
    if (!port->client_id_) return;
    registry_->remove_client(*port->client_id_);
    clients_[*port->client_id_] = nullptr;
    port->client_id_ = std::nullopt;
    if (shut_reason_) return;
    disconnect_hook({port->identity(), port->connection(), port->identity() == owner_});
}

Result<void> Core::as_transient_client(const Caller& caller, std::string_view claims,
                                       const std::function<void()>& work) {
    TRY_VOID(connect_hook(caller, claims));
    work();
    if (!shut_reason_) disconnect_hook(caller);
    return {};
}

}  // namespace lightcone::database
