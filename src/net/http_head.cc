// SPDX-License-Identifier: Apache-2.0
#include "net/http_head.h"

#include <cstring>

#include "net/http_text.h"

namespace lightcone::net {

namespace {

bool refuse(HttpRefusal& refusal, uint16_t status, const char* reason) {
    refusal = {status, reason};
    return false;
}

// No dot segments, no NUL, every escape well-formed: what is left means the same to every reader.
bool check_path(std::string_view path, HttpRefusal& refusal) {
    auto decoded = percent_decode(path);
    if (!decoded) return refuse(refusal, 400, "bad percent escape in the path");
    if (decoded->find('\0') != std::string::npos) return refuse(refusal, 400, "NUL in the path");
    std::string_view rest = *decoded;
    while (!rest.empty()) {
        size_t slash = std::min(rest.find('/'), rest.size());
        std::string_view segment = rest.substr(0, slash);
        if (segment == "." || segment == "..") return refuse(refusal, 400, "dot segment in the path");
        rest.remove_prefix(std::min(slash + 1, rest.size()));
    }
    return true;
}

bool parse_request_line(std::string_view line, HttpRequest& request, HttpRefusal& refusal) {
    size_t first = line.find(' ');
    if (first == std::string_view::npos) return refuse(refusal, 400, "malformed request line");
    size_t second = line.find(' ', first + 1);
    if (second == std::string_view::npos) return refuse(refusal, 400, "malformed request line");
    request.method = line.substr(0, first);
    request.target = line.substr(first + 1, second - first - 1);
    std::string_view version = line.substr(second + 1);

    if (request.method.size() > kHttpMethodBytesMax || !is_token(request.method)) {
        return refuse(refusal, 400, "malformed method");
    }
    bool looks_like_http = version.size() == 8 && version.starts_with("HTTP/") && is_digit(version[5]) &&
                           version[6] == '.' && is_digit(version[7]);
    if (!looks_like_http) return refuse(refusal, 400, "malformed HTTP version");
    if (version != "HTTP/1.1" && version != "HTTP/1.0") return refuse(refusal, 505, "HTTP version not supported");
    request.http_1_0 = version == "HTTP/1.0";

    std::string_view target = request.target;
    if (target.size() > kHttpTargetBytesMax) return refuse(refusal, 414, "request target too long");
    for (char c : target) {
        if (c <= ' ' || c >= 0x7f || c == '#') return refuse(refusal, 400, "bad character in the request target");
    }
    bool asterisk = target == "*" && request.method == "OPTIONS";
    if (!asterisk && !target.starts_with('/')) return refuse(refusal, 400, "request target must be a path");
    size_t question = std::min(target.find('?'), target.size());
    request.path = target.substr(0, question);
    request.query = target.substr(std::min(question + 1, target.size()));
    return check_path(request.path, refusal);
}

bool parse_header_line(char* begin, size_t size, HttpRequest& request, HttpRefusal& refusal) {
    std::string_view line(begin, size);
    if (line.starts_with(' ') || line.starts_with('\t')) return refuse(refusal, 400, "folded header line");
    size_t colon = line.find(':');
    if (colon == std::string_view::npos || !is_token(line.substr(0, colon))) {
        return refuse(refusal, 400, "malformed header name");
    }
    std::string_view value = trim_blanks(line.substr(colon + 1));
    if (!is_field_value(value)) return refuse(refusal, 400, "bad character in a header value");
    if (request.headers.size() >= kHttpHeadersMax) return refuse(refusal, 431, "too many header lines");
    std::transform(begin, begin + colon, begin, to_lower);
    request.headers.push_back({line.substr(0, colon), value});
    return true;
}

bool check_host(const HttpRequest& request, HttpRefusal& refusal) {
    size_t count = request.header_count("host");
    if (count == 0 && request.http_1_0) return true;
    if (count != 1) return refuse(refusal, 400, count == 0 ? "Host header missing" : "more than one Host header");
    std::string_view host = *request.header("host");
    auto allowed = [](char c) {
        return is_alphanumeric(c) || std::string_view("-._~:[]%!$&'()*+;=").find(c) != std::string_view::npos;
    };
    if (host.empty() || !std::all_of(host.begin(), host.end(), allowed)) {
        return refuse(refusal, 400, "malformed Host header");
    }
    return true;
}

bool parse_content_length(std::string_view value, uint64_t& length) {
    if (value.empty() || value.size() > 18 || !std::all_of(value.begin(), value.end(), is_digit)) return false;
    length = 0;
    for (char c : value) length = length * 10 + static_cast<uint64_t>(c - '0');
    return true;
}

bool read_framing(const HttpRequest& request, BodyFraming& framing, HttpRefusal& refusal) {
    size_t lengths = request.header_count("content-length");
    size_t codings = request.header_count("transfer-encoding");
    if (codings > 0) {
        if (request.http_1_0) return refuse(refusal, 400, "Transfer-Encoding in HTTP/1.0");
        if (lengths > 0) return refuse(refusal, 400, "both Content-Length and Transfer-Encoding");
        if (codings > 1) return refuse(refusal, 400, "more than one Transfer-Encoding header");
        std::string_view coding = *request.header("transfer-encoding");
        if (!equal_ignoring_case(coding, "chunked")) {
            return refuse(refusal, 400, "Transfer-Encoding other than chunked");
        }
        framing.kind = BodyFraming::Kind::Chunked;
    } else if (lengths > 0) {
        if (lengths > 1) return refuse(refusal, 400, "more than one Content-Length header");
        if (!parse_content_length(*request.header("content-length"), framing.length)) {
            return refuse(refusal, 400, "malformed Content-Length");
        }
        if (framing.length > 0) framing.kind = BodyFraming::Kind::Length;
    }
    return true;
}

bool read_connection_headers(const HttpRequest& request, BodyFraming& framing, HttpRefusal& refusal) {
    if (request.header_has_token("connection", "close")) {
        framing.keep_alive = false;
    } else {
        framing.keep_alive = !request.http_1_0 || request.header_has_token("connection", "keep-alive");
    }
    for (const HttpHeader& line : request.headers) {
        if (line.name != "expect" || request.http_1_0) continue;
        if (!equal_ignoring_case(line.value, "100-continue")) {
            return refuse(refusal, 417, "unknown expectation");
        }
        framing.expect_continue = true;
    }
    return true;
}

}  // namespace

size_t HeadScanner::scan(ByteView data, HttpRefusal& refusal) {
    while (seen_ < data.size()) {
        const void* found = std::memchr(data.data() + seen_, '\n', data.size() - seen_);
        if (found == nullptr) {
            seen_ = data.size();
            break;
        }
        size_t newline = static_cast<size_t>(static_cast<const uint8_t*>(found) - data.data());
        bool clean = newline > 0 && data[newline - 1] == '\r' && (newline < 2 || data[newline - 2] != '\r');
        if (!clean) {
            refusal = {400, "line that does not end in CR LF"};
            return 0;
        }
        seen_ = newline + 1;
        bool empty_line = newline - 1 == line_start_;
        line_start_ = newline + 1;
        // One empty line in front of a request is forgiven (RFC 9112 §2.2).
        if (empty_line && (first_line_done_ || newline > 1)) {
            if (seen_ > kHttpHeadBytesMax) break;
            return seen_;
        }
        if (!empty_line) first_line_done_ = true;
    }
    if (seen_ > kHttpHeadBytesMax) {
        refusal =
            first_line_done_ ? HttpRefusal{431, "request head too long"} : HttpRefusal{414, "request target too long"};
    }
    return 0;
}

bool parse_request_head(ByteView head, HttpRequest& request, BodyFraming& framing, HttpRefusal& refusal) {
    if (head.size() >= 2 && head[0] == '\r') head = head.subspan(2);
    request.head.assign(head.begin(), head.end());
    request.headers.clear();
    framing = {};
    char* at = reinterpret_cast<char*>(request.head.data());
    char* end = at + request.head.size();
    bool first = true;
    while (true) {
        char* newline = static_cast<char*>(std::memchr(at, '\n', static_cast<size_t>(end - at)));
        if (newline == nullptr || newline == at || newline[-1] != '\r') {
            return refuse(refusal, 400, "line that does not end in CR LF");
        }
        size_t size = static_cast<size_t>(newline - 1 - at);
        if (size == 0) break;
        if (first) {
            if (!parse_request_line({at, size}, request, refusal)) return false;
            first = false;
        } else if (!parse_header_line(at, size, request, refusal)) {
            return false;
        }
        at = newline + 1;
    }
    if (first) return refuse(refusal, 400, "empty request line");
    return check_host(request, refusal) && read_framing(request, framing, refusal) &&
           read_connection_headers(request, framing, refusal);
}

}  // namespace lightcone::net
