// SPDX-License-Identifier: Apache-2.0
// The databases of a server as the HTTP routes see them: names, owners, publishing, deletion. The server room
// implements it.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/hash.h"
#include "database/database.h"
#include "sats/special.h"

namespace lightcone::api {

struct DatabaseInfo {
    sats::Identity identity;
    sats::Identity owner;
    Hash32 initial_program{};
};

struct PublishRequest {
    // Exactly one, or neither for a new unnamed database.
    std::optional<std::string> name;
    std::optional<sats::Identity> identity;
    sats::Identity caller;
    Bytes program;
    bool clear = false;  // drop all data first
};

struct PublishOutcome {
    sats::Identity identity;
    std::optional<std::string> name;
    bool created = false;
};

// How a publish failed, as far as HTTP tells cases apart.
struct PublishError {
    enum class Kind : uint8_t {
        NameTaken,     // 401: the name belongs to another identity
        NotOwner,      // 403
        Rejected,      // 400: the update is impossible; `message` says why
        UpdateFailed,  // 400: it failed while running
        Invalid,       // 500: program invalid, or init failed, on creation
        Unavailable,   // 503
    };
    Kind kind = Kind::Invalid;
    std::string message;
    sats::Identity identity;  // NotOwner: of the database
};

// Any thread.
class Directory {
  public:
    virtual ~Directory() = default;

    // A registered name's identity; it may have no database (any more).
    virtual std::optional<sats::Identity> resolve(std::string_view name) = 0;
    virtual std::optional<DatabaseInfo> info(const sats::Identity& identity) = 0;
    // The running database. Errors: NotFound "No such database.", Unavailable with the reason it could not be opened.
    virtual Result<std::shared_ptr<database::Database>> open(const sats::Identity& identity) = 0;
    virtual std::vector<std::string> names(const sats::Identity& identity) = 0;
    virtual std::vector<sats::Identity> owned_by(const sats::Identity& owner) = 0;

    // Runs on a worker thread; `done` is called there or in the database's turn.
    using PublishDone = std::function<void(std::expected<PublishOutcome, PublishError>)>;
    virtual void publish(PublishRequest request, PublishDone done) = 0;
    // Errors: PermissionDenied when `caller` is not the owner; an unknown database is success.
    virtual void remove(const sats::Identity& identity, const sats::Identity& caller,
                        std::function<void(Result<void>)> done) = 0;

    enum class NameOutcome : uint8_t { Added, Taken, InUse };
    virtual Result<NameOutcome> add_name(const sats::Identity& identity, const std::string& name,
                                         const sats::Identity& caller) = 0;
    enum class RenameOutcome : uint8_t { Done, NotOwner, InUse, Taken };
    // Replaces all names; `offender` receives the name that stood in the way.
    virtual Result<RenameOutcome> set_names(const sats::Identity& identity, const std::vector<std::string>& names,
                                            const sats::Identity& caller, std::string& offender) = 0;
};

// `^[a-z0-9]+(-[a-z0-9]+)*$`. Errors: InvalidArgument with the texts of the HTTP API.
Result<void> check_database_name(std::string_view name);

}  // namespace lightcone::api
