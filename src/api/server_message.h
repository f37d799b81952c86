// SPDX-License-Identifier: Apache-2.0
// What v2 and v3 clients receive: BSATN written into a connection's outgoing queue, row lists by reference.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "api/outgoing_queue.h"
#include "database/client_port.h"

namespace lightcone::api {

// Each function writes exactly one message without ending it.
void write_initial_connection(OutgoingQueue& out, const sats::Identity& identity, const sats::ConnectionId& connection,
                              std::string_view token);
void write_reducer_result(OutgoingQueue& out, const database::ReducerReply& reply);
void write_transaction_update(OutgoingQueue& out, const subscription::ClientChange& change);
void write_subscribe_applied(OutgoingQueue& out, uint32_t request_id, uint32_t query_set_id,
                             std::span<const subscription::TableRows> rows);
// `rows` null: the client did not ask for them.
void write_unsubscribe_applied(OutgoingQueue& out, uint32_t request_id, uint32_t query_set_id,
                               const std::vector<subscription::TableRows>* rows);
void write_subscription_error(OutgoingQueue& out, std::optional<uint32_t> request_id, uint32_t query_set_id,
                              std::string_view error);
void write_one_off_result(OutgoingQueue& out, uint32_t request_id, const subscription::TableRows& rows);
void write_one_off_error(OutgoingQueue& out, uint32_t request_id, std::string_view error);
void write_procedure_error(OutgoingQueue& out, uint32_t request_id, std::string_view error);

}  // namespace lightcone::api
