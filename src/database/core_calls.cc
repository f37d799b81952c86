// SPDX-License-Identifier: Apache-2.0
// Core: reducer calls, from admission to the reply.
#include "base/log.h"
#include "database/core.h"

namespace lightcone::database {

namespace {

constexpr std::string_view kFatalText = "The instance encountered a fatal error.";
constexpr std::string_view kEnergyText = "reducer ran out of energy";

const char* lifecycle_name(schema::Lifecycle kind) {
    switch (kind) {
        case schema::Lifecycle::Init: return "Init";
        case schema::Lifecycle::OnConnect: return "OnConnect";
        case schema::Lifecycle::OnDisconnect: return "OnDisconnect";
    }
    return "";
}

CallResult refusal(CallResult::Status status, std::string message) {
    CallResult result;
    result.status = status;
    result.message = std::move(message);
    return result;
}

}  // namespace

const ReducerEntry* Core::admit(const Caller& caller, std::string_view reducer, ByteView args, CallResult& result) {
    using Status = CallResult::Status;
    if (shut_reason_) {
        result = refusal(Status::Unavailable, *shut_reason_);
        return nullptr;
    }
    const ReducerEntry* entry = loaded_.reducers->find(reducer);
    if (entry != nullptr && entry->lifecycle) {
        result = refusal(Status::LifecycleReducer, fmt::format("can't directly call special {} lifecycle reducer",
                                                               lifecycle_name(*entry->lifecycle)));
        return nullptr;
    }
    if (entry == nullptr || (!entry->client_callable && !caller.is_owner)) {
        module_log_.system(module::LogLine::Level::Error,
                           fmt::format("External attempt to call nonexistent reducer \"{}\" failed. Have you run "
                                       "`lightcone generate` recently?",
                                       reducer));
        result = refusal(Status::NoSuchReducer, "no such reducer");
        return nullptr;
    }
    if (auto checked = loaded_.reducers->check_args(*entry, args); !checked) {
        module_log_.system(module::LogLine::Level::Error,
                           fmt::format("External attempt to call reducer \"{}\" failed, invalid arguments.\nThis is "
                                       "likely due to a mismatched client schema, have you run `lightcone generate` "
                                       "recently?",
                                       reducer));
        result = refusal(Status::InvalidArguments,
                         fmt::format("invalid arguments for reducer {}: {}", entry->name, checked.error().message));
        return nullptr;
    }
    // Writers that outrun the disk wait for it here, in the turn: that is the back-pressure on all who queue behind.
    if (!log_.has_room() && !log_.make_room()) {
        auto failure = log_.failure();
        result =
            refusal(Status::Unavailable, fmt::format("the database does not accept writes: {}",
                                                     failure ? failure->message : "the disk has no space for its log"));
        return nullptr;
    }
    return entry;
}

Result<void> Core::ensure_instance() {
    if (loaded_.instance != nullptr && loaded_.instance->alive()) return {};
    loaded_.instance = nullptr;
    loaded_.instance = TRY(loaded_.program->instantiate(environment()));
    return {};
}

module::CallOutcome Core::run_guest(txn::Transaction& tx, const ReducerEntry& entry, const Caller& caller,
                                    int64_t timestamp, ByteView args) {
    return loaded_.instance->call_reducer(tx, {.id = entry.id,
                                               .name = entry.name,
                                               .caller = caller.identity,
                                               .connection = caller.connection,
                                               .timestamp_micros = timestamp,
                                               .args = args});
}

CallResult Core::execute(const ReducerEntry& entry, const Caller& caller, ByteView args, txn::CommittedTx& committed) {
    using Status = CallResult::Status;
    CallResult result;
    result.timestamp_micros = clock_.wall_micros();
    if (auto ready = ensure_instance(); !ready) {
        log_error("reducer \"{}\": no instance: {}", entry.name, ready.error().message);
        result.status = Status::Fatal;
        result.message = kFatalText;
        return result;
    }
    txn::Transaction& tx = store_->begin();
    module::CallOutcome outcome = run_guest(tx, entry, caller, result.timestamp_micros, args);
    if (outcome.status == module::CallStatus::Ok) [[likely]] {
        auto done = commit(entry.name, caller, result.timestamp_micros, args);
        if (!done) [[unlikely]] {
            result.status = Status::Unavailable;
            result.message = done.error().message;
            return result;
        }
        committed = *done;
        result.visible = visible();
        return result;
    }
    store_->rollback();
    switch (outcome.status) {
        case module::CallStatus::Ok: break;
        case module::CallStatus::UserError:
            result.status = Status::UserError;
            result.message = std::move(outcome.message);
            module_log_.reducer_error(entry.name, result.timestamp_micros, result.message);
            break;
        case module::CallStatus::OutOfEnergy:
            result.status = Status::OutOfEnergy;
            result.message = kEnergyText;
            log_warn("reducer \"{}\" stopped: {}", entry.name, outcome.message);
            break;
        case module::CallStatus::BadReturnCode:
        case module::CallStatus::Trap:
            result.status = Status::Fatal;
            result.message = kFatalText;
            log_warn("reducer \"{}\" runtime error: {}", entry.name, outcome.message);
            break;
    }
    return result;
}

CallResult Core::call(const Caller& caller, std::string_view reducer, ByteView args) {
    CallResult result;
    const ReducerEntry* entry = admit(caller, reducer, args, result);
    if (entry == nullptr) return result;
    txn::CommittedTx committed;
    result = execute(*entry, caller, args, committed);
    if (result.status == CallResult::Status::Ok) dispatch(committed, nullptr);
    return result;
}

void Core::call_reducer(const ClientPortPtr& port, const Request& request) {
    if (!port->client_id_) return;
    Caller caller{port->identity(), port->connection(), port->identity() == owner_};
    CallResult result;
    ReducerReply reply{.request_id = request.request_id};
    if (const ReducerEntry* entry = admit(caller, request.text, request.args, result)) {
        txn::CommittedTx committed;
        result = execute(*entry, caller, request.args, committed);
        if (result.status == CallResult::Status::Ok) [[likely]] {
            reply.timestamp_micros = result.timestamp_micros;
            reply.change = dispatch(committed, port.get());
            port->reducer_result(reply, result.visible);
            touch(port);
            return;
        }
    }
    reply.timestamp_micros = result.timestamp_micros != 0 ? result.timestamp_micros : clock_.wall_micros();
    reply.kind = result.status == CallResult::Status::UserError ? ReplyKind::UserError : ReplyKind::InternalError;
    reply.message = result.message;
    port->reducer_result(reply, 0);
    touch(port);
}

}  // namespace lightcone::database
