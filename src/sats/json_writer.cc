// SPDX-License-Identifier: Apache-2.0
#include "sats/json_writer.h"

#include "sats/json_number.h"

namespace lightcone::sats {

namespace {

void append_escape(char c, std::string& out) {
    switch (c) {
        case '"': out += "\\\""; return;
        case '\\': out += "\\\\"; return;
        case '\b': out += "\\b"; return;
        case '\f': out += "\\f"; return;
        case '\n': out += "\\n"; return;
        case '\r': out += "\\r"; return;
        case '\t': out += "\\t"; return;
        default:
            out += "\\u00";
            out += "0123456789abcdef"[c >> 4 & 15];
            out += "0123456789abcdef"[c & 15];
    }
}

}  // namespace

void append_json_string(std::string_view text, std::string& out) {
    out += '"';
    size_t plain_from = 0;
    for (size_t i = 0; i < text.size(); ++i) {
        char c = text[i];
        if (c != '"' && c != '\\' && static_cast<unsigned char>(c) >= 0x20) continue;
        out += text.substr(plain_from, i - plain_from);
        append_escape(c, out);
        plain_from = i + 1;
    }
    out += text.substr(plain_from);
    out += '"';
}

JsonWriter& JsonWriter::key(std::string_view name) {
    separate();
    append_json_string(name, out_);
    out_ += ':';
    needs_comma_ = false;
    return *this;
}

JsonWriter& JsonWriter::string(std::string_view text) {
    append_json_string(text, value_place());
    return *this;
}

JsonWriter& JsonWriter::f64(double value) {
    append_float(value, value_place());
    return *this;
}

JsonWriter& JsonWriter::raw(std::string_view json) {
    value_place() += json;
    return *this;
}

JsonWriter& JsonWriter::open(char bracket) {
    separate();
    out_ += bracket;
    needs_comma_ = false;
    return *this;
}

JsonWriter& JsonWriter::close(char bracket) {
    out_ += bracket;
    needs_comma_ = true;
    return *this;
}

}  // namespace lightcone::sats
