// SPDX-License-Identifier: Apache-2.0
#include "schema/case_conversion.h"

#include <vector>

#include "schema/identifier.h"
#include "schema/unicode.h"

namespace lightcone::schema {

namespace {

enum class CharClass : uint8_t { Other, Separator, Upper, Lower, Digit };

// A character with the marks that follow it.
struct Cluster {
    std::u32string text;
    CharClass kind;
};

CharClass classify(const std::u32string& text) {
    char32_t c = text[0];
    if (c == '_' || c == '-' || c == ' ') return CharClass::Separator;
    if (c >= '0' && c <= '9') return CharClass::Digit;
    std::u32string upper = unicode::to_upper(text);
    std::u32string lower = unicode::to_lower(text);
    if (upper == lower) return CharClass::Other;
    if (text == upper) return CharClass::Upper;
    return text == lower ? CharClass::Lower : CharClass::Other;
}

bool extends_cluster(char32_t c) {
    return unicode::combining_class(c) != 0 || (c >= 0xfe00 && c <= 0xfe0f) || c == 0x200c || c == 0x200d;
}

std::vector<Cluster> clusters_of(std::string_view name) {
    std::vector<Cluster> clusters;
    for (char32_t c : unicode::decode_utf8(name)) {
        if (!clusters.empty() && extends_cluster(c)) {
            clusters.back().text += c;
        } else {
            clusters.push_back({std::u32string(1, c), CharClass::Other});
        }
    }
    for (Cluster& cluster : clusters) cluster.kind = classify(cluster.text);
    return clusters;
}

bool begins_word(const std::vector<Cluster>& clusters, size_t i) {
    CharClass before = clusters[i - 1].kind;
    CharClass here = clusters[i].kind;
    switch (before) {
        case CharClass::Lower: return here == CharClass::Upper || here == CharClass::Digit;
        case CharClass::Digit: return here == CharClass::Upper || here == CharClass::Lower;
        case CharClass::Upper:
            if (here == CharClass::Digit) return true;
            return here == CharClass::Upper && i + 1 < clusters.size() && clusters[i + 1].kind == CharClass::Lower;
        default: return false;
    }
}

using Word = std::vector<std::u32string>;

std::vector<Word> split_words(std::string_view name) {
    std::vector<Cluster> clusters = clusters_of(name);
    std::vector<Word> words;
    Word word;
    auto finish = [&] {
        if (!word.empty()) words.push_back(std::move(word));
        word.clear();
    };
    for (size_t i = 0; i < clusters.size(); ++i) {
        if (clusters[i].kind == CharClass::Separator) {
            finish();
            continue;
        }
        if (i > 0 && begins_word(clusters, i)) finish();
        word.push_back(std::move(clusters[i].text));
    }
    finish();
    return words;
}

void append_lower(const Word& word, size_t from, std::string& out) {
    std::u32string rest;
    for (size_t i = from; i < word.size(); ++i) rest += word[i];
    out += unicode::encode_utf8(unicode::to_lower(rest));
}

void append_capitalised(const Word& word, std::string& out) {
    out += unicode::encode_utf8(unicode::to_upper(word[0]));
    append_lower(word, 1, out);
}

}  // namespace

std::string unless_broken(const std::string& source_name, std::string converted) {
    return identifier_error(converted) && !identifier_error(source_name) ? source_name : converted;
}

std::string to_snake_case(std::string_view name) {
    if (name.size() > kIdentifierBytesMax) return std::string(name);
    std::string out;
    for (const Word& word : split_words(name)) {
        if (!out.empty()) out += '_';
        append_lower(word, 0, out);
    }
    return out;
}

std::string to_camel_case(std::string_view name) {
    if (name.size() > kIdentifierBytesMax) return std::string(name);
    std::string out;
    bool first = true;
    for (const Word& word : split_words(name)) {
        if (first) {
            append_lower(word, 0, out);
        } else {
            append_capitalised(word, out);
        }
        first = false;
    }
    return out;
}

std::string to_pascal_case(std::string_view name) {
    if (name.size() > kIdentifierBytesMax) return std::string(name);
    std::string out;
    for (const Word& word : split_words(name)) append_capitalised(word, out);
    return out;
}

sats::AlgebraicType to_canonical_names(const sats::AlgebraicType& type) {
    if (sats::special_type(type) != sats::SpecialType::None) return type;
    sats::AlgebraicType converted(type.kind);
    converted.ref = type.ref;
    converted.elements.reserve(type.elements.size());
    for (const sats::TypeElement& element : type.elements) {
        std::optional<std::string> name;
        if (element.name) {
            bool is_variant = type.kind == sats::TypeKind::Sum;
            name =
                unless_broken(*element.name, is_variant ? to_camel_case(*element.name) : to_snake_case(*element.name));
        }
        converted.elements.push_back({std::move(name), to_canonical_names(element.type)});
    }
    return converted;
}

}  // namespace lightcone::schema
