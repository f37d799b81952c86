// SPDX-License-Identifier: Apache-2.0
// Reading answers: shared by the HTTP and the WebSocket client.
#pragma once

#include "net/client_socket.h"
#include "net/http_client.h"

namespace lightcone::net {

// `head` without its empty line. Errors: Corruption.
Result<HttpClientResponse> parse_response_head(std::string_view head);

}  // namespace lightcone::net
