// SPDX-License-Identifier: Apache-2.0
#include "api/client_message.h"

#include "sats/utf8.h"

namespace lightcone::api {

namespace {

using database::Batch;
using database::Request;
using database::RequestKind;

enum class Tag : uint8_t { Subscribe = 0, Unsubscribe = 1, OneOffQuery = 2, CallReducer = 3, CallProcedure = 4 };

Result<std::string_view> read_text(ByteReader& in) {
    ByteView bytes = TRY(in.length_prefixed());
    if (!sats::is_valid_utf8(bytes)) return fail(ErrorCode::InvalidArgument, "invalid utf8");
    return as_text(bytes);
}

Result<void> read_subscribe(ByteReader& in, Request& request, std::vector<std::string_view>& queries) {
    request.kind = RequestKind::Subscribe;
    request.request_id = TRY(in.u32());
    request.query_set_id = TRY(in.u32());
    request.first_query = static_cast<uint32_t>(queries.size());
    request.query_count = TRY(in.u32());
    // Each query takes at least its length prefix, so the loop is bounded by the message's size.
    for (uint32_t i = 0; i < request.query_count; ++i) queries.push_back(TRY(read_text(in)));
    return {};
}

Result<void> read_call(ByteReader& in, Request& request) {
    request.request_id = TRY(in.u32());
    uint8_t flags = TRY(in.u8());
    if (flags != 0) return fail(ErrorCode::InvalidArgument, "invalid call flags {} (must be 0)", flags);
    request.text = TRY(read_text(in));
    request.args = TRY(in.length_prefixed());
    return {};
}

Result<void> read_message(ByteReader& in, Request& request, std::vector<std::string_view>& queries) {
    uint8_t tag = TRY(in.u8());
    switch (static_cast<Tag>(tag)) {
        case Tag::CallReducer: request.kind = RequestKind::CallReducer; return read_call(in, request);
        case Tag::CallProcedure: request.kind = RequestKind::CallProcedure; return read_call(in, request);
        case Tag::Subscribe: return read_subscribe(in, request, queries);
        case Tag::Unsubscribe: {
            request.kind = RequestKind::Unsubscribe;
            request.request_id = TRY(in.u32());
            request.query_set_id = TRY(in.u32());
            uint8_t flags = TRY(in.u8());
            if (flags > 1) {
                return fail(ErrorCode::InvalidArgument, "unknown tag {:#x} for sum type UnsubscribeFlags", flags);
            }
            request.want_dropped_rows = flags == 1;
            return {};
        }
        case Tag::OneOffQuery:
            request.kind = RequestKind::OneOffQuery;
            request.request_id = TRY(in.u32());
            request.text = TRY(read_text(in));
            return {};
    }
    return fail(ErrorCode::InvalidArgument, "unknown tag {:#x} for sum type ClientMessage", tag);
}

}  // namespace

Result<void> decode_client_message(ByteReader& in, Batch& batch) {
    Request request;
    size_t queries_before = batch.queries.size();
    if (auto read = read_message(in, request, batch.queries); !read) {
        batch.queries.resize(queries_before);
        return read;
    }
    batch.requests.push_back(request);
    return {};
}

}  // namespace lightcone::api
