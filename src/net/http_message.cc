// SPDX-License-Identifier: Apache-2.0
#include "net/http_message.h"

#include <algorithm>
#include <array>

#include "net/http_text.h"

namespace lightcone::net {

std::optional<std::string_view> HttpRequest::header(std::string_view name) const {
    for (const HttpHeader& line : headers) {
        if (line.name == name) return line.value;
    }
    return std::nullopt;
}

size_t HttpRequest::header_count(std::string_view name) const {
    return static_cast<size_t>(
        std::count_if(headers.begin(), headers.end(), [&](const HttpHeader& line) { return line.name == name; }));
}

std::vector<std::string_view> HttpRequest::header_list(std::string_view name) const {
    std::vector<std::string_view> items;
    for (const HttpHeader& line : headers) {
        if (line.name != name) continue;
        std::string_view rest = line.value;
        while (true) {
            size_t comma = rest.find(',');
            std::string_view item = trim_blanks(rest.substr(0, comma));
            if (!item.empty()) items.push_back(item);
            if (comma == std::string_view::npos) break;
            rest.remove_prefix(comma + 1);
        }
    }
    return items;
}

bool HttpRequest::header_has_token(std::string_view name, std::string_view token) const {
    for (std::string_view item : header_list(name)) {
        if (equal_ignoring_case(item, token)) return true;
    }
    return false;
}

HttpResponse HttpResponse::text(uint16_t status, std::string_view text) {
    HttpResponse response(status);
    response.set("content-type", "text/plain; charset=utf-8").set_body(text);
    return response;
}

HttpResponse HttpResponse::json(uint16_t status, std::string_view json) {
    HttpResponse response(status);
    response.set("content-type", "application/json").set_body(json);
    return response;
}

std::string_view reason_phrase(uint16_t status) {
    struct Phrase {
        uint16_t status;
        std::string_view text;
    };
    static constexpr Phrase kPhrases[] = {
        {100, "Continue"},
        {101, "Switching Protocols"},
        {200, "OK"},
        {201, "Created"},
        {202, "Accepted"},
        {204, "No Content"},
        {301, "Moved Permanently"},
        {302, "Found"},
        {303, "See Other"},
        {304, "Not Modified"},
        {307, "Temporary Redirect"},
        {308, "Permanent Redirect"},
        {400, "Bad Request"},
        {401, "Unauthorized"},
        {402, "Payment Required"},
        {403, "Forbidden"},
        {404, "Not Found"},
        {405, "Method Not Allowed"},
        {406, "Not Acceptable"},
        {408, "Request Timeout"},
        {409, "Conflict"},
        {410, "Gone"},
        {411, "Length Required"},
        {412, "Precondition Failed"},
        {413, "Payload Too Large"},
        {414, "URI Too Long"},
        {415, "Unsupported Media Type"},
        {417, "Expectation Failed"},
        {422, "Unprocessable Entity"},
        {426, "Upgrade Required"},
        {428, "Precondition Required"},
        {429, "Too Many Requests"},
        {431, "Request Header Fields Too Large"},
        {500, "Internal Server Error"},
        {501, "Not Implemented"},
        {502, "Bad Gateway"},
        {503, "Service Unavailable"},
        {504, "Gateway Timeout"},
        {505, "HTTP Version Not Supported"},
    };
    for (const Phrase& phrase : kPhrases) {
        if (phrase.status == status) return phrase.text;
    }
    return "";
}

Result<std::string> percent_decode(std::string_view text, bool plus_is_space) {
    std::string out;
    out.reserve(text.size());
    for (size_t i = 0; i < text.size(); i++) {
        char c = text[i];
        if (c == '+' && plus_is_space) {
            out.push_back(' ');
        } else if (c == '%') {
            int high = text.size() - i > 2 ? hex_value(text[i + 1]) : -1;
            int low = text.size() - i > 2 ? hex_value(text[i + 2]) : -1;
            if (high < 0 || low < 0) {
                return fail(ErrorCode::InvalidArgument, "'%' at position {} is not followed by two hex digits", i);
            }
            out.push_back(static_cast<char>(high << 4 | low));
            i += 2;
        } else {
            out.push_back(c);
        }
    }
    return out;
}

std::string percent_encode(std::string_view text) {
    static constexpr char kDigits[] = "0123456789ABCDEF";
    std::string out;
    out.reserve(text.size());
    for (char c : text) {
        if (is_alphanumeric(c) || c == '-' || c == '.' || c == '_' || c == '~') {
            out.push_back(c);
        } else {
            uint8_t byte = static_cast<uint8_t>(c);
            out.push_back('%');
            out.push_back(kDigits[byte >> 4]);
            out.push_back(kDigits[byte & 15]);
        }
    }
    return out;
}

Result<std::vector<std::pair<std::string, std::string>>> parse_query(std::string_view query) {
    std::vector<std::pair<std::string, std::string>> pairs;
    while (!query.empty()) {
        size_t end = std::min(query.find('&'), query.size());
        std::string_view item = query.substr(0, end);
        query.remove_prefix(std::min(end + 1, query.size()));
        if (item.empty()) continue;
        size_t equals = std::min(item.find('='), item.size());
        std::string name = TRY(percent_decode(item.substr(0, equals), true));
        std::string value;
        if (equals < item.size()) value = TRY(percent_decode(item.substr(equals + 1), true));
        pairs.emplace_back(std::move(name), std::move(value));
    }
    return pairs;
}

}  // namespace lightcone::net
