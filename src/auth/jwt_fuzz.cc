// SPDX-License-Identifier: Apache-2.0
// Tokens from outside: any bytes as a token, and any bytes as the payload of a well-signed one.
#include "auth/token.h"
#include "base/assert.h"

using namespace lightcone;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    static const auth::KeyPair keys = *auth::KeyPair::generate();
    constexpr int64_t kNow = 1'737'665'769;
    std::string_view text = as_text({data, size});

    auto claims = auth::read_claims_unverified(text, kNow);
    if (!claims) ASSERT(!auth::verify_token(text, keys.verifying_key(), kNow));
    if (claims) {
        ASSERT(!auth::verify_token(text, keys.verifying_key(), kNow), "nobody knows this key");
        ASSERT(claims->identity == sats::Identity::from_claims(claims->issuer, claims->subject));
        // What was read can be signed and read again as the same.
        if (auto token = auth::sign_token(*claims, keys)) {
            auto again = auth::verify_token(*token, keys.verifying_key(), kNow);
            ASSERT(again, "{}", again.error().message);
            ASSERT(again->subject == claims->subject && again->issuer == claims->issuer);
            ASSERT(again->audience == claims->audience && again->extra == claims->extra);
        }
    }
    (void)auth::bearer_token(text);
    return 0;
}
