// SPDX-License-Identifier: Apache-2.0
#include "api/session.h"

#include "api/client_message.h"
#include "api/server_message.h"
#include "base/limits.h"

namespace lightcone::api {

using database::RequestKind;

Session::Session(sats::Identity identity, sats::ConnectionId connection, std::shared_ptr<database::Database> database,
                 SessionSettings settings, Settler& settler)
    : ClientPort(identity, connection),
      database_(std::move(database)),
      settings_(std::move(settings)),
      settler_(settler) {}

void Session::on_open(const std::shared_ptr<net::WebSocketConnection>& connection) {
    {
        std::lock_guard lock(mutex_);
        connection_ = connection;
    }
    batch_.client = std::static_pointer_cast<database::ClientPort>(shared_from_this());
    batch_.requests.push_back({.kind = RequestKind::Connect, .text = settings_.claims});
    submit_batch(*connection);
}

Result<void> Session::decode(const net::WsMessage& message) {
    bool coalesced = settings_.packing == Packing::Coalesced;
    if (message.kind == net::WsKind::Text) {
        return fail(ErrorCode::InvalidArgument, "{} websocket does not support text messages", coalesced ? "v3" : "v2");
    }
    ByteReader in(message.payload);
    if (!coalesced) return decode_client_message(in, batch_);
    if (in.at_end()) {
        return fail(ErrorCode::InvalidArgument,
                    "v3 websocket binary payload must contain at least one v2 client message");
    }
    while (!in.at_end()) TRY_VOID(decode_client_message(in, batch_));
    return {};
}

void Session::on_messages(net::WebSocketConnection& connection, std::span<const net::WsMessage> messages) {
    Result<void> decoded;
    for (const net::WsMessage& message : messages) {
        decoded = decode(message);
        if (!decoded) break;
    }
    // What came before a malformed message has been asked for and is done.
    submit_batch(connection);
    if (!decoded) connection.close(net::kWsCloseInternalError, decoded.error().message);
}

void Session::submit_batch(net::WebSocketConnection& connection) {
    if (batch_.requests.empty()) return;
    if (!database_->submit(batch_, nullptr)) connection.close(net::kWsCloseTryAgain, "too many requests");
    batch_.clear();
    settler_.touched(database_);
}

void Session::on_closed(net::WebSocketConnection&, const net::WsCloseInfo&) {
    {
        std::lock_guard lock(mutex_);
        connection_ = nullptr;
    }
    database::Batch last;
    last.client = std::move(batch_.client);
    last.requests.push_back({.kind = RequestKind::Disconnect});
    database_->submit_always(std::move(last));
    settler_.touched(database_);
}

void Session::connected(uint64_t visible) {
    write_initial_connection(staged_, identity(), ClientPort::connection(), settings_.token);
    end_message(visible);
}

void Session::reducer_result(const database::ReducerReply& reply, uint64_t visible) {
    write_reducer_result(staged_, reply);
    end_message(visible);
}

void Session::transaction_update(const subscription::ClientChange& change, uint64_t visible) {
    write_transaction_update(staged_, change);
    end_message(visible);
}

void Session::subscribe_applied(uint32_t request_id, uint32_t query_set_id,
                                std::span<const subscription::TableRows> rows, uint64_t visible) {
    write_subscribe_applied(staged_, request_id, query_set_id, rows);
    end_message(visible);
}

void Session::unsubscribe_applied(uint32_t request_id, uint32_t query_set_id,
                                  const std::vector<subscription::TableRows>* rows, uint64_t visible) {
    write_unsubscribe_applied(staged_, request_id, query_set_id, rows);
    end_message(visible);
}

void Session::subscription_error(std::optional<uint32_t> request_id, uint32_t query_set_id, std::string_view error) {
    write_subscription_error(staged_, request_id, query_set_id, error);
    end_message(0);
}

void Session::procedure_error(uint32_t request_id, std::string_view error) {
    write_procedure_error(staged_, request_id, error);
    end_message(0);
}

void Session::one_off_result(uint32_t request_id, const subscription::TableRows& rows, uint64_t visible) {
    write_one_off_result(staged_, request_id, rows);
    end_message(visible);
}

void Session::one_off_error(uint32_t request_id, std::string_view error) {
    write_one_off_error(staged_, request_id, error);
    end_message(0);
}

void Session::seal() {
    std::lock_guard lock(mutex_);
    sealed_.take(staged_);
}

bool Session::flush(uint64_t durable_count) {
    std::lock_guard lock(mutex_);
    if (connection_ == nullptr) return false;
    sealed_.pack(durable_count, settings_.packing, packed_);
    // Sent under the lock: two threads may flush one session, and payloads must leave in order.
    if (!packed_.empty()) connection_->send(packed_);
    // A client that piles up unsent messages while the disk is slow is as slow a consumer as one that does not read.
    if (sealed_.message_count() > kOutgoingMessagesMax || sealed_.waiting_bytes() > kOutgoingBytesMax) {
        connection_->drop();
        return false;
    }
    return !sealed_.empty();
}

void Session::close(database::CloseReason reason) {
    std::shared_ptr<net::WebSocketConnection> connection;
    {
        std::lock_guard lock(mutex_);
        connection = connection_;
    }
    if (connection == nullptr) return;
    if (reason == database::CloseReason::Refused) {
        connection->drop();
    } else {
        connection->close(net::kWsCloseGoingAway, "module exited");
    }
}

}  // namespace lightcone::api
