// SPDX-License-Identifier: Apache-2.0
// Databases filled with the schemas and rows of a SQL case file. Tests only.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "query/query.h"
#include "query/sql_cases.h"

namespace lightcone::query {

// Commits with an empty context.
txn::CommittedTx commit_case(txn::Datastore& store);

class CaseStores {
  public:
    // `document` outlives this.
    explicit CaseStores(const sats::JsonValue& document) : document_(document) {}

    // The shared database of the case's schema; made when first asked for.
    txn::Datastore& store(const sats::JsonValue& test_case) {
        return store(std::string(test_case.find("schema")->string()));
    }
    txn::Datastore& store(const std::string& schema);
    // A new database of that schema.
    std::unique_ptr<txn::Datastore> fresh(const std::string& schema) const;
    Reader reader(const sats::JsonValue& test_case) const;

  private:
    const sats::JsonValue& document_;
    std::map<std::string, std::unique_ptr<txn::Datastore>> stores_;
};

}  // namespace lightcone::query
