// SPDX-License-Identifier: Apache-2.0
#include "schema/module_def_json.h"

#include "schema/module_def_raw.h"

namespace lightcone::schema {

std::string module_def_to_json(const ModuleDef& def, DefVersion version) {
    return version == DefVersion::V9 ? raw::encode_json(raw::to_v9(def)) : raw::encode_json(raw::to_v10(def));
}

Bytes module_def_to_bsatn(const ModuleDef& def, DefVersion version) {
    return version == DefVersion::V9 ? raw::encode_bsatn(raw::to_v9(def)) : raw::encode_bsatn(raw::to_v10(def));
}

}  // namespace lightcone::schema
