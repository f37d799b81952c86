// SPDX-License-Identifier: Apache-2.0
// The running databases of a server and every change to their set: what the HTTP routes call Directory.
// Any thread. Publishing and deleting run on the worker, one change per database at a time.
#pragma once

#include <memory>
#include <mutex>

#include "api/directory.h"
#include "auth/token.h"
#include "base/worker.h"
#include "server/catalog.h"

namespace lightcone::server {

class Databases final : public api::Directory {
  public:
    struct Parts {
        database::Surroundings surroundings;
        const auth::TokenAuthority* tokens = nullptr;
        Worker* worker = nullptr;
        std::string directory;  // data directory; empty: in memory
    };
    // Loads the catalog and opens every database. One that cannot be opened stays unavailable with its reason, which is
    // logged; the others serve. Errors: those of Catalog::load.
    static Result<std::unique_ptr<Databases>> open(Parts parts);

    std::optional<sats::Identity> resolve(std::string_view name) override;
    std::optional<api::DatabaseInfo> info(const sats::Identity& identity) override;
    Result<std::shared_ptr<database::Database>> open(const sats::Identity& identity) override;
    std::vector<std::string> names(const sats::Identity& identity) override;
    std::vector<sats::Identity> owned_by(const sats::Identity& owner) override;
    void publish(api::PublishRequest request, PublishDone done) override;
    void remove(const sats::Identity& identity, const sats::Identity& caller,
                std::function<void(Result<void>)> done) override;
    Result<NameOutcome> add_name(const sats::Identity& identity, const std::string& name,
                                 const sats::Identity& caller) override;
    Result<RenameOutcome> set_names(const sats::Identity& identity, const std::vector<std::string>& names,
                                    const sats::Identity& caller, std::string& offender) override;

    // Stops every database; nothing may be submitted any more.
    void stop();
    size_t count() const;

  private:
    struct Slot {
        std::shared_ptr<database::Database> database;  // null: could not be opened
        std::string failure;
    };

    explicit Databases(Parts parts, Catalog catalog) : parts_(std::move(parts)), catalog_(std::move(catalog)) {}
    database::Settings settings(const sats::Identity& identity, const CatalogEntry& entry) const;
    void open_all();
    void run_publish(api::PublishRequest request, const PublishDone& done);
    // Which identity a publish is about; registers a new name. Errors as the routes tell them apart.
    std::expected<sats::Identity, api::PublishError> target(const api::PublishRequest& request);
    std::expected<void, api::PublishError> create(const sats::Identity& identity, const api::PublishRequest& request);
    void update(const sats::Identity& identity, api::PublishRequest request, const PublishDone& done);
    // Takes a database out of service: no new users find it, its clients are closed.
    void retire(const sats::Identity& identity, const std::string& reason);

    const Parts parts_;
    mutable std::mutex mutex_;
    Catalog catalog_;
    std::map<sats::Identity, Slot> slots_;
    uint64_t next_directory_ = 0;
    // Serialises publish and remove. Held while a module compiles: the worker's threads wait, I/O threads never do.
    std::mutex change_mutex_;
};

}  // namespace lightcone::server
