// SPDX-License-Identifier: Apache-2.0
// Input: the BSATN of a typespace. Whatever decodes must come back unchanged from its bytes and from its JSON.
#include "base/assert.h"
#include "sats/json_codec.h"
#include "sats/value_ops.h"

using namespace lightcone;
using namespace lightcone::sats;

namespace {

void check_type(const AlgebraicType& type, const Typespace& space) {
    Bytes bytes;
    encode_type(type, bytes);
    ByteReader in(bytes);
    auto back = decode_type(in);
    ASSERT(back && *back == type && in.at_end(), "type changed in its own encoding");

    std::string json;
    type_to_json(type, json);
    // Deep types have JSON beyond the reader's nesting limit.
    if (auto parsed = JsonValue::parse(json)) {
        auto from_json = type_from_json(*parsed);
        ASSERT(from_json && *from_json == type, "type changed in its JSON {}", json);
    }
    (void)type_text(type);
    if (auto resolved = resolve(type, space)) ASSERT(ValueOps::compile(*resolved), "a resolved type does not compile");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    ByteReader single({data, size});
    if (auto type = decode_type(single)) check_type(*type, {});
    ByteReader in({data, size});
    auto space = decode_typespace(in);
    if (!space) return 0;
    for (const AlgebraicType& type : space->types) check_type(type, *space);
    return 0;
}
