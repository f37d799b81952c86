// SPDX-License-Identifier: Apache-2.0
// The opening handshake of RFC 6455 §4: keys and the 101 response. check_websocket_upgrade() is in http_server.h.
#pragma once

#include <string>

#include "net/http_server.h"

namespace lightcone::net {

// Value of sec-websocket-accept for a key; "dGhlIHNhbXBsZSBub25jZQ==" gives "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=".
std::string websocket_accept_key(std::string_view key);
// A client's key: base64 of 16 random bytes.
std::string websocket_client_key();

HttpResponse websocket_accept_response(std::string_view key, const WsAccept& accept);

}  // namespace lightcone::net
