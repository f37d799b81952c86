// SPDX-License-Identifier: Apache-2.0
// Which databases a server holds: identities, owners, names, and who owns which name. Kept in memory and written as one
// JSON file (databases.json), replaced atomically at every change.
// Not thread-safe: its owner locks.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/hash.h"
#include "sats/special.h"

namespace lightcone::server {

struct CatalogEntry {
    sats::Identity owner;
    Hash32 initial_program{};
    std::string directory;  // name of its folder under databases/; changes with a reset
};

class Catalog {
  public:
    // An empty path keeps it in memory only. Errors: Corruption (with the byte position), Unsupported (version), Io.
    static Result<Catalog> load(Disk& disk, std::string path);

    const CatalogEntry* find(const sats::Identity& identity) const;
    std::optional<sats::Identity> resolve(std::string_view name) const;
    // Null: nobody owns the name yet.
    const sats::Identity* name_owner(std::string_view name) const;
    std::vector<std::string> names(const sats::Identity& identity) const;
    std::vector<sats::Identity> owned_by(const sats::Identity& owner) const;
    const std::map<sats::Identity, CatalogEntry>& entries() const { return entries_; }

    // Changes; call save() afterwards. A name stays its owner's when it is removed from a database.
    void put(const sats::Identity& identity, CatalogEntry entry) { entries_[identity] = std::move(entry); }
    void erase(const sats::Identity& identity) { entries_.erase(identity); }
    void add_name(std::string name, const sats::Identity& database, const sats::Identity& owner);
    void remove_names(const sats::Identity& database);
    Result<void> save();

  private:
    Catalog(Disk& disk, std::string path) : disk_(&disk), path_(std::move(path)) {}
    Result<void> read(std::string_view text);

    Disk* disk_;
    std::string path_;
    std::map<sats::Identity, CatalogEntry> entries_;
    std::map<std::string, sats::Identity, std::less<>> names_;
    std::map<std::string, sats::Identity, std::less<>> name_owners_;
};

}  // namespace lightcone::server
