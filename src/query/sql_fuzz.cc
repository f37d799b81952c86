// SPDX-License-Identifier: Apache-2.0
// Any text, compiled in both dialects and run against fixed tables.
#include "query/query.h"
#include "query/sql_case_store.h"

namespace {

lightcone::txn::Datastore& store() {
    static const auto document = lightcone::query::load_case_file("sql_first_light.json");
    static lightcone::query::CaseStores stores(document);
    static const bool types = (stores.store("types"), true);
    (void)types;
    return stores.store("basic");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    std::string_view sql(reinterpret_cast<const char*>(data), size);
    lightcone::query::Reader reader;
    reader.is_owner = size % 2 == 0;
    if (auto queries = lightcone::query::compile_subscription(sql, store(), reader)) {
        for (const auto& query : *queries) query->run(store(), [](lightcone::ByteView) {});
    }
    (void)lightcone::query::run_sql(sql, store(), reader);
    return 0;
}
