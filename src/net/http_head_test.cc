// SPDX-License-Identifier: Apache-2.0
#include "net/http_head.h"

#include <gtest/gtest.h>

#include "net/chunk_decoder.h"
#include "net/http_response.h"
#include "net/http_text.h"

namespace lightcone::net {
namespace {

struct Parsed {
    uint16_t status = 0;  // 0: accepted, 1: not complete
    HttpRequest request;
    BodyFraming framing;
    size_t head_bytes = 0;
};

Parsed parse(std::string_view text, size_t step = SIZE_MAX) {
    Parsed parsed;
    HeadScanner scanner;
    HttpRefusal refusal;
    for (size_t end = std::min(step, text.size());; end = std::min(end + step, text.size())) {
        parsed.head_bytes = scanner.scan(as_bytes(text.substr(0, end)), refusal);
        if (refusal.status != 0 || parsed.head_bytes != 0 || end == text.size()) break;
    }
    if (refusal.status != 0) {
        parsed.status = refusal.status;
    } else if (parsed.head_bytes == 0) {
        parsed.status = 1;
    } else if (!parse_request_head(as_bytes(text.substr(0, parsed.head_bytes)), parsed.request, parsed.framing,
                                   refusal)) {
        parsed.status = refusal.status;
    }
    return parsed;
}

struct Case {
    const char* name;
    std::string text;
    uint16_t status;
};

std::string with(std::string lines) {
    return "POST /v1/x HTTP/1.1\r\nHost: a\r\n" + lines + "\r\n";
}
std::string line(std::string first) {
    return first + "\r\nHost: a\r\n\r\n";
}

std::vector<Case> framing_cases() {
    return {
        {"plain get", line("GET / HTTP/1.1"), 0},
        {"query", line("GET /v1/database/x/subscribe?token=a.b.c&compression=None HTTP/1.1"), 0},
        {"percent escape", line("GET /v1/%41 HTTP/1.1"), 0},
        {"options star", line("OPTIONS * HTTP/1.1"), 0},
        {"own method", line("BREW /pot HTTP/1.1"), 0},
        {"http 1.0 without host", "GET / HTTP/1.0\r\n\r\n", 0},
        {"empty line in front", "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", 0},
        {"two empty lines in front", "\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        {"not complete", "GET / HTTP/1.1\r\nHost: a\r\n", 1},
        // Line ends.
        {"bare lf", "GET / HTTP/1.1\nHost: a\n\n", 400},
        {"bare lf in headers", "GET / HTTP/1.1\r\nHost: a\nX: b\r\n\r\n", 400},
        {"bare cr in a value", with("X: a\rb\r\n"), 400},
        {"bare cr ends the head", "GET / HTTP/1.1\r\nHost: a\r\n\r\r\n", 400},
        {"cr before cr lf", "GET / HTTP/1.1\r\r\nHost: a\r\n\r\n", 400},
        {"lf alone", "\n", 400},
        // Request line.
        {"two spaces", line("GET  / HTTP/1.1"), 400},
        {"space in front", line(" GET / HTTP/1.1"), 400},
        {"space behind", line("GET / HTTP/1.1 "), 400},
        {"tab", line("GET\t/ HTTP/1.1"), 400},
        {"no target", line("GET HTTP/1.1"), 400},
        {"no version (0.9)", line("GET /"), 400},
        {"method with colon", line("GE:T / HTTP/1.1"), 400},
        {"method too long", line(std::string(33, 'A') + " / HTTP/1.1"), 400},
        {"method longest", line(std::string(32, 'A') + " / HTTP/1.1"), 0},
        {"http 1.2", line("GET / HTTP/1.2"), 505},
        {"http 2.0", line("GET / HTTP/2.0"), 505},
        {"http 0.9", line("GET / HTTP/0.9"), 505},
        {"http 11", line("GET / HTTP/11"), 400},
        {"lower-case http", line("GET / http/1.1"), 400},
        {"http 1.10", line("GET / HTTP/1.10"), 400},
        {"http 2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
        {"tls client hello", std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\n", 12), 400},
        {"absolute form", line("GET http://a/ HTTP/1.1"), 400},
        {"authority form", line("CONNECT a:80 HTTP/1.1"), 400},
        {"star for get", line("GET * HTTP/1.1"), 400},
        {"no slash", line("GET v1 HTTP/1.1"), 400},
        {"fragment", line("GET /#a HTTP/1.1"), 400},
        {"byte above 0x7e", line("GET /\xc3\xa9 HTTP/1.1"), 400},
        {"control in target", line("GET /\x01 HTTP/1.1"), 400},
        {"NUL in target", line(std::string("GET /\0 HTTP/1.1", 15)), 400},
        {"escaped NUL", line("GET /%00 HTTP/1.1"), 400},
        {"escape cut", line("GET /%4 HTTP/1.1"), 400},
        {"escape not hex", line("GET /%zz HTTP/1.1"), 400},
        {"dot dot", line("GET /a/../b HTTP/1.1"), 400},
        {"dot dot at the end", line("GET /a/.. HTTP/1.1"), 400},
        {"dot dot escaped", line("GET /a/%2e%2E/b HTTP/1.1"), 400},
        {"dot dot with escaped slash", line("GET /a%2f..%2fb HTTP/1.1"), 400},
        {"single dot", line("GET /./b HTTP/1.1"), 400},
        {"dots in a name", line("GET /a..b/.c HTTP/1.1"), 0},
        {"dot dot in the query", line("GET /a?b=../c HTTP/1.1"), 0},
        // Host.
        {"no host", "GET / HTTP/1.1\r\n\r\n", 400},
        {"two hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400},
        {"two hosts in 1.0", "GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n", 400},
        {"empty host", "GET / HTTP/1.1\r\nHost: \r\n\r\n", 400},
        {"host with space", "GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400},
        {"host with slash", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400},
        {"host with user", "GET / HTTP/1.1\r\nHost: u@a\r\n\r\n", 400},
        {"host ipv6", "GET / HTTP/1.1\r\nHost: [::1]:3000\r\n\r\n", 0},
        // Header lines.
        {"space before colon", with("X : a\r\n"), 400},
        {"no colon", with("X\r\n"), 400},
        {"empty name", with(": a\r\n"), 400},
        {"name with space", with("X Y: a\r\n"), 400},
        {"name above 0x7f", with("X\xc3: a\r\n"), 400},
        {"name with control", with("X\x01: a\r\n"), 400},
        {"NUL in a value", with(std::string("X: a\0b\r\n", 8)), 400},
        {"control in a value", with("X: a\x02\r\n"), 400},
        {"delete in a value", with("X: a\x7f\r\n"), 400},
        {"tab in a value", with("X: a\tb\r\n"), 0},
        {"utf-8 in a value", with("X: \xc3\xa9\r\n"), 0},
        {"empty value", with("X:\r\n"), 0},
        {"folded line", with("X: a\r\n b\r\n"), 400},
        {"folded by tab", with("X: a\r\n\tb\r\n"), 400},
        {"folded first header", "GET / HTTP/1.1\r\n Host: a\r\n\r\n", 400},
        // Body framing.
        {"length", with("Content-Length: 5\r\n"), 0},
        {"length zero", with("Content-Length: 0\r\n"), 0},
        {"length twice equal", with("Content-Length: 5\r\nContent-Length: 5\r\n"), 400},
        {"length twice different", with("Content-Length: 5\r\nContent-Length: 6\r\n"), 400},
        {"length list", with("Content-Length: 5, 5\r\n"), 400},
        {"length signed", with("Content-Length: +5\r\n"), 400},
        {"length negative", with("Content-Length: -5\r\n"), 400},
        {"length hex", with("Content-Length: 0x5\r\n"), 400},
        {"length with letter", with("Content-Length: 5a\r\n"), 400},
        {"length empty", with("Content-Length:\r\n"), 400},
        {"length with space inside", with("Content-Length: 1 2\r\n"), 400},
        {"length too many digits", with("Content-Length: 18446744073709551617\r\n"), 400},
        {"length decimal point", with("Content-Length: 5.0\r\n"), 400},
        {"chunked", with("Transfer-Encoding: chunked\r\n"), 0},
        {"chunked in capitals", with("Transfer-Encoding: CHUNKED\r\n"), 0},
        {"length and chunked", with("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"), 400},
        {"chunked and length", with("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n"), 400},
        {"chunked twice", with("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"), 400},
        {"chunked list", with("Transfer-Encoding: chunked, chunked\r\n"), 400},
        {"identity", with("Transfer-Encoding: identity\r\n"), 400},
        {"gzip", with("Transfer-Encoding: gzip\r\n"), 400},
        {"gzip then chunked", with("Transfer-Encoding: gzip, chunked\r\n"), 400},
        {"chunked then gzip", with("Transfer-Encoding: chunked, gzip\r\n"), 400},
        {"chunked with parameter", with("Transfer-Encoding: chunked;q=1\r\n"), 400},
        {"chunked in quotes", with("Transfer-Encoding: \"chunked\"\r\n"), 400},
        {"xchunked", with("Transfer-Encoding: xchunked\r\n"), 400},
        {"transfer encoding empty", with("Transfer-Encoding:\r\n"), 400},
        {"vertical tab before chunked",
         with("Transfer-Encoding: \x0b"
              "chunked\r\n"),
         400},
        {"chunked in 1.0", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
        {"space before transfer encoding colon", with("Transfer-Encoding : chunked\r\n"), 400},
        {"expect", with("Expect: 100-continue\r\nContent-Length: 1\r\n"), 0},
        {"expect other", with("Expect: gold\r\n"), 417},
    };
}

TEST(HttpHead, framing_cases) {
    std::vector<Case> cases = framing_cases();
    EXPECT_GE(cases.size(), 60u);
    for (const Case& test : cases) {
        EXPECT_EQ(parse(test.text).status, test.status) << test.name;
        EXPECT_EQ(parse(test.text, 1).status, test.status) << test.name << " byte by byte";
        EXPECT_EQ(parse(test.text, 7).status, test.status) << test.name << " by sevens";
    }
}

TEST(HttpHead, fields) {
    Parsed parsed =
        parse("GET /a/b?c=d?e HTTP/1.1\r\nHost: x:1\r\nACCEPT:  text/html \t\r\nAccept: b,  C ,,\r\n\r\nrest");
    ASSERT_EQ(parsed.status, 0);
    HttpRequest request = std::move(parsed.request);  // views survive the move
    EXPECT_EQ(request.method, "GET");
    EXPECT_EQ(request.target, "/a/b?c=d?e");
    EXPECT_EQ(request.path, "/a/b");
    EXPECT_EQ(request.query, "c=d?e");
    EXPECT_EQ(request.header("host"), "x:1");
    EXPECT_EQ(request.header("accept"), "text/html");
    EXPECT_EQ(request.header("nothing"), std::nullopt);
    EXPECT_EQ(request.header_count("accept"), 2u);
    EXPECT_EQ(request.header_list("accept"), (std::vector<std::string_view>{"text/html", "b", "C"}));
    EXPECT_TRUE(request.header_has_token("accept", "c"));
    EXPECT_FALSE(request.header_has_token("accept", "text"));
    EXPECT_EQ(parsed.framing.kind, BodyFraming::Kind::None);
    EXPECT_EQ(parsed.head_bytes, std::string_view("GET /a/b?c=d?e HTTP/1.1\r\nHost: x:1\r\nACCEPT:  text/html "
                                                  "\t\r\nAccept: b,  C ,,\r\n\r\n")
                                     .size());
}

TEST(HttpHead, framing_values) {
    EXPECT_EQ(parse(with("Content-Length: 0123\r\n")).framing.length, 123u);
    EXPECT_EQ(parse(with("Content-Length: 999999999999999999\r\n")).framing.length, 999'999'999'999'999'999u);
    EXPECT_EQ(parse(with("Transfer-Encoding: chunked\r\n")).framing.kind, BodyFraming::Kind::Chunked);
    EXPECT_TRUE(parse(with("Expect: 100-Continue\r\n")).framing.expect_continue);
    EXPECT_TRUE(parse(with("")).framing.keep_alive);
    EXPECT_FALSE(parse(with("Connection: foo, Close\r\n")).framing.keep_alive);
    EXPECT_FALSE(parse("GET / HTTP/1.0\r\n\r\n").framing.keep_alive);
    EXPECT_TRUE(parse("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n").framing.keep_alive);
}

TEST(HttpHead, limits) {
    auto headers = [](uint32_t count) {
        std::string lines;
        for (uint32_t i = 0; i < count; i++) lines += "x: y\r\n";
        return lines;
    };
    EXPECT_EQ(parse(with(headers(kHttpHeadersMax - 2))).status, 0);
    EXPECT_EQ(parse(with(headers(kHttpHeadersMax - 1))).status, 0);
    EXPECT_EQ(parse(with(headers(kHttpHeadersMax))).status, 431);

    auto sized = [](size_t total) {
        std::string text = with("x: \r\n");
        return with("x: " + std::string(total - text.size(), 'a') + "\r\n");
    };
    ASSERT_EQ(sized(1000).size(), 1000u);
    EXPECT_EQ(parse(sized(kHttpHeadBytesMax - 1)).status, 0);
    EXPECT_EQ(parse(sized(kHttpHeadBytesMax)).status, 0);
    EXPECT_EQ(parse(sized(kHttpHeadBytesMax + 1)).status, 431);
    EXPECT_EQ(parse(sized(kHttpHeadBytesMax + 1), 100).status, 431);

    auto target = [](size_t bytes) { return line("GET /" + std::string(bytes - 1, 'a') + " HTTP/1.1"); };
    EXPECT_EQ(parse(target(kHttpTargetBytesMax - 1)).status, 0);
    EXPECT_EQ(parse(target(kHttpTargetBytesMax)).status, 0);
    EXPECT_EQ(parse(target(kHttpTargetBytesMax + 1)).status, 414);
    EXPECT_EQ(parse("GET /" + std::string(kHttpHeadBytesMax, 'a')).status, 414);
}

struct ChunkCase {
    const char* name;
    std::string text;
    ChunkDecoder::State state;
    std::string body;
    size_t left = 0;  // bytes of the next request
};

TEST(ChunkDecoder, cases) {
    using State = ChunkDecoder::State;
    std::vector<ChunkCase> cases = {
        {"one", "5\r\nhello\r\n0\r\n\r\n", State::Done, "hello"},
        {"two", "2\r\nab\r\n1\r\nc\r\n0\r\n\r\nGET", State::Done, "abc", 3},
        {"empty", "0\r\n\r\n", State::Done, ""},
        {"capital and leading zeros", "00A\r\n0123456789\r\n0\r\n\r\n", State::Done, "0123456789"},
        {"extension", "1;a=b\r\nx\r\n0;c\r\n\r\n", State::Done, "x"},
        {"trailer", "1\r\nx\r\n0\r\nA: b\r\nC: d\r\n\r\n", State::Done, "x"},
        {"not complete", "5\r\nhel", State::More, "hel"},
        {"no size", "\r\n", State::Bad, ""},
        {"signed", "+5\r\nhello\r\n", State::Bad, ""},
        {"negative", "-1\r\n", State::Bad, ""},
        {"0x", "0x5\r\nhello\r\n", State::Bad, ""},
        {"space in front", " 5\r\nhello\r\n", State::Bad, ""},
        {"space behind", "5 \r\nhello\r\n", State::Bad, ""},
        {"bare lf after size", "5\nhello\r\n", State::Bad, ""},
        {"bare lf after data", "5\r\nhello\n0\r\n\r\n", State::Bad, "hello"},
        {"data too long", "5\r\nhelloo\r\n", State::Bad, "hello"},
        {"size of 16 digits", "0000000000000005\r\nhello\r\n", State::Bad, ""},
        {"huge size", "fffffffffffffff\r\n", State::TooLong, ""},
        {"limit", "14\r\n01234567890123456789\r\n0\r\n\r\n", State::Done, "01234567890123456789"},
        {"over the limit", "15\r\n", State::TooLong, ""},
        {"over the limit in two", "14\r\n01234567890123456789\r\n1\r\n", State::TooLong, "01234567890123456789"},
        {"lf in extension", "1;a\nb\r\nx\r\n", State::Bad, ""},
        {"extension too long", "1;" + std::string(257, 'a') + "\r\nx\r\n", State::Bad, ""},
        {"trailer too long", "0\r\nA: " + std::string(5000, 'a') + "\r\n\r\n", State::Bad, ""},
        {"trailer folded", "0\r\n A: b\r\n\r\n", State::Bad, ""},
        {"end without lf", "0\r\n\rX", State::Bad, ""},
    };
    for (const ChunkCase& test : cases) {
        for (size_t step : {test.text.size(), size_t{1}, size_t{3}}) {
            ChunkDecoder decoder;
            Bytes body;
            State state = State::More;
            size_t at = 0;
            while (at < test.text.size() && state == State::More) {
                size_t consumed = 0;
                state = decoder.feed(as_bytes(std::string_view(test.text).substr(at, step)), body, 20, consumed);
                at += consumed;
            }
            EXPECT_EQ(state, test.state) << test.name << " step " << step;
            EXPECT_EQ(as_text(body), test.body) << test.name << " step " << step;
            if (state == State::Done) {
                EXPECT_EQ(test.text.size() - at, test.left) << test.name;
            }
        }
    }
}

TEST(HttpMessage, percent_decoding_happens_once) {
    EXPECT_EQ(*percent_decode("%2525"), "%25");
    EXPECT_EQ(*percent_decode("a+b"), "a+b");
    EXPECT_EQ(*percent_decode("a+b%2B", true), "a b+");
    EXPECT_EQ(*percent_decode("%41"), "A");
    EXPECT_FALSE(percent_decode("%"));
    EXPECT_FALSE(percent_decode("%4"));
    EXPECT_FALSE(percent_decode("%4g"));
    EXPECT_EQ(percent_encode("a b/ü~"), "a%20b%2F%C3%BC~");
}

TEST(HttpMessage, query_pairs) {
    auto pairs = parse_query("a=1&b=%32+x&&c&d=");
    ASSERT_TRUE(pairs);
    using Pair = std::pair<std::string, std::string>;
    EXPECT_EQ(*pairs, (std::vector<Pair>{{"a", "1"}, {"b", "2 x"}, {"c", ""}, {"d", ""}}));
    EXPECT_FALSE(parse_query("a=%"));
    EXPECT_TRUE(parse_query("")->empty());
}

std::string written(const HttpResponse& response, ResponseContext context, BodyMode mode = BodyMode::Complete) {
    GatherBuffer out;
    auto result = write_response(response, context, mode, out);
    if (!result) return "error: " + result.error().message;
    return std::string(as_text(out.bytes()));
}

TEST(HttpResponse, written_form) {
    ResponseContext context;
    context.wall_micros = 784'111'777'000'000;
    std::string date = "date: Sun, 06 Nov 1994 08:49:37 GMT\r\n";
    EXPECT_EQ(
        written(HttpResponse::text(404, "no"), context),
        "HTTP/1.1 404 Not Found\r\ncontent-type: text/plain; charset=utf-8\r\n" + date + "content-length: 2\r\n\r\nno");
    EXPECT_EQ(written(HttpResponse(200), context), "HTTP/1.1 200 OK\r\n" + date + "content-length: 0\r\n\r\n");
    EXPECT_EQ(written(HttpResponse(204), context), "HTTP/1.1 204 No Content\r\n" + date + "\r\n");
    EXPECT_EQ(written(HttpResponse(530), context), "HTTP/1.1 530 \r\n" + date + "content-length: 0\r\n\r\n");
    context.keep_alive = false;
    context.head_only = true;
    EXPECT_EQ(written(HttpResponse::json(200, "[1]"), context),
              "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n" + date +
                  "content-length: 3\r\nconnection: close\r\n\r\n");
    context = {.http_1_0 = true, .keep_alive = true, .wall_micros = context.wall_micros};
    EXPECT_EQ(written(HttpResponse(200), context),
              "HTTP/1.1 200 OK\r\n" + date + "content-length: 0\r\nconnection: keep-alive\r\n\r\n");
}

TEST(HttpResponse, framing_headers_of_the_application_are_left_out) {
    ResponseContext context;
    HttpResponse response(200);
    response.set("Content-Length", "7").set("transfer-encoding", "gzip").set("connection", "x").set("x-a", "b");
    std::string text = written(response, context);
    EXPECT_EQ(text.find("gzip"), std::string::npos);
    EXPECT_EQ(text.find("7\r\n\r\n"), std::string::npos);
    EXPECT_NE(text.find("x-a: b\r\n"), std::string::npos);
    EXPECT_NE(text.find("content-length: 0\r\n"), std::string::npos);
}

TEST(HttpResponse, what_could_split_a_response_is_refused) {
    ResponseContext context;
    EXPECT_TRUE(written(HttpResponse(200).set("x", "a\r\nb: c"), context).starts_with("error"));
    EXPECT_TRUE(written(HttpResponse(200).set("x", std::string("a\0", 2)), context).starts_with("error"));
    EXPECT_TRUE(written(HttpResponse(200).set("x y", "a"), context).starts_with("error"));
    EXPECT_TRUE(written(HttpResponse(200).set("", "a"), context).starts_with("error"));
    EXPECT_TRUE(written(HttpResponse(99), context).starts_with("error"));
    EXPECT_TRUE(written(HttpResponse(1000), context).starts_with("error"));
    EXPECT_FALSE(written(HttpResponse(100), context).starts_with("error"));
    EXPECT_FALSE(written(HttpResponse(999), context).starts_with("error"));
}

}  // namespace
}  // namespace lightcone::net
