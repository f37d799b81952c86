// SPDX-License-Identifier: Apache-2.0
// Any bytes as a module definition: BSATN, or SATS-JSON when they begin with `{`. What is accepted must survive being
// written back in both versions and encodings, and must be comparable with itself.
#include <cstdlib>

#include "base/assert.h"
#include "schema/migration_plan.h"
#include "schema/module_def_json.h"
#include "schema/raw_codec.h"
#include "schema/unsupported.h"

using namespace lightcone;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    ByteView bytes(data, size);
    bool is_json = size > 0 && data[0] == '{';
    if (!is_json) {
        auto raw = schema::raw::decode_bsatn(bytes);
        if (raw) {
            Bytes encoded = schema::raw::encode_bsatn(*raw);
            ASSERT(encoded.size() <= size && bytes_equal(encoded, bytes.first(encoded.size())));
        }
    }
    auto def = is_json ? schema::decode_module_def_json(as_text(bytes)) : schema::decode_module_def(bytes);
    if (!def) {
        ASSERT(!def.error().message.empty());
        return 0;
    }
    (void)schema::unsupported_features(*def);
    auto plan = schema::plan_republish(*def, *def);
    ASSERT(plan && plan->steps.empty());
    (void)schema::module_def_to_json(*def, schema::DefVersion::V9);
    // V9 has names of its own for constraints and indexes, which V10 generates.
    if (!def->submodules.empty() || def->version == schema::DefVersion::V9) return 0;
    auto again = schema::decode_module_def(schema::module_def_to_bsatn(*def, schema::DefVersion::V10));
    ASSERT(again, "{}", again.error().message);
    ASSERT(again->canonical_typespace == def->canonical_typespace);
    return 0;
}
