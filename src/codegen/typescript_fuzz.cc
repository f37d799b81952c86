// SPDX-License-Identifier: Apache-2.0
// Any definition that a module may hand over gives bindings or an error. The first byte chooses private items; the rest
// is the module's BSATN, or JSON where it begins with a brace.
#include "base/assert.h"
#include "codegen/typescript.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    using namespace lightcone;
    if (size < 2) return 0;
    ByteView body(data + 1, size - 1);
    auto def = body[0] == '{' ? schema::decode_module_def_json(as_text(body)) : schema::decode_module_def(body);
    if (!def) return 0;
    codegen::TypescriptOptions options{.include_private = (data[0] & 1) != 0};
    auto files = codegen::generate_typescript(*def, options);
    auto again = codegen::generate_typescript(*def, options);
    ASSERT(files.has_value() == again.has_value(), "two runs on one definition disagree");
    if (!files) return 0;
    ASSERT(*files == *again, "two runs on one definition differ");
    for (size_t i = 1; i < files->size(); ++i) {
        ASSERT((*files)[i - 1].path < (*files)[i].path, "{} is written twice", (*files)[i].path);
    }
    return 0;
}
