// SPDX-License-Identifier: Apache-2.0
// A connected client as its database sees it: where results and updates go. The protocol session implements it.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "sats/special.h"
#include "subscription/update.h"

namespace lightcone::database {

enum class ReplyKind : uint8_t { Ok, UserError, InternalError };

struct ReducerReply {
    uint32_t request_id = 0;
    int64_t timestamp_micros = 0;
    ReplyKind kind = ReplyKind::Ok;
    std::string_view message;  // UserError, InternalError
    // Ok: what changed in the client's query sets; null when nothing did.
    const subscription::ClientChange* change = nullptr;
};

enum class CloseReason : uint8_t {
    Refused,       // client_connected failed: no message, no close frame
    ModuleExited,  // the database stopped, was reset or deleted
};

// Life: shared by the session and the database from Connect to Disconnect.
//
// Every message carries `visible`: the number of log records that must be durable before a client with confirmed reads
// may see it; messages keep their order, so a held one delays those behind it.
class ClientPort {
  public:
    ClientPort(sats::Identity identity, sats::ConnectionId connection) : identity_(identity), connection_(connection) {}
    ClientPort(const ClientPort&) = delete;
    ClientPort& operator=(const ClientPort&) = delete;
    virtual ~ClientPort() = default;

    const sats::Identity& identity() const { return identity_; }
    const sats::ConnectionId& connection() const { return connection_; }

    // In the turn, in commit order; the views are borrowed for the call. Nothing is sent yet.
    virtual void connected(uint64_t visible) = 0;
    virtual void reducer_result(const ReducerReply& reply, uint64_t visible) = 0;
    virtual void transaction_update(const subscription::ClientChange& change, uint64_t visible) = 0;
    virtual void subscribe_applied(uint32_t request_id, uint32_t query_set_id,
                                   std::span<const subscription::TableRows> rows, uint64_t visible) = 0;
    virtual void unsubscribe_applied(uint32_t request_id, uint32_t query_set_id,
                                     const std::vector<subscription::TableRows>* rows, uint64_t visible) = 0;
    virtual void subscription_error(std::optional<uint32_t> request_id, uint32_t query_set_id,
                                    std::string_view error) = 0;
    virtual void procedure_error(uint32_t request_id, std::string_view error) = 0;
    virtual void one_off_result(uint32_t request_id, const subscription::TableRows& rows, uint64_t visible) = 0;
    virtual void one_off_error(uint32_t request_id, std::string_view error) = 0;

    // At the end of a turn, still inside it: everything said since the last seal becomes sendable.
    virtual void seal() = 0;
    // After the turn, on any thread: sends what is sealed and visible. True when messages wait for a higher durable
    // count.
    virtual bool flush(uint64_t durable_count) = 0;
    // Any thread; idempotent.
    virtual void close(CloseReason reason) = 0;

  private:
    friend class ClientTable;
    friend class Core;
    friend class DurabilityGate;
    sats::Identity identity_;
    sats::ConnectionId connection_;
    // Turn only.
    std::optional<uint32_t> client_id_;
    bool touched_ = false;
    // Under the gate's lock.
    bool waiting_ = false;
};

using ClientPortPtr = std::shared_ptr<ClientPort>;

}  // namespace lightcone::database
