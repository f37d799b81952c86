// SPDX-License-Identifier: Apache-2.0
// What clients ask of a database, cut from the wire but not copied: a batch is everything one connection sent in one
// read.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "base/bytes.h"

namespace lightcone::database {

class ClientPort;

enum class RequestKind : uint8_t {
    Connect,
    Disconnect,
    CallReducer,
    CallProcedure,
    Subscribe,
    Unsubscribe,
    OneOffQuery
};

struct Request {
    RequestKind kind = RequestKind::CallReducer;
    bool want_dropped_rows = false;  // Unsubscribe
    uint32_t request_id = 0;
    uint32_t query_set_id = 0;  // Subscribe, Unsubscribe
    std::string_view
        text;       // CallReducer, CallProcedure: name; OneOffQuery: SQL; Connect: the token's claims as JSON text
    ByteView args;  // CallReducer: BSATN product of the arguments
    uint32_t first_query = 0;  // Subscribe: range in Batch::queries
    uint32_t query_count = 0;
};

// Requests of one client, in order. Views point into the connection's read buffer until take_ownership() copies what
// they show; a batch that has to wait for the turn owns its bytes. Reused by its connection, so that steady traffic
// allocates nothing.
struct Batch {
    std::shared_ptr<ClientPort> client;
    std::vector<Request> requests;
    std::vector<std::string_view> queries;

    void clear() {
        requests.clear();
        queries.clear();
        storage_.clear();
    }
    void take_ownership();

  private:
    Bytes storage_;
};

}  // namespace lightcone::database
