// SPDX-License-Identifier: Apache-2.0
// Core: a module's first publish, its return after a restart, and its replacement.
#include "base/assert.h"
#include "base/log.h"
#include "database/core.h"
#include "schema/migration_plan.h"
#include "txn/system_rows.h"

namespace lightcone::database {

namespace {

using Level = module::LogLine::Level;

constexpr std::string_view kPublishRecord = "";

}  // namespace

Result<void> Core::run_init(txn::Transaction& tx, int64_t timestamp) {
    const ReducerEntry* init = loaded_.reducers->lifecycle(schema::Lifecycle::Init);
    if (init == nullptr) return {};
    module_log_.system(Level::Info, "Invoking `init` reducer");
    module::CallOutcome outcome = run_guest(tx, *init, {owner_, {}, true}, timestamp, {});
    switch (outcome.status) {
        case module::CallStatus::Ok: return {};
        case module::CallStatus::UserError:
            module_log_.reducer_error(init->name, timestamp, outcome.message);
            return fail(ErrorCode::Aborted, "init reducer failed: {}", outcome.message);
        case module::CallStatus::BadReturnCode:
        case module::CallStatus::Trap:
            return fail(ErrorCode::Internal, "init reducer: The instance encountered a fatal error. ({})",
                        outcome.message);
        case module::CallStatus::OutOfEnergy: return fail(ErrorCode::Timeout, "init reducer ran out of energy");
    }
    return {};
}

Result<void> Core::bootstrap(LoadedModule loaded, ByteView program_bytes) {
    ASSERT(loaded_.instance == nullptr, "bootstrap of a database that already runs a module");
    loaded_ = std::move(loaded);
    const schema::ModuleDef& def = loaded_.reducers->definition();
    int64_t timestamp = clock_.wall_micros();
    txn::Transaction& tx = store_->begin();
    auto create_all = [&]() -> Result<void> {
        for (const schema::TableDef& table : def.tables) {
            module_log_.system(Level::Info, fmt::format("Creating table `{}`", table.schema.name));
            TRY_VOID(tx.create_table(table.schema));
        }
        txn::set_program(tx, identity_, owner_, loaded_.program->hash(), program_bytes);
        return run_init(tx, timestamp);
    };
    if (auto created = create_all(); !created) {
        store_->rollback();
        return created;
    }
    const ReducerEntry* init = loaded_.reducers->lifecycle(schema::Lifecycle::Init);
    TRY(commit(init != nullptr ? std::string_view(init->name) : kPublishRecord, {owner_, {}, true}, timestamp, {},
               true));
    module_log_.system(Level::Info, "Database initialized");
    return {};
}

void Core::resume(LoadedModule loaded) {
    loaded_ = std::move(loaded);
    for (const txn::ClientRow& client : txn::clients(*store_)) {
        disconnect_hook({client.identity, client.connection, client.identity == owner_});
    }
}

Result<void> Core::update(LoadedModule loaded, ByteView program_bytes) {
    if (shut_reason_) return fail_text(ErrorCode::Unavailable, *shut_reason_);
    if (!log_.make_room())
        return fail(ErrorCode::Unavailable, "the database does not accept writes: the disk has no space for its log");
    const schema::ModuleDef& old_def = loaded_.reducers->definition();
    const schema::ModuleDef& new_def = loaded.reducers->definition();
    auto plan = schema::plan_republish(old_def, new_def);
    // The caller tells a refused plan from a failed one by the code.
    if (!plan) return fail_text(ErrorCode::FailedPrecondition, plan.error().message);

    int64_t timestamp = clock_.wall_micros();
    txn::Transaction& tx = store_->begin();
    for (const schema::MigrationStep& step : plan->steps) {
        module_log_.system(Level::Info, fmt::format("Creating table `{}`", step.table));
        const schema::TableDef* table = new_def.find_table(step.table);
        ASSERT(table != nullptr, "the plan adds table {} which the definition lacks", step.table);
        if (auto created = tx.create_table(table->schema); !created) {
            store_->rollback();
            module_log_.system(Level::Warn, fmt::format("Database update failed: {}", created.error().message));
            return std::unexpected(created.error());
        }
    }
    txn::set_program(tx, identity_, owner_, loaded.program->hash(), program_bytes);
    txn::CommittedTx committed = TRY(commit(kPublishRecord, {owner_, {}, true}, timestamp, {}, true));
    module_log_.system(Level::Info, fmt::format("Updated program to {}", to_hex(loaded.program->hash())));
    loaded_ = std::move(loaded);
    dispatch(committed, nullptr);
    drop_unbound_sets();
    module_log_.system(Level::Info, "Database updated");
    return {};
}

}  // namespace lightcone::database
