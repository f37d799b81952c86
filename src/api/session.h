// SPDX-License-Identifier: Apache-2.0
// One WebSocket connection of protocol v2 or v3: client messages in, database batches out; results and updates back.
//
// Threads: on_open, on_messages and on_closed on the connection's I/O thread, one at a time; the ClientPort methods
// under the database's turn; flush() and close() on any thread.
#pragma once

#include <mutex>

#include "api/outgoing_queue.h"
#include "api/settler.h"
#include "database/client_port.h"
#include "database/database.h"
#include "net/websocket.h"

namespace lightcone::api {

struct SessionSettings {
    Packing packing = Packing::Coalesced;
    bool confirmed = true;  // confirmed reads: nothing is sent before it is durable
    std::string token;      // repeated to the client in its first message
    std::string claims;     // the token's payload, stored with the connection
};

class Session final : public net::WebSocketHandler,
                      public database::ClientPort,
                      public std::enable_shared_from_this<Session> {
  public:
    Session(sats::Identity identity, sats::ConnectionId connection, std::shared_ptr<database::Database> database,
            SessionSettings settings, Settler& settler);

    void on_open(const std::shared_ptr<net::WebSocketConnection>& connection) override;
    void on_messages(net::WebSocketConnection& connection, std::span<const net::WsMessage> messages) override;
    void on_closed(net::WebSocketConnection& connection, const net::WsCloseInfo& info) override;

    void connected(uint64_t visible) override;
    void reducer_result(const database::ReducerReply& reply, uint64_t visible) override;
    void transaction_update(const subscription::ClientChange& change, uint64_t visible) override;
    void subscribe_applied(uint32_t request_id, uint32_t query_set_id, std::span<const subscription::TableRows> rows,
                           uint64_t visible) override;
    void unsubscribe_applied(uint32_t request_id, uint32_t query_set_id,
                             const std::vector<subscription::TableRows>* rows, uint64_t visible) override;
    void subscription_error(std::optional<uint32_t> request_id, uint32_t query_set_id, std::string_view error) override;
    void procedure_error(uint32_t request_id, std::string_view error) override;
    void one_off_result(uint32_t request_id, const subscription::TableRows& rows, uint64_t visible) override;
    void one_off_error(uint32_t request_id, std::string_view error) override;
    void seal() override;
    bool flush(uint64_t durable_count) override;
    void close(database::CloseReason reason) override;

  private:
    // Decodes a payload into batch_. Errors: what the client is told in the Close frame.
    Result<void> decode(const net::WsMessage& message);
    void submit_batch(net::WebSocketConnection& connection);
    void end_message(uint64_t visible) { staged_.end_message(settings_.confirmed ? visible : 0); }

    const std::shared_ptr<database::Database> database_;
    const SessionSettings settings_;
    Settler& settler_;
    database::Batch batch_;  // I/O thread
    OutgoingQueue staged_;   // the turn
    std::mutex mutex_;       // the rest
    OutgoingQueue sealed_;
    net::WsBatch packed_;
    std::shared_ptr<net::WebSocketConnection> connection_;
};

}  // namespace lightcone::api
