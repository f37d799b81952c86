// SPDX-License-Identifier: Apache-2.0
#include "module/abi/text.h"

#include <fmt/format.h>

#include "module/abi/demangle.h"
#include "sats/utf8.h"

namespace lightcone::module::abi {

namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

bool is_continuation(uint8_t byte) {
    return (byte & 0xC0) == 0x80;
}

// Range of the second byte that a first byte allows; {1, 0} for a byte that cannot start a longer sequence.
struct SecondByte {
    uint8_t low;
    uint8_t high;
    uint8_t length;
};
SecondByte second_byte(uint8_t first) {
    if (first >= 0xC2 && first <= 0xDF) return {0x80, 0xBF, 2};
    if (first == 0xE0) return {0xA0, 0xBF, 3};
    if (first == 0xED) return {0x80, 0x9F, 3};
    if (first >= 0xE1 && first <= 0xEF) return {0x80, 0xBF, 3};
    if (first == 0xF0) return {0x90, 0xBF, 4};
    if (first >= 0xF1 && first <= 0xF3) return {0x80, 0xBF, 4};
    if (first == 0xF4) return {0x80, 0x8F, 4};
    return {1, 0, 1};
}

// Length of the sequence at the start of `bytes`, and whether it is whole and valid. A broken one is as long as the
// part that could have become valid.
size_t sequence_length(ByteView bytes, bool& valid) {
    valid = bytes[0] < 0x80;
    if (valid) return 1;
    SecondByte rule = second_byte(bytes[0]);
    if (rule.length == 1 || bytes.size() < 2 || bytes[1] < rule.low || bytes[1] > rule.high) return 1;
    size_t length = 2;
    while (length < rule.length && length < bytes.size() && is_continuation(bytes[length])) ++length;
    valid = length == rule.length;
    return length;
}

}  // namespace

std::string_view lossy_utf8(ByteView bytes, std::string& storage) {
    if (sats::is_valid_utf8(bytes)) return as_text(bytes);
    storage.clear();
    while (!bytes.empty()) {
        bool valid = false;
        size_t length = sequence_length(bytes, valid);
        storage += valid ? as_text(bytes.first(length)) : kReplacement;
        bytes = bytes.subspan(length);
    }
    return storage;
}

ByteView cut_at_character(ByteView bytes, size_t limit) {
    if (bytes.size() <= limit) return bytes;
    size_t end = limit;
    while (end > 0 && limit - end < 3 && is_continuation(bytes[end])) --end;
    return bytes.first(end);
}

std::string quoted(std::string_view text) {
    std::string out = "\"";
    for (char c : text) {
        auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (c == '\n') {
            out += "\\n";
        } else if (c == '\r') {
            out += "\\r";
        } else if (c == '\t') {
            out += "\\t";
        } else if (byte < 0x20 || byte == 0x7F) {
            out += fmt::format("\\u{{{:x}}}", byte);
        } else {
            out += c;
        }
    }
    return out + '"';
}

std::string duration_text(uint64_t nanos) {
    struct Unit {
        uint64_t nanos;
        int digits;
        const char* name;
    };
    for (Unit unit : {Unit{1'000'000'000, 9, "s"}, Unit{1'000'000, 6, "ms"}, Unit{1000, 3, "µs"}}) {
        if (nanos < unit.nanos) continue;
        std::string text = fmt::format("{}.{:0{}}", nanos / unit.nanos, nanos % unit.nanos, unit.digits);
        text.erase(text.find_last_not_of('0') + 1);
        if (text.back() == '.') text.pop_back();
        return text + unit.name;
    }
    return fmt::format("{}ns", nanos);
}

std::string demangled(std::string_view name) {
    if (auto readable = demangle_rust(name)) return *std::move(readable);
    if (auto readable = demangle_nested(name)) return *std::move(readable);
    return std::string(name);
}

}  // namespace lightcone::module::abi
