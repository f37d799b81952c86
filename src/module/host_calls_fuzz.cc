// SPDX-License-Identifier: Apache-2.0
// A hostile guest: the input is a script of host calls with any parameters, and the data they point to.
#include "base/assert.h"
#include "module/guest_script.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    using namespace lightcone;
    using namespace lightcone::module;
    static Guest guest{script_module_text()};
    FakeTransaction& tx = guest.store.transaction;
    guest.log.lines.clear();

    // The first bytes choose what the database answers, the rest is the script.
    ByteView input(data, size);
    if (input.size() < 4) return 0;
    tx.status = input[0] % 8 == 0   ? txn::TxStatus::BadRow
                : input[0] % 8 == 1 ? txn::TxStatus::NoSuchRow
                                    : txn::TxStatus::Ok;
    tx.rows.assign(input[1] % 4, Bytes(input[2], 0x55));
    tx.generated.assign(input[3] % 32, 0xEE);
    input = input.subspan(4);

    Script script;
    std::copy_n(input.begin(), std::min<size_t>(input.size(), kImageBytes), script.image.begin());
    store_le(script.image.data(), load_le<uint32_t>(script.image.data()) % 80);
    for (uint32_t command = 0; command < 80; ++command) {
        uint8_t* at = script.image.data() + 16 + kCommandBytes * command;
        store_le(at, static_cast<uint32_t>(load_le<uint32_t>(at) % host_functions().size()));
    }
    CallOutcome outcome = script.run(guest);
    ASSERT(outcome.status == CallStatus::Ok || outcome.status == CallStatus::Trap, "{}", outcome.message);
    ASSERT(!outcome.message.empty() || outcome.status == CallStatus::Ok);
    return 0;
}
