// SPDX-License-Identifier: Apache-2.0
// A server as commands talk to it: base URL, token, and errors that say what the server said. One thread.
#pragma once

#include <string>

#include "cli/config.h"
#include "net/http_client.h"

namespace lightcone::cli {

// Options most commands share.
struct ServerChoice {
    std::string server;
    bool anonymous = false;
    bool yes = false;
};

class Remote {
  public:
    // Finds the server; without --anonymous makes sure there is a token: the saved one, or a fresh identity of that
    // server, which is then saved.
    static Result<Remote> open(Config& config, const ServerChoice& choice);

    const std::string& url() const { return url_; }
    const std::string& token() const { return token_; }
    // Identity that the token stands for. Errors: FailedPrecondition without a token.
    Result<std::string> identity() const;

    // Any status. Errors: the server cannot be reached.
    Result<net::HttpClientResponse> request(const std::string& method, const std::string& target, Bytes body = {},
                                            const std::string& content_type = {}) const;
    // A status other than 2xx is an error: the body's text, then the status as its cause.
    Result<net::HttpClientResponse> request_ok(const std::string& method, const std::string& target, Bytes body = {},
                                               const std::string& content_type = {}) const;
    net::HttpClientRequest prepare(const std::string& method, const std::string& target) const;

    // 64 hex digits for a database name or identity. Errors: NotFound "failed to find database `x`.".
    Result<std::string> database_identity(const std::string& name) const;
    // The module definition as JSON text, version 10.
    Result<std::string> schema(const std::string& identity) const;

  private:
    std::string url_;
    std::string token_;
};

// The error of an answer that is no success.
Error http_error(const net::HttpClientResponse& response, const std::string& url);

// [y/N] on standard output; end of file is no. With `yes` nothing is asked.
bool confirm(const std::string& question, bool yes);

}  // namespace lightcone::cli
