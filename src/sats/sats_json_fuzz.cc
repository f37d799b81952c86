// SPDX-License-Identifier: Apache-2.0
// Input: a line with the JSON of a type (its refs name itself), then the JSON of a value. Every JSON text must be read
// or refused; a value that is read must decode, and its own JSON must give the same bytes.
#include "base/assert.h"
#include "sats/json_codec.h"

using namespace lightcone;
using namespace lightcone::sats;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    std::string_view text = as_text({data, size});
    (void)JsonValue::parse(text);
    size_t line_end = text.find('\n');
    if (line_end == std::string_view::npos) return 0;
    auto type_json = JsonValue::parse(text.substr(0, line_end));
    auto json = JsonValue::parse(text.substr(line_end + 1));
    if (!type_json || !json) return 0;
    (void)json->describe();
    auto type = type_from_json(*type_json);
    if (!type) return 0;
    Typespace space{{*type}};

    Bytes ignored;
    (void)json_args_to_bsatn(*json, {"reducer", "fuzz"}, *type, space, ignored);
    Bytes bytes;
    if (!json_to_bsatn(*json, *type, space, bytes)) return 0;
    ByteReader in(bytes);
    std::string out;
    auto written = bsatn_to_json(in, *type, space, JsonForm::Positional, out);
    if (!written) {
        ASSERT(written.error().code == ErrorCode::LimitExceeded, "{}", written.error().message);
        return 0;
    }
    ASSERT(in.at_end());
    auto back_json = JsonValue::parse(out);
    if (!back_json) return 0;
    Bytes back;
    auto result = json_to_bsatn(*back_json, *type, space, back);
    ASSERT(result && back == bytes, "value changed in its JSON {}", out);
    return 0;
}
