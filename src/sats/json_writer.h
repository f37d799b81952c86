// SPDX-License-Identifier: Apache-2.0
// Writes JSON into a string it does not own: no white space, commas placed by itself, members in the order given.
//
//   JsonWriter json(out);
//   json.begin_object().key("name").string(name).key("size").u64(size).end_object();
//
// The caller balances begin and end and gives each key one value. One thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace lightcone::sats {

// `text` (UTF-8) in quotes; only quotes, backslashes and control characters below 0x20 are escaped.
void append_json_string(std::string_view text, std::string& out);

class JsonWriter {
  public:
    explicit JsonWriter(std::string& out) : out_(out) {}

    JsonWriter& begin_object() { return open('{'); }
    JsonWriter& end_object() { return close('}'); }
    JsonWriter& begin_array() { return open('['); }
    JsonWriter& end_array() { return close(']'); }
    JsonWriter& key(std::string_view name);
    JsonWriter& string(std::string_view text);
    JsonWriter& u64(uint64_t value) { return raw(std::to_string(value)); }
    JsonWriter& i64(int64_t value) { return raw(std::to_string(value)); }
    JsonWriter& f64(double value);
    JsonWriter& boolean(bool value) { return raw(value ? "true" : "false"); }
    JsonWriter& null() { return raw("null"); }
    // `json` is one complete JSON value.
    JsonWriter& raw(std::string_view json);
    // Where the next value goes, for code that appends one by itself.
    std::string& value_place() {
        separate();
        needs_comma_ = true;
        return out_;
    }

  private:
    void separate() {
        if (needs_comma_) out_ += ',';
    }
    JsonWriter& open(char bracket);
    JsonWriter& close(char bracket);

    std::string& out_;
    bool needs_comma_ = false;
};

}  // namespace lightcone::sats
