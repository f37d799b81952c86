// SPDX-License-Identifier: Apache-2.0
#include "net/http_response.h"

#include <ctime>

#include "net/http_text.h"

namespace lightcone::net {

namespace {

bool is_ours(std::string_view name) {
    return name == "content-length" || name == "transfer-encoding" || name == "connection" || name == "date";
}

Result<void> check(const HttpResponse& response) {
    if (response.status < 100 || response.status > 999) {
        return fail(ErrorCode::InvalidArgument, "status {} is outside 100 to 999", response.status);
    }
    for (const auto& [name, value] : response.headers) {
        if (!is_token(name)) return fail(ErrorCode::InvalidArgument, "response header name is not a token");
        if (!is_field_value(value)) {
            return fail(ErrorCode::InvalidArgument, "value of response header {} holds a control character", name);
        }
    }
    return {};
}

}  // namespace

std::string http_date(int64_t wall_micros) {
    static constexpr const char* kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                              "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    std::time_t seconds = static_cast<std::time_t>(wall_micros / 1'000'000);
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT", kDays[parts.tm_wday], parts.tm_mday,
                       kMonths[parts.tm_mon], parts.tm_year + 1900, parts.tm_hour, parts.tm_min, parts.tm_sec);
}

Result<void> write_response(const HttpResponse& response, const ResponseContext& context, BodyMode mode,
                            GatherBuffer& out) {
    TRY_VOID(check(response));
    out.append(fmt::format("HTTP/1.1 {} {}\r\n", response.status, reason_phrase(response.status)));
    bool upgrade = response.status == 101;
    for (const auto& [name, value] : response.headers) {
        std::string lower(name.size(), '\0');
        std::transform(name.begin(), name.end(), lower.begin(), to_lower);
        // Framing belongs to the writer alone; 101 and 426 carry their own connection header.
        if (is_ours(lower) && !(lower == "connection" && (upgrade || response.status == 426))) continue;
        out.append(fmt::format("{}: {}\r\n", name, value));
    }
    out.append(fmt::format("date: {}\r\n", http_date(context.wall_micros)));
    bool bodyless = response.status < 200 || response.status == 204 || response.status == 304;
    if (mode == BodyMode::Complete && !bodyless) {
        out.append(fmt::format("content-length: {}\r\n", response.body.size() + response.shared_body.size()));
    } else if (mode == BodyMode::Chunked) {
        out.append("transfer-encoding: chunked\r\n");
    }
    if (!upgrade && !context.keep_alive) {
        out.append("connection: close\r\n");
    } else if (context.http_1_0 && context.keep_alive) {
        out.append("connection: keep-alive\r\n");
    }
    out.append("\r\n");
    if (mode == BodyMode::Complete && !bodyless && !context.head_only) {
        out.append(ByteView(response.body));
        if (!response.shared_body.empty()) out.append_shared(response.shared_body);
    }
    return {};
}

void write_chunk(ByteView bytes, GatherBuffer& out) {
    if (bytes.empty()) return;
    out.append(fmt::format("{:x}\r\n", bytes.size()));
    out.append(bytes);
    out.append("\r\n");
}

}  // namespace lightcone::net
