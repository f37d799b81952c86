// SPDX-License-Identifier: Apache-2.0
// Messages of both directions against tests/data/websocket.json.
#include "api/server_message.h"

#include <gtest/gtest.h>

#include "api/client_message.h"
#include "base/file.h"
#include "sats/json_value.h"

namespace lightcone::api {

namespace {

using sats::JsonValue;
using subscription::ClientChange;

const JsonValue& at(const JsonValue& value, std::string_view key) {
    const JsonValue* found = value.find(key);
    EXPECT_NE(found, nullptr) << key;
    return *found;
}

uint32_t number(const JsonValue& value, std::string_view key) {
    return static_cast<uint32_t>(at(value, key).as_u64().value());
}
uint32_t set_id(const JsonValue& value) {
    return number(at(value, "query_set_id"), "id");
}
Bytes hex_of(const JsonValue& value) {
    return from_hex(at(value, "$hex").string()).value();
}

// A BsatnRowList as the registry would have encoded it.
Bytes row_list(const JsonValue& list) {
    Bytes bytes;
    ByteWriter out(bytes);
    const JsonValue& hint = at(list, "size_hint");
    if (const JsonValue* fixed = hint.find("FixedSize")) {
        out.u8(0);
        out.u16(static_cast<uint16_t>(fixed->as_u64().value()));
    } else {
        out.u8(1);
        out.u32(static_cast<uint32_t>(at(hint, "RowOffsets").items().size()));
        for (const JsonValue& offset : at(hint, "RowOffsets").items()) out.u64(offset.as_u64().value());
    }
    out.length_prefixed(hex_of(at(list, "rows_data")));
    return bytes;
}

std::vector<subscription::TableRows> table_rows(const JsonValue& rows) {
    std::vector<subscription::TableRows> tables;
    for (const JsonValue& table : at(rows, "tables").items()) {
        subscription::TableRows& added = tables.emplace_back();
        added.table_name = at(table, "table").string();
        added.rows.encoded = SharedBytes(row_list(at(table, "rows")));
    }
    return tables;
}

subscription::RowsChangePtr rows_change(const JsonValue& rows) {
    Bytes bytes;
    auto append = [&](const Bytes& part) { bytes.insert(bytes.end(), part.begin(), part.end()); };
    if (const JsonValue* persistent = rows.find("PersistentTable")) {
        bytes.push_back(0);
        append(row_list(at(*persistent, "inserts")));
        append(row_list(at(*persistent, "deletes")));
    } else {
        bytes.push_back(1);
        append(row_list(at(at(rows, "EventTable"), "events")));
    }
    subscription::RowsChange change;
    change.v2 = SharedBytes(std::move(bytes));
    return std::make_shared<const subscription::RowsChange>(std::move(change));
}

// `update` outlives the result: table names are borrowed.
ClientChange client_change(const JsonValue& update) {
    ClientChange change;
    for (const JsonValue& set : at(update, "query_sets").items()) {
        subscription::QuerySetChange& added = change.query_sets.emplace_back();
        added.query_set_id = set_id(set);
        for (const JsonValue& table : at(set, "tables").items()) {
            subscription::TableChange& added_table = added.tables.emplace_back();
            added_table.table_name = at(table, "table_name").string();
            for (const JsonValue& rows : at(table, "rows").items()) added_table.rows.push_back(rows_change(rows));
        }
    }
    return change;
}

void write_reducer(OutgoingQueue& out, const JsonValue& value) {
    database::ReducerReply reply;
    reply.request_id = number(value, "request_id");
    reply.timestamp_micros = at(at(value, "timestamp"), "$timestamp_micros").as_i64().value();
    const JsonValue& result = at(value, "result");
    ClientChange change;
    std::string message;
    if (const JsonValue* ok = result.find("Ok")) {
        change = client_change(at(*ok, "transaction_update"));
        reply.change = &change;
    } else if (const JsonValue* error = result.find("Err")) {
        reply.kind = database::ReplyKind::UserError;
        Bytes bytes = hex_of(*error);
        message = as_text(ByteReader(bytes).length_prefixed().value());
    } else {
        reply.kind = database::ReplyKind::InternalError;
        message = at(result, "InternalError").string();
    }
    reply.message = message;
    write_reducer_result(out, reply);
}

void write_value(OutgoingQueue& out, std::string_view kind, const JsonValue& value) {
    if (kind == "InitialConnection") {
        auto identity = sats::Identity::from_hex_text(at(at(value, "identity"), "$identity").string()).value();
        auto connection =
            sats::ConnectionId::from_hex_text(at(at(value, "connection_id"), "$connection_id").string()).value();
        write_initial_connection(out, identity, connection, at(value, "token").string());
    } else if (kind == "SubscribeApplied") {
        write_subscribe_applied(out, number(value, "request_id"), set_id(value), table_rows(at(value, "rows")));
    } else if (kind == "UnsubscribeApplied") {
        const JsonValue& rows = at(value, "rows");
        auto tables = rows.is_null() ? std::vector<subscription::TableRows>() : table_rows(rows);
        write_unsubscribe_applied(out, number(value, "request_id"), set_id(value), rows.is_null() ? nullptr : &tables);
    } else if (kind == "SubscriptionError") {
        const JsonValue& request = at(value, "request_id");
        write_subscription_error(out, request.is_null() ? std::nullopt : std::optional(number(value, "request_id")),
                                 set_id(value), at(value, "error").string());
    } else if (kind == "TransactionUpdate") {
        write_transaction_update(out, client_change(value));
    } else if (kind == "OneOffQueryResult") {
        const JsonValue& result = at(value, "result");
        if (const JsonValue* ok = result.find("ok")) {
            write_one_off_result(out, number(value, "request_id"), table_rows(*ok).at(0));
        } else {
            write_one_off_error(out, number(value, "request_id"), at(result, "err").string());
        }
    } else if (kind == "ReducerResult") {
        write_reducer(out, value);
    } else {
        ASSERT_EQ(kind, "ProcedureResult");
        write_procedure_error(out, number(value, "request_id"), at(at(value, "status"), "InternalError").string());
    }
}

std::string packed(OutgoingQueue& queue) {
    net::WsBatch batch;
    queue.pack(0, Packing::Coalesced, batch);
    iovec pieces[64];
    size_t count = batch.gather().gather(pieces);
    Bytes all;
    for (size_t i = 0; i < count; ++i) {
        const auto* from = static_cast<const uint8_t*>(pieces[i].iov_base);
        all.insert(all.end(), from, from + pieces[i].iov_len);
    }
    size_t header = all[1] < 126 ? 2 : 4;
    return to_hex(ByteView(all).subspan(header + 1));  // without the compression tag
}

// Not sent by this server: OkEmpty, results of procedures, compressed payloads.
bool never_sent(std::string_view name) {
    return name == "v2-s-reducer-result-ok-empty" || name == "v2-s-procedure-result-returned" ||
           name == "v2-s-subscribe-applied-gzip" || name == "v2-s-subscribe-applied-brotli" ||
           name == "v3-s-two-messages";
}

JsonValue load_vectors() {
    Bytes text = SystemDisk().read_file(LIGHTCONE_SOURCE_DIR "/tests/data/websocket.json").value();
    return JsonValue::parse(as_text(text)).value();
}

}  // namespace

TEST(ServerMessage, vectors) {
    JsonValue root = load_vectors();
    size_t checked = 0;
    for (const JsonValue& vector : at(root, "vectors").items()) {
        std::string name(at(vector, "name").string());
        if (at(vector, "direction").string() == "client-to-server" || never_sent(name)) continue;
        OutgoingQueue queue;
        const sats::JsonMember& message = at(vector, "value").members()[0];
        write_value(queue, message.key, message.value);
        queue.end_message(0);
        EXPECT_EQ(packed(queue), at(vector, "bytes_hex").string()) << name;
        ++checked;
    }
    EXPECT_GE(checked, 20u);
}

TEST(ClientMessage, vectors) {
    JsonValue root = load_vectors();
    size_t checked = 0;
    for (const JsonValue& vector : at(root, "vectors").items()) {
        if (at(vector, "direction").string() != "client-to-server") continue;
        Bytes bytes = from_hex(at(vector, "bytes_hex").string()).value();
        database::Batch batch;
        ByteReader in(bytes);
        size_t messages = 0;
        for (; !in.at_end(); ++messages) {
            ASSERT_TRUE(decode_client_message(in, batch).has_value()) << at(vector, "name").string();
        }
        ++checked;
        const JsonValue& value = at(vector, "value");
        if (!value.is_object()) continue;  // several messages: named, not repeated
        const sats::JsonMember& message = value.members()[0];
        ASSERT_EQ(messages, 1u);
        EXPECT_EQ(batch.requests[0].request_id, number(message.value, "request_id"));
        for (std::string_view key : {"reducer", "procedure", "query_string"}) {
            if (const JsonValue* text = message.value.find(key)) {
                EXPECT_EQ(batch.requests[0].text, text->string());
            }
        }
        if (const JsonValue* queries = message.value.find("query_strings")) {
            ASSERT_EQ(batch.queries.size(), queries->items().size());
            for (size_t i = 0; i < batch.queries.size(); ++i) EXPECT_EQ(batch.queries[i], queries->items()[i].string());
        }
    }
    EXPECT_GE(checked, 10u);
}

}  // namespace lightcone::api
