// SPDX-License-Identifier: Apache-2.0
#include "server/catalog.h"

#include "sats/json_value.h"
#include "sats/json_writer.h"

namespace lightcone::server {

namespace {

constexpr uint64_t kVersion = 1;

Result<sats::Identity> identity_field(const sats::JsonValue& object, std::string_view key) {
    return sats::Identity::from_hex_text(TRY(TRY(object.require(key))->as_string()));
}

Result<Hash32> hash_field(const sats::JsonValue& object, std::string_view key) {
    Bytes bytes = TRY(from_hex(TRY(TRY(object.require(key))->as_string())));
    Hash32 hash;
    if (bytes.size() != hash.size()) return fail(ErrorCode::Corruption, "{} has {} bytes, not 32", key, bytes.size());
    std::copy(bytes.begin(), bytes.end(), hash.begin());
    return hash;
}

}  // namespace

Result<Catalog> Catalog::load(Disk& disk, std::string path) {
    Catalog catalog(disk, std::move(path));
    if (catalog.path_.empty() || !TRY(disk.exists(catalog.path_))) return catalog;
    Bytes bytes = TRY(disk.read_file(catalog.path_));
    if (auto read = catalog.read(as_text(bytes)); !read) {
        ErrorCode code = read.error().code == ErrorCode::Unsupported ? ErrorCode::Unsupported : ErrorCode::Corruption;
        return fail(code, "{}: {}", catalog.path_, read.error().message);
    }
    return catalog;
}

Result<void> Catalog::read(std::string_view text) {
    sats::JsonValue root = TRY(sats::JsonValue::parse(text));
    uint64_t version = TRY(TRY(root.require("version"))->as_u64());
    if (version != kVersion) {
        return fail(ErrorCode::Unsupported, "format version {} was written by a newer lightcone (this one reads {})",
                    version, kVersion);
    }
    for (const sats::JsonValue& item : TRY(TRY(root.require("databases"))->as_array())) {
        sats::Identity identity = TRY(identity_field(item, "identity"));
        CatalogEntry entry;
        entry.owner = TRY(identity_field(item, "owner"));
        entry.initial_program = TRY(hash_field(item, "initial_program"));
        entry.directory = TRY(TRY(item.require("directory"))->as_string());
        entries_.emplace(identity, std::move(entry));
    }
    for (const sats::JsonValue& item : TRY(TRY(root.require("names"))->as_array())) {
        std::string name(TRY(TRY(item.require("name"))->as_string()));
        name_owners_[name] = TRY(identity_field(item, "owner"));
        if (item.find("database") != nullptr) names_[name] = TRY(identity_field(item, "database"));
    }
    return {};
}

Result<void> Catalog::save() {
    if (path_.empty()) return {};
    std::string text;
    sats::JsonWriter json(text);
    json.begin_object().key("version").u64(kVersion).key("databases").begin_array();
    for (const auto& [identity, entry] : entries_) {
        json.begin_object().key("identity").string(identity.hex()).key("owner").string(entry.owner.hex());
        json.key("initial_program").string(to_hex(entry.initial_program));
        json.key("directory").string(entry.directory).end_object();
    }
    json.end_array().key("names").begin_array();
    for (const auto& [name, owner] : name_owners_) {
        json.begin_object().key("name").string(name).key("owner").string(owner.hex());
        auto database = names_.find(name);
        if (database != names_.end()) json.key("database").string(database->second.hex());
        json.end_object();
    }
    json.end_array().end_object();
    text += '\n';
    return disk_->write_file_atomically(path_, as_bytes(text));
}

const CatalogEntry* Catalog::find(const sats::Identity& identity) const {
    auto found = entries_.find(identity);
    return found == entries_.end() ? nullptr : &found->second;
}

std::optional<sats::Identity> Catalog::resolve(std::string_view name) const {
    auto found = names_.find(name);
    if (found == names_.end()) return std::nullopt;
    return found->second;
}

const sats::Identity* Catalog::name_owner(std::string_view name) const {
    auto found = name_owners_.find(name);
    return found == name_owners_.end() ? nullptr : &found->second;
}

std::vector<std::string> Catalog::names(const sats::Identity& identity) const {
    std::vector<std::string> found;
    for (const auto& [name, database] : names_) {
        if (database == identity) found.push_back(name);
    }
    return found;
}

std::vector<sats::Identity> Catalog::owned_by(const sats::Identity& owner) const {
    std::vector<sats::Identity> found;
    for (const auto& [identity, entry] : entries_) {
        if (entry.owner == owner) found.push_back(identity);
    }
    return found;
}

void Catalog::add_name(std::string name, const sats::Identity& database, const sats::Identity& owner) {
    name_owners_.emplace(name, owner);
    names_[std::move(name)] = database;
}

void Catalog::remove_names(const sats::Identity& database) {
    std::erase_if(names_, [&](const auto& item) { return item.second == database; });
}

}  // namespace lightcone::server
