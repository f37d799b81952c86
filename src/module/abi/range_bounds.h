// SPDX-License-Identifier: Apache-2.0
// The three byte strings of a range scan, as read from the guest.
#pragma once

#include "module/abi/guest_context.h"

namespace lightcone::module::abi {

struct RangeBounds {
    ByteView prefix;
    uint32_t prefix_columns = 0;
    ByteView start;
    ByteView end;

    // False: trapped. Without prefix columns the prefix's address and length mean nothing and are not looked at.
    bool read(GuestContext& guest, uint32_t prefix_address, uint32_t prefix_len, uint32_t prefix_elems,
              uint32_t start_address, uint32_t start_len, uint32_t end_address, uint32_t end_len) {
        if (prefix_elems > UINT16_MAX) return guest.trap("ABI violation, a `ColId` must be a `u16`"), false;
        prefix_columns = prefix_elems;
        if (prefix_elems > 0 && !guest.read(prefix_address, prefix_len, prefix)) return false;
        return guest.read(start_address, start_len, start) && guest.read(end_address, end_len, end);
    }
};

}  // namespace lightcone::module::abi
