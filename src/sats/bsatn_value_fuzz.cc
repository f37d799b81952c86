// SPDX-License-Identifier: Apache-2.0
// Input: a typespace, a type, a value, all BSATN. The two decoders must agree; size, order, canonical form and JSON of
// a value must fit its bytes.
#include "base/assert.h"
#include "sats/json_codec.h"
#include "sats/value_ops.h"

using namespace lightcone;
using namespace lightcone::sats;

namespace {

// Inlining refs makes types far bigger than their bytes; such inputs only cost the fuzzer time.
constexpr size_t kInputBytesMax = 4096;
constexpr size_t kJsonBytesMax = 64u << 10;

void check_json(const AlgebraicType& type, const Typespace& space, ByteView value) {
    for (JsonForm form : {JsonForm::Named, JsonForm::Positional, JsonForm::Hybrid}) {
        ByteReader in(value);
        std::string text;
        if (!bsatn_to_json(in, type, space, form, text)) continue;
        if (text.size() > kJsonBytesMax) continue;
        auto json = JsonValue::parse(text);
        // Sums nest the JSON of a value as deep as the value itself, so nothing else may be wrong with it.
        ASSERT(json || json.error().message.find("nesting") != std::string::npos, "unreadable JSON {}", text);
        // Names may be ambiguous, and NaN is not readable.
        if (!json || form != JsonForm::Positional || text.find("null") != std::string::npos) continue;
        Bytes back;
        auto result = json_to_bsatn(*json, type, space, back);
        ASSERT(result && bytes_equal(back, value), "value changed in its JSON {}", text);
    }
}

void check_ops(const ValueOps& ops, ByteView value) {
    ASSERT(ops.size_of(value.data()) == value.size());
    ASSERT(!ops.fixed_bytes() || *ops.fixed_bytes() == value.size());
    ASSERT(ops.compare(value.data(), value.data()) == 0);
    Bytes canonical;
    ops.append_canonical(value.data(), canonical);
    ASSERT(canonical.size() == value.size());
    ASSERT(ops.validate(canonical).has_value());
    ASSERT(ops.compare(value.data(), canonical.data()) == 0);
    ASSERT(!ops.equality_is_bytewise() || bytes_equal(canonical, value));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    if (size > kInputBytesMax) return 0;
    ByteReader in({data, size});
    auto space = decode_typespace(in);
    if (!space) return 0;
    auto type = decode_type(in);
    if (!type) return 0;
    ByteView rest = in.rest();
    auto value = read_value(in, *type, *space);
    if (value) check_json(*type, *space, *value);

    auto resolved = resolve(*type, *space);
    if (!resolved) return 0;
    auto ops = ValueOps::compile(*resolved);
    ASSERT(ops, "a resolved type does not compile");
    auto valid = ops->validate(rest);
    bool over_limit = !value && value.error().code == ErrorCode::LimitExceeded;
    ASSERT(over_limit || valid.has_value() == value.has_value(), "decoders disagree: {}",
           valid ? value.error().message : valid.error().message);
    if (!valid) return 0;
    ASSERT(!value || *valid == value->size());
    check_ops(*ops, rest.first(*valid));
    return 0;
}
