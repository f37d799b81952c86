// SPDX-License-Identifier: Apache-2.0
// JsonValue::parse over RapidJSON's SAX reader: iterative, numbers as text.
#include <fmt/format.h>

// RapidJSON's empty stack adds an offset to a null pointer before it grows: harmless, but the sanitizer stops there.
#if defined(__clang__)
#pragma clang attribute push(__attribute__((no_sanitize("pointer-overflow"))), apply_to = function)
#endif
#include <rapidjson/error/en.h>
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>
#if defined(__clang__)
#pragma clang attribute pop
#endif

#include <cctype>

#include "base/bytes.h"
#include "base/limits.h"
#include "sats/json_value.h"
#include "sats/utf8.h"

namespace lightcone::sats {

// Receives the reader's events. `open_` holds the containers from the root to the current one; the values in them are
// complete, so a container moves into its parent when it ends.
class JsonTreeBuilder {
  public:
    using Size = rapidjson::SizeType;

    bool Null() { return add({}); }
    bool Bool(bool value) { return add(make(value)); }
    bool RawNumber(const char* text, Size length, bool) {
        return add(make(JsonValue::Number{std::string(text, length)}));
    }
    bool String(const char* text, Size length, bool) {
        if (!check_utf8({text, length})) return false;
        return add(make(std::string(text, length)));
    }
    bool Key(const char* text, Size length, bool) {
        if (!check_utf8({text, length})) return false;
        open_.back().key.assign(text, length);
        return true;
    }
    bool StartObject() { return start(make(std::vector<JsonMember>())); }
    bool StartArray() { return start(make(std::vector<JsonValue>())); }
    bool EndObject(Size) { return end(); }
    bool EndArray(Size) { return end(); }

    // Not called with numbers as text; the reader's interface wants them.
    bool Int(int) { return false; }
    bool Uint(unsigned) { return false; }
    bool Int64(int64_t) { return false; }
    bool Uint64(uint64_t) { return false; }
    bool Double(double) { return false; }

    JsonValue take() { return std::move(root_); }
    // Why an event returned false.
    const Error& error() const { return error_; }

  private:
    struct Open {
        JsonValue container;
        std::string key;
    };

    template <typename T>
    static JsonValue make(T&& content) {
        JsonValue value;
        value.data_ = std::forward<T>(content);
        return value;
    }

    bool refuse(ErrorCode code, std::string message) {
        error_ = {code, std::move(message)};
        return false;
    }

    bool check_utf8(std::string_view text) {
        return is_valid_utf8(as_bytes(text)) || refuse(ErrorCode::InvalidArgument, "invalid utf8 in a string");
    }

    bool start(JsonValue container) {
        if (open_.size() >= kJsonDepthMax) {
            return refuse(ErrorCode::InvalidArgument, fmt::format("nesting is deeper than {} levels", kJsonDepthMax));
        }
        open_.push_back({std::move(container), {}});
        return true;
    }

    bool end() {
        JsonValue done = std::move(open_.back().container);
        open_.pop_back();
        return add(std::move(done));
    }

    bool add(JsonValue value) {
        if (++values_ > kJsonValuesMax) {
            return refuse(ErrorCode::LimitExceeded, fmt::format("more than {} values", kJsonValuesMax));
        }
        if (open_.empty()) {
            root_ = std::move(value);
            return true;
        }
        Open& parent = open_.back();
        if (auto* items = std::get_if<std::vector<JsonValue>>(&parent.container.data_)) {
            items->push_back(std::move(value));
        } else {
            auto& members = std::get<std::vector<JsonMember>>(parent.container.data_);
            members.push_back({std::move(parent.key), std::move(value)});
        }
        return true;
    }

    std::vector<Open> open_;
    JsonValue root_;
    uint32_t values_ = 0;
    Error error_{ErrorCode::InvalidArgument, "invalid value"};
};

namespace {

// RapidJSON's English texts in the form of ours: lower-case start, no full stop.
std::string syntax_text(rapidjson::ParseErrorCode code) {
    std::string text = rapidjson::GetParseError_En(code);
    if (!text.empty() && text.back() == '.') text.pop_back();
    if (!text.empty()) text[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(text[0])));
    return text;
}

}  // namespace

Result<JsonValue> JsonValue::parse(std::string_view text) {
    constexpr unsigned kFlags = rapidjson::kParseIterativeFlag | rapidjson::kParseNumbersAsStringsFlag;
    rapidjson::MemoryStream stream(text.data(), text.size());
    rapidjson::Reader reader;
    JsonTreeBuilder builder;
    rapidjson::ParseResult result = reader.Parse<kFlags>(stream, builder);
    if (result.IsError()) {
        bool refused = result.Code() == rapidjson::kParseErrorTermination;
        return fail(refused ? builder.error().code : ErrorCode::InvalidArgument, "invalid JSON at byte {}: {}",
                    result.Offset(), refused ? builder.error().message : syntax_text(result.Code()));
    }
    // The reader takes a zero byte for the end of its input.
    if (stream.Tell() != text.size()) {
        return fail(ErrorCode::InvalidArgument, "invalid JSON at byte {}: zero byte after the value", stream.Tell());
    }
    return builder.take();
}

}  // namespace lightcone::sats
