// SPDX-License-Identifier: Apache-2.0
// The callable side of one module version: reducers by name, with their compiled argument checks. Immutable; any
// thread.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>

#include <memory>
#include <string>
#include <vector>

#include "base/hash.h"
#include "sats/value_ops.h"
#include "schema/module_def.h"

namespace lightcone::database {

struct ReducerEntry {
    ReducerId id;
    std::string name;  // canonical
    std::optional<schema::Lifecycle> lifecycle;
    bool client_callable = true;
    // The compiled argument check; absent when a parameter's type contains itself, which only a walk can follow.
    std::optional<sats::ValueOps> args;
};

class ReducerTable {
  public:
    static Result<std::shared_ptr<const ReducerTable>> build(std::shared_ptr<const schema::ModuleDef> definition);

    // By canonical or source name; null when there is none.
    const ReducerEntry* find(std::string_view name) const;
    const ReducerEntry* lifecycle(schema::Lifecycle kind) const;
    // Checks that `args` begins with a value for each parameter; bytes after the last one are ignored, as the protocol
    // says. Errors: InvalidArgument with the decoder's text, LimitExceeded (nesting).
    Result<void> check_args(const ReducerEntry& entry, ByteView args) const;
    const schema::ModuleDef& definition() const { return *definition_; }

  private:
    struct Hash {
        size_t operator()(std::string_view text) const { return hash_bytes(as_bytes(text)); }
    };
    std::shared_ptr<const schema::ModuleDef> definition_;
    std::vector<ReducerEntry> entries_;
    boost::unordered_flat_map<std::string_view, uint32_t, Hash> by_name_;
};

}  // namespace lightcone::database
