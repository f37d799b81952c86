// SPDX-License-Identifier: Apache-2.0
#include "api/server_message.h"

namespace lightcone::api {

namespace {

enum class Tag : uint8_t {
    InitialConnection = 0,
    SubscribeApplied = 1,
    UnsubscribeApplied = 2,
    SubscriptionError = 3,
    TransactionUpdate = 4,
    OneOffQueryResult = 5,
    ReducerResult = 6,
    ProcedureResult = 7,
};

enum class Outcome : uint8_t { Ok = 0, Err = 2, InternalError = 3 };

constexpr uint8_t kSome = 0;
constexpr uint8_t kNone = 1;
constexpr uint8_t kOk = 0;
constexpr uint8_t kErr = 1;

ByteWriter start(OutgoingQueue& out, Tag tag) {
    ByteWriter writer(out.bytes());
    writer.u8(static_cast<uint8_t>(tag));
    return writer;
}

void write_query_rows(OutgoingQueue& out, std::span<const subscription::TableRows> rows) {
    ByteWriter writer(out.bytes());
    writer.u32(static_cast<uint32_t>(rows.size()));
    for (const subscription::TableRows& table : rows) {
        writer.length_prefixed(table.table_name);
        out.append_shared(table.rows.encoded);
    }
}

void write_query_sets(OutgoingQueue& out, const subscription::ClientChange& change) {
    ByteWriter writer(out.bytes());
    writer.u32(static_cast<uint32_t>(change.query_sets.size()));
    for (const subscription::QuerySetChange& set : change.query_sets) {
        writer.u32(set.query_set_id);
        writer.u32(static_cast<uint32_t>(set.tables.size()));
        for (const subscription::TableChange& table : set.tables) {
            writer.length_prefixed(table.table_name);
            writer.u32(static_cast<uint32_t>(table.rows.size()));
            for (const subscription::RowsChangePtr& rows : table.rows) out.append_shared(rows->v2);
        }
    }
}

}  // namespace

void write_initial_connection(OutgoingQueue& out, const sats::Identity& identity, const sats::ConnectionId& connection,
                              std::string_view token) {
    ByteWriter writer = start(out, Tag::InitialConnection);
    writer.raw(identity.le);
    writer.raw(connection.le);
    writer.length_prefixed(token);
}

void write_reducer_result(OutgoingQueue& out, const database::ReducerReply& reply) {
    ByteWriter writer = start(out, Tag::ReducerResult);
    writer.u32(reply.request_id);
    writer.i64(reply.timestamp_micros);
    switch (reply.kind) {
        case database::ReplyKind::Ok:
            writer.u8(static_cast<uint8_t>(Outcome::Ok));
            writer.u32(0);  // ret_value: reducers return nothing
            if (reply.change == nullptr) {
                writer.u32(0);
            } else {
                write_query_sets(out, *reply.change);
            }
            break;
        case database::ReplyKind::UserError:
            // The error value is a BSATN string inside a byte array.
            writer.u8(static_cast<uint8_t>(Outcome::Err));
            writer.u32(static_cast<uint32_t>(reply.message.size() + 4));
            writer.length_prefixed(reply.message);
            break;
        case database::ReplyKind::InternalError:
            writer.u8(static_cast<uint8_t>(Outcome::InternalError));
            writer.length_prefixed(reply.message);
            break;
    }
}

void write_transaction_update(OutgoingQueue& out, const subscription::ClientChange& change) {
    start(out, Tag::TransactionUpdate);
    write_query_sets(out, change);
}

void write_subscribe_applied(OutgoingQueue& out, uint32_t request_id, uint32_t query_set_id,
                             std::span<const subscription::TableRows> rows) {
    ByteWriter writer = start(out, Tag::SubscribeApplied);
    writer.u32(request_id);
    writer.u32(query_set_id);
    write_query_rows(out, rows);
}

void write_unsubscribe_applied(OutgoingQueue& out, uint32_t request_id, uint32_t query_set_id,
                               const std::vector<subscription::TableRows>* rows) {
    ByteWriter writer = start(out, Tag::UnsubscribeApplied);
    writer.u32(request_id);
    writer.u32(query_set_id);
    writer.u8(rows != nullptr ? kSome : kNone);
    if (rows != nullptr) write_query_rows(out, *rows);
}

void write_subscription_error(OutgoingQueue& out, std::optional<uint32_t> request_id, uint32_t query_set_id,
                              std::string_view error) {
    ByteWriter writer = start(out, Tag::SubscriptionError);
    writer.u8(request_id ? kSome : kNone);
    if (request_id) writer.u32(*request_id);
    writer.u32(query_set_id);
    writer.length_prefixed(error);
}

void write_one_off_result(OutgoingQueue& out, uint32_t request_id, const subscription::TableRows& rows) {
    ByteWriter writer = start(out, Tag::OneOffQueryResult);
    writer.u32(request_id);
    writer.u8(kOk);
    write_query_rows(out, {&rows, 1});
}

void write_one_off_error(OutgoingQueue& out, uint32_t request_id, std::string_view error) {
    ByteWriter writer = start(out, Tag::OneOffQueryResult);
    writer.u32(request_id);
    writer.u8(kErr);
    writer.length_prefixed(error);
}

void write_procedure_error(OutgoingQueue& out, uint32_t request_id, std::string_view error) {
    ByteWriter writer = start(out, Tag::ProcedureResult);
    writer.u8(1);  // InternalError
    writer.length_prefixed(error);
    writer.i64(0);  // timestamp
    writer.i64(0);  // duration
    writer.u32(request_id);
}

}  // namespace lightcone::api
