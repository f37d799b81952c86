// SPDX-License-Identifier: Apache-2.0
#include "query/sql_case_store.h"

#include <stdexcept>

namespace lightcone::query {

txn::CommittedTx commit_case(txn::Datastore& store) {
    return store.commit(log::RecordContext());
}

txn::Datastore& CaseStores::store(const std::string& schema) {
    auto& slot = stores_[schema];
    if (!slot) slot = fresh(schema);
    return *slot;
}

std::unique_ptr<txn::Datastore> CaseStores::fresh(const std::string& schema) const {
    const sats::JsonValue& described = *document_.find("schemas")->find(schema);
    std::unique_ptr<txn::Datastore> store = txn::Datastore::create().value();
    txn::Transaction& tx = store->begin();
    for (const sats::JsonValue& table : described.find("tables")->items()) tx.create_table(case_table(table)).value();
    Bytes generated;
    for (const sats::JsonMember& rows : described.find("rows")->members()) {
        storage::Table* table = store->find_table(rows.key);
        for (const sats::JsonValue& row : rows.value.items()) {
            auto status = tx.insert(table->id(), encode_case_row(row, table->schema().row_type()), generated);
            if (status != txn::TxStatus::Ok) throw std::runtime_error("cannot insert into " + rows.key);
        }
    }
    commit_case(*store);
    return store;
}

Reader CaseStores::reader(const sats::JsonValue& test_case) const {
    std::string_view caller = test_case.find("caller")->string();
    const char* name = caller == "owner" ? "O" : caller == "client_b" ? "B" : "A";
    Reader reader;
    reader.identity = sats::Identity::from_hex_text(document_.find("identities")->find(name)->string()).value();
    reader.is_owner = caller == "owner";
    return reader;
}

}  // namespace lightcone::query
