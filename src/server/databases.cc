// SPDX-License-Identifier: Apache-2.0
#include "server/databases.h"

#include "base/log.h"

namespace lightcone::server {

using api::PublishError;

namespace {

std::unexpected<PublishError> publish_failure(PublishError::Kind kind, std::string message,
                                              const sats::Identity& identity = {}) {
    return std::unexpected(PublishError{.kind = kind, .message = std::move(message), .identity = identity});
}

}  // namespace

Result<std::unique_ptr<Databases>> Databases::open(Parts parts) {
    std::string catalog_path = parts.directory.empty() ? "" : parts.directory + "/databases.json";
    Catalog catalog = TRY(Catalog::load(*parts.surroundings.disk, catalog_path));
    std::unique_ptr<Databases> databases(new Databases(std::move(parts), std::move(catalog)));
    databases->open_all();
    return databases;
}

database::Settings Databases::settings(const sats::Identity& identity, const CatalogEntry& entry) const {
    std::string directory = parts_.directory.empty() ? "" : parts_.directory + "/databases/" + entry.directory;
    return {.identity = identity, .owner = entry.owner, .directory = std::move(directory)};
}

void Databases::open_all() {
    for (const auto& [identity, entry] : catalog_.entries()) {
        Slot slot;
        auto database = database::Database::open(parts_.surroundings, settings(identity, entry));
        if (database) {
            slot.database = std::move(*database);
        } else {
            slot.failure = database.error().message;
            log_error("database {} does not start: {}", identity.hex(), slot.failure);
        }
        slots_.emplace(identity, std::move(slot));
    }
}

std::optional<sats::Identity> Databases::resolve(std::string_view name) {
    std::lock_guard lock(mutex_);
    return catalog_.resolve(name);
}

std::optional<api::DatabaseInfo> Databases::info(const sats::Identity& identity) {
    std::lock_guard lock(mutex_);
    const CatalogEntry* entry = catalog_.find(identity);
    if (entry == nullptr) return std::nullopt;
    return api::DatabaseInfo{.identity = identity, .owner = entry->owner, .initial_program = entry->initial_program};
}

Result<std::shared_ptr<database::Database>> Databases::open(const sats::Identity& identity) {
    std::lock_guard lock(mutex_);
    auto slot = slots_.find(identity);
    if (slot == slots_.end()) return fail(ErrorCode::NotFound, "No such database.");
    if (slot->second.database == nullptr) {
        return fail(ErrorCode::Unavailable, "error starting database: {}", slot->second.failure);
    }
    return slot->second.database;
}

std::vector<std::string> Databases::names(const sats::Identity& identity) {
    std::lock_guard lock(mutex_);
    return catalog_.names(identity);
}

std::vector<sats::Identity> Databases::owned_by(const sats::Identity& owner) {
    std::lock_guard lock(mutex_);
    return catalog_.owned_by(owner);
}

size_t Databases::count() const {
    std::lock_guard lock(mutex_);
    return slots_.size();
}

void Databases::publish(api::PublishRequest request, PublishDone done) {
    auto shared = std::make_shared<api::PublishRequest>(std::move(request));
    bool taken = parts_.worker->post([this, shared, done] { run_publish(std::move(*shared), done); });
    if (!taken)
        done(publish_failure(PublishError::Kind::Unavailable, "too many publishes are waiting; try again later"));
}

std::expected<sats::Identity, PublishError> Databases::target(const api::PublishRequest& request) {
    if (request.identity) return *request.identity;
    std::lock_guard lock(mutex_);
    if (request.name) {
        if (auto known = catalog_.resolve(*request.name)) return *known;
        const sats::Identity* owner = catalog_.name_owner(*request.name);
        if (owner != nullptr && *owner != request.caller) return publish_failure(PublishError::Kind::NameTaken, "");
    }
    // A database's identity is that of a token nobody keeps.
    auto issued = parts_.tokens->issue_anonymous();
    if (!issued) return publish_failure(PublishError::Kind::Invalid, issued.error().message);
    sats::Identity identity = issued->claims.identity;
    if (request.name) {
        catalog_.add_name(*request.name, identity, request.caller);
        if (auto saved = catalog_.save(); !saved) {
            return publish_failure(PublishError::Kind::Unavailable, saved.error().message);
        }
    }
    return identity;
}

std::expected<void, PublishError> Databases::create(const sats::Identity& identity,
                                                    const api::PublishRequest& request) {
    CatalogEntry entry{.owner = request.caller, .initial_program = keccak256(request.program), .directory = {}};
    {
        std::lock_guard lock(mutex_);
        do {
            entry.directory = fmt::format("{}-{}", identity.hex(), next_directory_++);
        } while (!parts_.directory.empty() &&
                 parts_.surroundings.disk->exists(settings(identity, entry).directory).value_or(false));
    }
    auto database = database::Database::create(parts_.surroundings, settings(identity, entry), request.program);
    if (!database) return publish_failure(PublishError::Kind::Invalid, database.error().message);
    std::lock_guard lock(mutex_);
    catalog_.put(identity, entry);
    if (auto saved = catalog_.save(); !saved) {
        catalog_.erase(identity);
        return publish_failure(PublishError::Kind::Unavailable, saved.error().message);
    }
    slots_[identity] = {.database = std::move(*database), .failure = {}};
    return {};
}

void Databases::run_publish(api::PublishRequest request, const PublishDone& done) {
    std::unique_lock change(change_mutex_);
    auto identity = target(request);
    if (!identity) return done(std::unexpected(identity.error()));
    auto existing = info(*identity);
    if (existing && existing->owner != request.caller) {
        return done(publish_failure(PublishError::Kind::NotOwner, "", *identity));
    }
    if (existing && !request.clear) return update(*identity, std::move(request), done);

    std::string replaced;
    if (existing) {
        // The new program must prove itself before the old data goes.
        if (auto compiled = parts_.surroundings.host->compile(request.program); !compiled) {
            return done(publish_failure(PublishError::Kind::Invalid, compiled.error().message));
        }
        retire(*identity, "the database was reset");
    }
    auto created = create(*identity, request);
    if (!created) return done(std::unexpected(created.error()));
    change.unlock();
    done(api::PublishOutcome{.identity = *identity, .name = request.name, .created = !existing});
}

void Databases::update(const sats::Identity& identity, api::PublishRequest request, const PublishDone& done) {
    auto database = open(identity);
    if (!database) return done(publish_failure(PublishError::Kind::Unavailable, database.error().message));
    auto name = request.name;
    (*database)->update(std::move(request.program), [done, identity, name](Result<bool> updated) {
        if (updated) return done(api::PublishOutcome{.identity = identity, .name = name, .created = false});
        bool rejected = updated.error().code == ErrorCode::FailedPrecondition;
        auto kind = rejected ? PublishError::Kind::Rejected : PublishError::Kind::UpdateFailed;
        done(publish_failure(kind, updated.error().message));
    });
}

void Databases::retire(const sats::Identity& identity, const std::string& reason) {
    std::shared_ptr<database::Database> database;
    {
        std::lock_guard lock(mutex_);
        auto slot = slots_.find(identity);
        if (slot == slots_.end()) return;
        database = std::move(slot->second.database);
        slots_.erase(slot);
    }
    if (database != nullptr) database->stop(reason);
}

void Databases::remove(const sats::Identity& identity, const sats::Identity& caller,
                       std::function<void(Result<void>)> done) {
    auto existing = info(identity);
    if (!existing) return done({});
    if (existing->owner != caller) {
        return done(fail(ErrorCode::PermissionDenied, "database {} belongs to another identity", identity.hex()));
    }
    bool taken = parts_.worker->post([this, identity, done] {
        std::lock_guard change(change_mutex_);
        retire(identity, "the database was deleted");
        std::lock_guard lock(mutex_);
        catalog_.erase(identity);
        done(catalog_.save());
    });
    if (!taken) done(fail(ErrorCode::Unavailable, "too many changes are waiting; try again later"));
}

Result<api::Directory::NameOutcome> Databases::add_name(const sats::Identity& identity, const std::string& name,
                                                        const sats::Identity& caller) {
    std::lock_guard lock(mutex_);
    const sats::Identity* owner = catalog_.name_owner(name);
    if (owner != nullptr && *owner != caller) return NameOutcome::Taken;
    if (catalog_.resolve(name)) return NameOutcome::InUse;
    catalog_.add_name(name, identity, caller);
    TRY_VOID(catalog_.save());
    return NameOutcome::Added;
}

Result<api::Directory::RenameOutcome> Databases::set_names(const sats::Identity& identity,
                                                           const std::vector<std::string>& names,
                                                           const sats::Identity& caller, std::string& offender) {
    std::lock_guard lock(mutex_);
    const CatalogEntry* entry = catalog_.find(identity);
    if (entry == nullptr || entry->owner != caller) return RenameOutcome::NotOwner;
    for (const std::string& name : names) {
        offender = name;
        if (catalog_.resolve(name)) return RenameOutcome::InUse;
    }
    std::vector<std::string> all = catalog_.names(identity);
    all.insert(all.end(), names.begin(), names.end());
    for (const std::string& name : all) {
        offender = name;
        const sats::Identity* owner = catalog_.name_owner(name);
        if (owner != nullptr && *owner != caller) return RenameOutcome::Taken;
    }
    catalog_.remove_names(identity);
    for (const std::string& name : names) catalog_.add_name(name, identity, caller);
    TRY_VOID(catalog_.save());
    return RenameOutcome::Done;
}

void Databases::stop() {
    std::map<sats::Identity, Slot> slots;
    {
        std::lock_guard lock(mutex_);
        slots.swap(slots_);
    }
    for (auto& [identity, slot] : slots) {
        if (slot.database != nullptr) slot.database->stop("the server is stopping");
    }
}

}  // namespace lightcone::server
