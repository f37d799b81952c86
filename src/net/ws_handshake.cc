// SPDX-License-Identifier: Apache-2.0
#include "net/ws_handshake.h"

#include <openssl/evp.h>

#include <array>

#include "base/random.h"
#include "net/http_text.h"

namespace lightcone::net {

namespace {

constexpr std::string_view kAcceptSuffix = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

std::string base64(ByteView bytes) {
    std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');
    int length =
        EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), bytes.data(), static_cast<int>(bytes.size()));
    text.resize(static_cast<size_t>(length));
    return text;
}

// base64 of exactly 16 bytes: 22 letters and "==".
bool is_handshake_key(std::string_view key) {
    if (key.size() != 24 || !key.ends_with("==")) return false;
    for (char c : key.substr(0, 22)) {
        if (!is_alphanumeric(c) && c != '+' && c != '/') return false;
    }
    return std::string_view("AQgw").find(key[21]) != std::string_view::npos;
}

}  // namespace

WsUpgradeCheck check_websocket_upgrade(const HttpRequest& request) {
    if (request.method != "GET") return WsUpgradeCheck::BadMethod;
    bool upgrade = request.header_has_token("connection", "upgrade") &&
                   request.header_has_token("upgrade", "websocket") && !request.http_1_0;
    if (!upgrade) return WsUpgradeCheck::NotAnUpgrade;
    if (request.header_count("sec-websocket-version") != 1 || *request.header("sec-websocket-version") != "13") {
        return WsUpgradeCheck::BadVersion;
    }
    size_t keys = request.header_count("sec-websocket-key");
    if (keys == 0) return WsUpgradeCheck::MissingKey;
    if (keys > 1 || !is_handshake_key(*request.header("sec-websocket-key"))) return WsUpgradeCheck::BadKey;
    return WsUpgradeCheck::Ok;
}

std::string websocket_accept_key(std::string_view key) {
    std::string text(key);
    text += kAcceptSuffix;
    std::array<uint8_t, 20> digest{};
    EVP_Digest(text.data(), text.size(), digest.data(), nullptr, EVP_sha1(), nullptr);
    return base64(digest);
}

std::string websocket_client_key() {
    std::array<uint8_t, 16> nonce{};
    SystemRandom().fill(nonce);
    return base64(nonce);
}

HttpResponse websocket_accept_response(std::string_view key, const WsAccept& accept) {
    HttpResponse response(101);
    response.set("connection", "upgrade").set("upgrade", "websocket");
    response.set("sec-websocket-accept", websocket_accept_key(key));
    if (!accept.subprotocol.empty()) response.set("sec-websocket-protocol", accept.subprotocol);
    for (const auto& [name, value] : accept.headers) response.set(name, value);
    return response;
}

}  // namespace lightcone::net
