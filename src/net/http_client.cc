// SPDX-License-Identifier: Apache-2.0
#include "net/http_client.h"

#include <algorithm>
#include <charconv>

#include "base/limits.h"
#include "net/chunk_decoder.h"
#include "net/client_response.h"
#include "net/http_text.h"

namespace lightcone::net {

namespace {

std::string build_request(const HttpClientRequest& request, const Url& url) {
    std::string text =
        fmt::format("{} {} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n", request.method, url.target, url.authority());
    for (const auto& [name, value] : request.headers) text += fmt::format("{}: {}\r\n", name, value);
    bool has_body = !request.body.empty() || request.method == "POST" || request.method == "PUT";
    if (has_body) text += fmt::format("content-length: {}\r\n", request.body.size());
    return text + "\r\n";
}

Result<void> check_request(const HttpClientRequest& request) {
    if (!is_token(request.method)) return fail(ErrorCode::InvalidArgument, "bad HTTP method `{}`", request.method);
    for (const auto& [name, value] : request.headers) {
        if (!is_token(name) || !is_field_value(value)) {
            return fail(ErrorCode::InvalidArgument, "bad HTTP request header `{}`", name);
        }
    }
    return {};
}

// Delivers body bytes as they come and counts them.
class BodyReceiver {
  public:
    BodyReceiver(size_t bytes_max, const HttpBodySink* sink, Bytes& collected)
        : bytes_max_(bytes_max), sink_(sink), collected_(collected) {}

    // False: the sink wants no more. Errors: LimitExceeded.
    Result<bool> take(ByteView piece) {
        if (sink_ != nullptr) return piece.empty() || (*sink_)(piece);
        if (piece.size() > bytes_max_ - collected_.size()) {
            return fail(ErrorCode::LimitExceeded, "the answer is longer than {} bytes", bytes_max_);
        }
        collected_.insert(collected_.end(), piece.begin(), piece.end());
        return true;
    }

  private:
    size_t bytes_max_;
    const HttpBodySink* sink_;
    Bytes& collected_;
};

Result<void> receive_chunked(ClientReader& reader, BodyReceiver& receiver, uint32_t timeout_ms) {
    ChunkDecoder decoder;
    Bytes piece;
    while (true) {
        size_t consumed = 0;
        piece.clear();
        ChunkDecoder::State state = decoder.feed(reader.buffered(), piece, SIZE_MAX, consumed);
        reader.consume(consumed);
        if (!TRY(receiver.take(piece)) || state == ChunkDecoder::State::Done) return {};
        if (state != ChunkDecoder::State::More) return fail(ErrorCode::Corruption, "the answer's chunks are malformed");
        if (TRY(reader.fill(timeout_ms)) == 0) {
            return fail(ErrorCode::Corruption, "the connection ended in the middle of the answer");
        }
    }
}

// `length` SIZE_MAX: until the end of the stream.
Result<void> receive_plain(ClientReader& reader, BodyReceiver& receiver, size_t length, uint32_t timeout_ms) {
    size_t left = length;
    while (left > 0) {
        ByteView piece = reader.buffered().first(std::min(left, reader.buffered().size()));
        size_t count = piece.size();
        bool more = TRY(receiver.take(piece));
        reader.consume(count);
        if (!more) return {};
        if (length != SIZE_MAX) left -= count;
        if (left == 0) return {};
        if (TRY(reader.fill(timeout_ms)) == 0) {
            if (length == SIZE_MAX) return {};
            return fail(ErrorCode::Corruption, "the connection ended {} bytes before the end of the answer", left);
        }
    }
    return {};
}

Result<HttpClientResponse> fetch(const HttpClientRequest& request, const HttpBodySink* sink) {
    Url url = TRY(Url::parse(request.url));
    TRY_VOID(check_request(request));
    ClientSocket socket = TRY(ClientSocket::connect(url.host, url.port, request.connect_timeout_ms));
    TRY_VOID(socket.write_all(as_bytes(build_request(request, url)), request.idle_timeout_ms));
    // A server that refuses early may stop reading: its answer counts, not our failure to send the rest.
    auto sent = socket.write_all(request.body, request.idle_timeout_ms);

    ClientReader reader(socket);
    HttpClientResponse response;
    do {
        auto head = reader.read_until("\r\n\r\n", kHttpHeadBytesMax, request.idle_timeout_ms);
        if (!head) return std::unexpected(sent ? std::move(head.error()) : std::move(sent.error()));
        response = TRY(parse_response_head(*head));
    } while (response.status >= 100 && response.status < 200 && response.status != 101);

    bool success = response.status >= 200 && response.status < 300;
    BodyReceiver receiver(request.response_bytes_max, success ? sink : nullptr, response.body);
    if (request.method == "HEAD" || response.status == 204 || response.status == 304) return response;
    if (auto coding = response.header("transfer-encoding"); coding && equal_ignoring_case(*coding, "chunked")) {
        TRY_VOID(receive_chunked(reader, receiver, request.idle_timeout_ms));
    } else {
        size_t length = SIZE_MAX;
        if (auto text = response.header("content-length")) {
            auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), length);
            if (error != std::errc() || end != text->data() + text->size()) {
                return fail(ErrorCode::Corruption, "the answer's content-length is malformed");
            }
        }
        TRY_VOID(receive_plain(reader, receiver, length, request.idle_timeout_ms));
    }
    return response;
}

}  // namespace

std::string Url::authority() const {
    return host.find(':') == std::string::npos ? fmt::format("{}:{}", host, port) : fmt::format("[{}]:{}", host, port);
}

Result<Url> Url::parse(std::string_view text) {
    Url url;
    size_t colon = text.find("://");
    if (colon == std::string_view::npos) return fail(ErrorCode::InvalidArgument, "`{}` is not a URL", text);
    url.scheme = std::string(text.substr(0, colon));
    std::transform(url.scheme.begin(), url.scheme.end(), url.scheme.begin(), to_lower);
    if (url.scheme != "http" && url.scheme != "ws") {
        return fail(ErrorCode::Unsupported, "scheme {} of `{}` is not supported; use http or ws", url.scheme, text);
    }
    std::string_view rest = text.substr(colon + 3);
    size_t end = std::min(rest.find_first_of("/?#"), rest.size());
    std::string_view authority = rest.substr(0, end);
    std::string_view target = rest.substr(end, std::min(rest.find('#'), rest.size()) - end);
    url.target = target.starts_with('/') ? std::string(target) : "/" + std::string(target);

    size_t host_end =
        authority.starts_with('[') ? authority.find(']') : std::min(authority.rfind(':'), authority.size());
    if (host_end == std::string_view::npos) return fail(ErrorCode::InvalidArgument, "bad host in `{}`", text);
    bool bracketed = authority.starts_with('[');
    url.host = std::string(bracketed ? authority.substr(1, host_end - 1) : authority.substr(0, host_end));
    std::string_view port = authority.substr(std::min(host_end + (bracketed ? 1 : 0), authority.size()));
    if (!port.empty()) {
        auto [last, error] = std::from_chars(port.data() + 1, port.data() + port.size(), url.port);
        if (port[0] != ':' || error != std::errc() || last != port.data() + port.size() || url.port == 0) {
            return fail(ErrorCode::InvalidArgument, "bad port in `{}`", text);
        }
    }
    auto bad = [](char c) { return c <= ' ' || c >= 0x7f || c == '@'; };
    if (url.host.empty() || std::any_of(url.host.begin(), url.host.end(), bad)) {
        return fail(ErrorCode::InvalidArgument, "bad host in `{}`", text);
    }
    if (std::any_of(url.target.begin(), url.target.end(), [](char c) { return c <= ' ' || c >= 0x7f; })) {
        return fail(ErrorCode::InvalidArgument, "bad character in the path of `{}`", text);
    }
    return url;
}

std::optional<std::string_view> HttpClientResponse::header(std::string_view name) const {
    for (const auto& [key, value] : headers) {
        if (key == name) return value;
    }
    return std::nullopt;
}

Result<HttpClientResponse> parse_response_head(std::string_view head) {
    HttpClientResponse response;
    size_t end = std::min(head.find("\r\n"), head.size());
    std::string_view line = head.substr(0, end);
    bool good = line.size() >= 12 && line.starts_with("HTTP/1.") && line[8] == ' ' && is_digit(line[9]) &&
                is_digit(line[10]) && is_digit(line[11]) && (line.size() == 12 || line[12] == ' ');
    if (!good) return fail(ErrorCode::Corruption, "the answer is not HTTP");
    response.status = static_cast<uint16_t>((line[9] - '0') * 100 + (line[10] - '0') * 10 + (line[11] - '0'));
    head.remove_prefix(std::min(end + 2, head.size()));
    while (!head.empty()) {
        end = std::min(head.find("\r\n"), head.size());
        line = head.substr(0, end);
        head.remove_prefix(std::min(end + 2, head.size()));
        size_t colon = line.find(':');
        if (colon == std::string_view::npos || !is_token(line.substr(0, colon))) {
            return fail(ErrorCode::Corruption, "the answer has a malformed header line");
        }
        std::string name(line.substr(0, colon));
        std::transform(name.begin(), name.end(), name.begin(), to_lower);
        response.headers.emplace_back(std::move(name), std::string(trim_blanks(line.substr(colon + 1))));
    }
    return response;
}

Result<HttpClientResponse> http_fetch(const HttpClientRequest& request) {
    return fetch(request, nullptr);
}

Result<HttpClientResponse> http_fetch_streaming(const HttpClientRequest& request, const HttpBodySink& sink) {
    return fetch(request, &sink);
}

}  // namespace lightcone::net
