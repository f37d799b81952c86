// SPDX-License-Identifier: Apache-2.0
// A small blocking HTTP/1.1 client for the command line: plain sockets, time limits, one request per connection.
//
//   net::HttpClientRequest request{.method = "POST", .url = "http://127.0.0.1:3000/v1/identity"};
//   net::HttpClientResponse response = TRY(net::http_fetch(request));
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/bytes.h"

namespace lightcone::net {

// An http:// or ws:// address in parts. https and wss are Unsupported: put a proxy in front.
struct Url {
    std::string scheme;
    std::string host;  // without brackets
    uint16_t port = 80;
    std::string target = "/";  // path and query

    // "host:port", as the Host header wants it.
    std::string authority() const;
    // Errors: InvalidArgument, Unsupported (scheme).
    static Result<Url> parse(std::string_view text);
};

struct HttpClientRequest {
    std::string method = "GET";
    std::string url{};
    std::vector<std::pair<std::string, std::string>> headers{};
    Bytes body{};
    uint32_t connect_timeout_ms = 10'000;
    uint32_t idle_timeout_ms = 60'000;  // without any byte from the server; 0: none (logs --follow)
    size_t response_bytes_max = 256u << 20;
};

struct HttpClientResponse {
    uint16_t status = 0;
    std::vector<std::pair<std::string, std::string>> headers;  // names in lower case
    Bytes body{};

    std::optional<std::string_view> header(std::string_view name) const;
    std::string_view text() const { return as_text(body); }
};

// Gets the body in pieces as they arrive; return false to stop early (not an error).
using HttpBodySink = std::function<bool(ByteView piece)>;

// Errors: InvalidArgument (url), Unavailable (cannot resolve or connect; names host and port), Timeout, Io,
// Corruption (the answer is not HTTP), LimitExceeded (longer than response_bytes_max). Any status is a success here.
Result<HttpClientResponse> http_fetch(const HttpClientRequest& request);
// The same with the body of a 2xx answer going to `sink` instead of response.body; other answers are collected as
// above.
Result<HttpClientResponse> http_fetch_streaming(const HttpClientRequest& request, const HttpBodySink& sink);

}  // namespace lightcone::net
