// SPDX-License-Identifier: Apache-2.0
#include "database/core.h"

#include "base/assert.h"

namespace lightcone::database {

namespace {

// About 32 KiB of log: a sync of that size takes as long as running as many transactions.
constexpr uint32_t kEarlySyncRecords = 256;

}  // namespace

Core::Core(Parts parts)
    : identity_(parts.identity),
      owner_(parts.owner),
      clock_(*parts.clock),
      store_(std::move(parts.store)),
      log_(*parts.log),
      module_log_(*parts.module_log),
      gate_(*parts.gate),
      registry_(subscription::Registry::create(*store_)) {}

Core::~Core() = default;

module::Environment Core::environment() {
    return {.database_identity = identity_, .datastore = store_.get(), .log = &module_log_, .clock = &clock_};
}

uint64_t Core::visible() const {
    return store_->next_offset().value;
}

void Core::run_batch(Batch& batch) {
    for (const Request& request : batch.requests) {
        switch (request.kind) {
            case RequestKind::CallReducer: call_reducer(batch.client, request); break;
            case RequestKind::CallProcedure: refuse_procedure(batch.client, request); break;
            case RequestKind::Subscribe: subscribe(batch.client, batch, request); break;
            case RequestKind::Unsubscribe: unsubscribe(batch.client, request); break;
            case RequestKind::OneOffQuery: one_off(batch.client, request); break;
            case RequestKind::Connect: connect(batch.client, request.text); break;
            case RequestKind::Disconnect: disconnect(batch.client); break;
        }
    }
}

void Core::end_turn(std::vector<ClientPortPtr>& touched) {
    for (const ClientPortPtr& port : touched_) {
        port->touched_ = false;
        port->seal();
    }
    touched.swap(touched_);
    unsynced_.fetch_add(appended_, std::memory_order_relaxed);
    appended_ = 0;
}

void Core::after_turn(const std::vector<ClientPortPtr>& touched) {
    for (const ClientPortPtr& port : touched) gate_.flush_or_wait(port);
    // A long round starts the disk early, so that it works while the rest of the round runs.
    if (unsynced_.load(std::memory_order_relaxed) >= kEarlySyncRecords) {
        unsynced_.store(0, std::memory_order_relaxed);
        log_.sync_soon();
    }
}

void Core::touch(const ClientPortPtr& port) {
    if (port->touched_) return;
    port->touched_ = true;
    touched_.push_back(port);
}

Result<txn::CommittedTx> Core::commit(std::string_view reducer, const Caller& caller, int64_t timestamp, ByteView args,
                                      bool force_record) {
    log::RecordContext context{.reducer = reducer,
                               .caller = caller.identity,
                               .connection = caller.connection,
                               .timestamp_micros = timestamp,
                               .args = args};
    if (auto prepared = store_->prepare_commit(context); !prepared) [[unlikely]] {
        store_->rollback();
        return std::unexpected(prepared.error());
    }
    txn::CommittedTx committed = store_->commit(context, force_record);
    appended_ += committed.consumed_offset ? 1 : 0;
    return committed;
}

const subscription::ClientChange* Core::dispatch(const txn::CommittedTx& committed, const ClientPort* caller) {
    const subscription::ClientChange* own = nullptr;
    if (committed.delta.empty()) return own;
    uint64_t now_visible = visible();
    for (const subscription::ClientChange& change : registry_->match(committed.delta)) {
        const ClientPortPtr& port = clients_[change.client];
        if (port.get() == caller) {
            own = &change;
            continue;
        }
        port->transaction_update(change, now_visible);
        touch(port);
    }
    return own;
}

void Core::subscribe(const ClientPortPtr& port, const Batch& batch, const Request& request) {
    if (!port->client_id_) return;
    std::vector<std::string_view> queries(batch.queries.begin() + request.first_query,
                                          batch.queries.begin() + request.first_query + request.query_count);
    auto rows = registry_->subscribe(*port->client_id_, request.query_set_id, queries);
    if (rows) {
        port->subscribe_applied(request.request_id, request.query_set_id, *rows, visible());
    } else {
        port->subscription_error(request.request_id, request.query_set_id, rows.error().message);
    }
    touch(port);
}

void Core::unsubscribe(const ClientPortPtr& port, const Request& request) {
    if (!port->client_id_) return;
    auto rows = registry_->unsubscribe(*port->client_id_, request.query_set_id, request.want_dropped_rows);
    if (rows) {
        port->unsubscribe_applied(request.request_id, request.query_set_id,
                                  request.want_dropped_rows ? &*rows : nullptr, visible());
    } else {
        port->subscription_error(request.request_id, request.query_set_id, rows.error().message);
    }
    touch(port);
}

void Core::one_off(const ClientPortPtr& port, const Request& request) {
    if (!port->client_id_) return;
    auto rows = registry_->one_off(*port->client_id_, request.text);
    if (rows) {
        port->one_off_result(request.request_id, *rows, visible());
    } else {
        port->one_off_error(request.request_id, rows.error().message);
    }
    touch(port);
}

// Modules that declare procedures are refused at publish, so no name can exist.
void Core::refuse_procedure(const ClientPortPtr& port, const Request& request) {
    if (!port->client_id_) return;
    port->procedure_error(request.request_id, "No such procedure");
    touch(port);
}

Result<std::vector<query::SqlResult>> Core::sql(const query::Reader& reader, std::string_view text) {
    if (shut_reason_) return fail_text(ErrorCode::Unavailable, *shut_reason_);
    return query::run_sql(text, *store_, reader);
}

void Core::drop_unbound_sets() {
    for (const subscription::Registry::DroppedSet& dropped : registry_->rebind()) {
        const ClientPortPtr& port = clients_[dropped.client];
        port->subscription_error(std::nullopt, dropped.query_set_id, dropped.error);
        touch(port);
    }
}

void Core::shut(const std::string& reason) {
    if (!shut_reason_) shut_reason_ = reason;
    for (const ClientPortPtr& port : clients_) {
        if (port != nullptr) port->close(CloseReason::ModuleExited);
    }
}

}  // namespace lightcone::database
