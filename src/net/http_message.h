// SPDX-License-Identifier: Apache-2.0
// HTTP/1.1 requests and responses as values. Requests come from http_head.h already checked; responses are checked when
// they are written (http_response.h).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/shared_bytes.h"

namespace lightcone::net {

// One header line. `name` is lower-case, `value` has no white space around it; both point into the request's head.
struct HttpHeader {
    std::string_view name;
    std::string_view value;
};

// A complete request. Owns its bytes: views stay valid when it is moved, until it is destroyed. Move-only.
class HttpRequest {
  public:
    HttpRequest() = default;
    HttpRequest(HttpRequest&&) = default;
    HttpRequest& operator=(HttpRequest&&) = default;

    std::string_view method;  // one of GET HEAD POST PUT DELETE CONNECT OPTIONS TRACE PATCH or another token
    std::string_view target;  // as sent: path and query, still percent-encoded; begins with '/', or is "*" of OPTIONS
    std::string_view path;    // before the first '?'
    std::string_view query;   // after the first '?', empty if there is none
    bool http_1_0 = false;
    std::vector<HttpHeader> headers;  // in order, repeated names as several entries
    Bytes body;                       // complete, chunking removed
    std::string peer;                 // "127.0.0.1:50312"

    // Value of the first header of that (lower-case) name.
    std::optional<std::string_view> header(std::string_view name) const;
    // How many header lines have that (lower-case) name.
    size_t header_count(std::string_view name) const;
    // True if the comma-separated list made of all lines of that name contains `token`, ignoring case.
    bool header_has_token(std::string_view name, std::string_view token) const;
    // Items of the comma-separated list made of all lines of that name, trimmed, empty ones left out.
    std::vector<std::string_view> header_list(std::string_view name) const;

    Bytes head;  // what the views point into
};

// A response with a complete body. Field names are written as given: use lower case.
// The writer adds content-length, date and, where needed, connection.
struct HttpResponse {
    uint16_t status = 200;
    std::vector<std::pair<std::string, std::string>> headers;
    Bytes body;
    SharedBytes shared_body;  // sent after `body`, without a copy
    bool close = false;       // close the connection after this response

    HttpResponse() = default;
    explicit HttpResponse(uint16_t code) : status(code) {}

    // content-type: text/plain; charset=utf-8
    static HttpResponse text(uint16_t status, std::string_view text);
    // content-type: application/json
    static HttpResponse json(uint16_t status, std::string_view json);

    HttpResponse& set(std::string name, std::string value) {
        headers.emplace_back(std::move(name), std::move(value));
        return *this;
    }
    void set_body(std::string_view text) { body.assign(text.begin(), text.end()); }
};

// "Not Found" for 404; "" for codes without a registered phrase.
std::string_view reason_phrase(uint16_t status);

// Percent-decodes once. Errors: InvalidArgument ('%' without two hex digits).
Result<std::string> percent_decode(std::string_view text, bool plus_is_space = false);
// Escapes all but unreserved characters (RFC 3986).
std::string percent_encode(std::string_view text);
// Pairs of a query string in order, form-decoded ('+' is a space). Errors: InvalidArgument.
Result<std::vector<std::pair<std::string, std::string>>> parse_query(std::string_view query);

}  // namespace lightcone::net
