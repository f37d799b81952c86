// SPDX-License-Identifier: Apache-2.0
#include "database/database.h"

#include "base/assert.h"
#include "base/limits.h"
#include "base/log.h"
#include "schema/unsupported.h"
#include "txn/system_rows.h"

namespace lightcone::database {

namespace {

// A sync of more takes longer than waking the log thread, and this thread is better off running what comes next.
constexpr uint32_t kSyncHereRecordsMax = 64;

}  // namespace

Database::Database(const Surroundings& surroundings, const Settings& settings)
    : surroundings_(surroundings), settings_(settings), executor_(turn_, *surroundings.clock) {}

Database::~Database() {
    stop("the server is stopping");
}

Result<void> Database::open_storage() {
    bool in_memory = settings_.directory.empty();
    if (!in_memory) {
        TRY_VOID(surroundings_.disk->create_directories(settings_.directory));
        lock_ = TRY(DirectoryLock::take(settings_.directory + "/db.lock"));
    }
    module_log_ = std::make_unique<ModuleLog>(*surroundings_.disk, *surroundings_.clock,
                                              in_memory ? "" : settings_.directory + "/module_logs");
    gate_.attach([this] { return log_->durable_count(); }, [this](const Error& error) { on_log_failure(error); });
    if (in_memory) {
        log_ = log::make_memory_log(gate_);
    } else {
        log_ = TRY(log::CommitLog::open(*surroundings_.disk, *surroundings_.clock, settings_.directory + "/log",
                                        {.segment_bytes = kLogSegmentBytes}, gate_));
    }
    std::unique_ptr<txn::Datastore> store = TRY(txn::Datastore::create());
    TRY_VOID(log_->replay(TxOffset(0), store->replayer()));
    // Only a started log knows the offset that the replayed state must have reached.
    TRY_VOID(log_->start());
    store->attach_log(log_.get());
    core_ = std::make_unique<Core>(Core::Parts{.identity = settings_.identity,
                                               .owner = settings_.owner,
                                               .clock = surroundings_.clock,
                                               .store = std::move(store),
                                               .log = log_.get(),
                                               .module_log = module_log_.get(),
                                               .gate = &gate_});
    return {};
}

Result<LoadedModule> Database::load(ByteView wasm, txn::Datastore* store) const {
    LoadedModule loaded;
    loaded.program = TRY(surroundings_.host->compile(wasm));
    module::Environment environment{.database_identity = settings_.identity,
                                    .datastore = store,
                                    .log = module_log_.get(),
                                    .clock = surroundings_.clock};
    loaded.instance = TRY(loaded.program->instantiate(environment));
    auto definition =
        std::make_shared<const schema::ModuleDef>(TRY(schema::decode_module_def(loaded.instance->description())));
    loaded.reducers = TRY(ReducerTable::build(std::move(definition)));
    return loaded;
}

Result<std::unique_ptr<Database>> Database::create(const Surroundings& surroundings, const Settings& settings,
                                                   ByteView wasm) {
    std::unique_ptr<Database> database(new Database(surroundings, settings));
    auto build = [&]() -> Result<void> {
        TRY_VOID(database->open_storage());
        LoadedModule loaded = TRY(database->load(wasm, &database->core_->store()));
        TRY_VOID(database->core_->bootstrap(std::move(loaded), wasm));
        database->publish_info();
        database->log_->sync_now();
        if (auto failure = database->log_->failure()) return std::unexpected(*failure);
        return {};
    };
    if (auto built = build(); !built) {
        database.reset();
        if (!settings.directory.empty()) {
            if (auto removed = surroundings.disk->remove_tree(settings.directory); !removed) {
                log_warn("directory of a database that could not be created stays: {}", removed.error().message);
            }
        }
        return std::unexpected(built.error());
    }
    return database;
}

Result<std::unique_ptr<Database>> Database::open(const Surroundings& surroundings, const Settings& settings) {
    std::unique_ptr<Database> database(new Database(surroundings, settings));
    TRY_VOID(database->open_storage());
    auto program = txn::program(database->core_->store());
    if (!program) {
        return fail(ErrorCode::Corruption, "database {} in {} holds no program", settings.identity.hex(),
                    settings.directory);
    }
    LoadedModule loaded = TRY(database->load(program->bytes, &database->core_->store()));
    database->core_->resume(std::move(loaded));
    database->publish_info();
    database->log_->sync_now();
    return database;
}

void Database::publish_info() {
    std::lock_guard lock(info_mutex_);
    reducers_ = core_->loaded().reducers;
    program_hash_ = core_->loaded().program->hash();
}

std::shared_ptr<const ReducerTable> Database::reducers() const {
    std::lock_guard lock(info_mutex_);
    return reducers_;
}

Hash32 Database::program_hash() const {
    std::lock_guard lock(info_mutex_);
    return program_hash_;
}

void Database::submit_always(Batch batch) {
    batch.take_ownership();
    auto kept = std::make_shared<Batch>(std::move(batch));
    run_task([this, kept] { core_->run_batch(*kept); });
}

// The turn may have run batches that others queued meanwhile. They settled before there was anything to sync, and this
// thread, which may be no I/O thread, never settles: without this their clients would wait for ever.
void Database::run_task(Executor::Task task) {
    executor_.submit(std::move(task), nullptr);
    if (core_->take_unsynced() > 0) log_->sync_soon();
}

void Database::settle(bool idle) {
    uint32_t records = core_->take_unsynced();
    if (records == 0) return;
    if (idle && records <= kSyncHereRecordsMax) {
        log_->sync_now();
    } else {
        log_->sync_soon();
    }
}

void Database::after_durable(uint64_t visible, std::function<void(const Error*)> done) {
    log_->sync_soon();
    gate_.when_durable(visible, std::move(done));
}

void Database::call(const Caller& caller, std::string claims, std::string reducer, Bytes args,
                    std::function<void(Result<CallResult>)> done) {
    auto work = [this, caller, claims = std::move(claims), reducer = std::move(reducer), args = std::move(args),
                 done = std::move(done)]() mutable {
        CallResult result;
        auto ran = core_->as_transient_client(caller, claims, [&] { result = core_->call(caller, reducer, args); });
        if (!ran) {
            done(std::unexpected(ran.error()));
            return;
        }
        // An HTTP answer never shows what a crash could take back.
        after_durable(result.visible, [result, done = std::move(done)](const Error* error) mutable {
            error != nullptr ? done(std::unexpected(*error)) : done(std::move(result));
        });
    };
    run_task(std::move(work));
}

void Database::sql(const Caller& caller, std::string claims, std::string text, bool confirmed,
                   std::function<void(Result<std::vector<query::SqlResult>>)> done) {
    auto work = [this, caller, confirmed, claims = std::move(claims), text = std::move(text),
                 done = std::move(done)]() mutable {
        Result<std::vector<query::SqlResult>> result;
        uint64_t visible = 0;
        auto ran = core_->as_transient_client(caller, claims, [&] {
            result = core_->sql({caller.identity, caller.is_owner}, text);
            visible = core_->visible();
        });
        if (!ran) {
            done(std::unexpected(ran.error()));
        } else if (!result || !confirmed) {
            log_->sync_soon();
            done(std::move(result));
        } else {
            after_durable(visible, [result = std::move(result), done = std::move(done)](const Error* error) mutable {
                error != nullptr ? done(std::unexpected(*error)) : done(std::move(result));
            });
        }
    };
    run_task(std::move(work));
}

void Database::update(Bytes wasm, std::function<void(Result<bool>)> done) {
    if (keccak256(wasm) == program_hash()) {
        done(false);
        return;
    }
    auto loaded = load(wasm, &core_->store());
    if (!loaded) {
        module_log_->system(module::LogLine::Level::Warn,
                            fmt::format("Database update failed: {}", loaded.error().message));
        done(std::unexpected(loaded.error()));
        return;
    }
    auto carried = std::make_shared<LoadedModule>(std::move(*loaded));
    auto work = [this, carried, wasm = std::move(wasm), done = std::move(done)]() mutable {
        if (auto updated = core_->update(std::move(*carried), wasm); !updated) {
            done(std::unexpected(updated.error()));
            return;
        }
        publish_info();
        after_durable(core_->visible(), [done = std::move(done)](const Error* error) {
            error != nullptr ? done(std::unexpected(*error)) : done(true);
        });
    };
    run_task(std::move(work));
}

void Database::on_log_failure(const Error& error) {
    std::string reason = fmt::format("the database stopped: {}", error.message);
    log_error("database {}: {}", settings_.identity.hex(), reason);
    run_task([this, reason] { core_->shut(reason); });
}

void Database::stop(const std::string& reason) {
    if (stopped_) return;
    stopped_ = true;
    if (core_ != nullptr) run_task([this, reason] { core_->shut(reason); });
    if (log_ != nullptr) {
        if (auto stopped = log_->stop(); !stopped)
            log_error("log of {}: {}", settings_.directory, stopped.error().message);
    }
}

}  // namespace lightcone::database
