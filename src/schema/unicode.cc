// SPDX-License-Identifier: Apache-2.0
#include "schema/unicode.h"

#include <algorithm>
#include <vector>

#include "schema/unicode_tables.h"

namespace lightcone::schema::unicode {

namespace {

template <typename R>
const R* find_range(std::span<const R> ranges, char32_t c) {
    auto after = std::upper_bound(ranges.begin(), ranges.end(), c, [](char32_t v, const R& r) { return v < r.first; });
    if (after == ranges.begin()) return nullptr;
    const R& candidate = *(after - 1);
    return c <= candidate.last ? &candidate : nullptr;
}

constexpr char32_t kHangulBase = 0xac00, kLeadBase = 0x1100, kVowelBase = 0x1161, kTailBase = 0x11a7;
constexpr char32_t kLeadCount = 19, kVowelCount = 21, kTailCount = 28;
constexpr char32_t kHangulCount = kLeadCount * kVowelCount * kTailCount;

bool is_hangul_syllable(char32_t c) {
    return c >= kHangulBase && c < kHangulBase + kHangulCount;
}

char32_t compose(char32_t first, char32_t second) {
    if (first >= kLeadBase && first < kLeadBase + kLeadCount && second >= kVowelBase &&
        second < kVowelBase + kVowelCount) {
        return kHangulBase + ((first - kLeadBase) * kVowelCount + (second - kVowelBase)) * kTailCount;
    }
    if (is_hangul_syllable(first) && (first - kHangulBase) % kTailCount == 0 && second > kTailBase &&
        second < kTailBase + kTailCount) {
        return first + (second - kTailBase);
    }
    auto key = std::pair<uint32_t, uint32_t>(first, second);
    auto at = std::lower_bound(kComposites.begin(), kComposites.end(), key, [](const Composite& c, const auto& k) {
        return std::pair<uint32_t, uint32_t>(c.first, c.second) < k;
    });
    return at != kComposites.end() && at->first == first && at->second == second ? at->composed : 0;
}

const Composite* decomposition_of(char32_t c) {
    static const std::vector<Composite> kByResult = [] {
        std::vector<Composite> sorted(kComposites.begin(), kComposites.end());
        std::sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) { return a.composed < b.composed; });
        return sorted;
    }();
    auto at = std::lower_bound(kByResult.begin(), kByResult.end(), c,
                               [](const Composite& composite, char32_t v) { return composite.composed < v; });
    return at != kByResult.end() && at->composed == c ? &*at : nullptr;
}

void decompose(char32_t c, std::u32string& out) {
    if (is_hangul_syllable(c)) {
        char32_t index = c - kHangulBase;
        out += kLeadBase + index / (kVowelCount * kTailCount);
        out += kVowelBase + index / kTailCount % kVowelCount;
        if (index % kTailCount != 0) out += kTailBase + index % kTailCount;
    } else if (const Composite* parts = decomposition_of(c)) {
        decompose(parts->first, out);
        out += parts->second;
    } else {
        out += c;
    }
}

// Sorts every run of marks by class; equal classes keep their order.
void order_marks(std::u32string& text) {
    struct Mark {
        uint8_t combining_class;
        size_t position;
        char32_t c;
        auto operator<=>(const Mark&) const = default;
    };
    std::vector<Mark> run;
    auto finish = [&](size_t end) {
        std::sort(run.begin(), run.end());
        for (size_t k = 0; k < run.size(); ++k) text[end - run.size() + k] = run[k].c;
        run.clear();
    };
    for (size_t i = 0; i < text.size(); ++i) {
        if (uint8_t here = combining_class(text[i])) {
            run.push_back({here, i, text[i]});
        } else {
            finish(i);
        }
    }
    finish(text.size());
}

std::u32string compose_all(const std::u32string& decomposed) {
    std::u32string out;
    size_t starter = std::u32string::npos;
    uint8_t last_class = 0;
    for (char32_t c : decomposed) {
        uint8_t this_class = combining_class(c);
        bool adjacent = starter != std::u32string::npos && starter + 1 == out.size();
        bool blocked = !adjacent && last_class >= this_class;
        if (starter != std::u32string::npos && !blocked) {
            if (char32_t composed = compose(out[starter], c)) {
                out[starter] = composed;
                continue;
            }
        }
        if (this_class == 0) starter = out.size();
        last_class = this_class;
        out += c;
    }
    return out;
}

std::u32string map_case(std::u32string_view text, std::span<const CaseRun> runs,
                        std::span<const CaseExpansion> expansions, char32_t ascii_first, int32_t ascii_delta) {
    std::u32string out;
    for (char32_t c : text) {
        if (c < 0x80) {
            bool shifts = c >= ascii_first && c < ascii_first + 26;
            out += shifts ? static_cast<char32_t>(static_cast<int32_t>(c) + ascii_delta) : c;
            continue;
        }
        auto expansion = std::lower_bound(expansions.begin(), expansions.end(), c,
                                          [](const CaseExpansion& e, char32_t v) { return e.from < v; });
        if (expansion != expansions.end() && expansion->from == c) {
            for (uint32_t part : {expansion->first, expansion->second, expansion->third}) {
                if (part != 0) out += part;
            }
            continue;
        }
        // Runs of stride 2 may interleave, so the one that begins last need not be the one that holds `c`.
        const CaseRun* run = nullptr;
        for (const CaseRun& candidate : runs) {
            if (candidate.first > c) break;
            if (c <= candidate.last && (c - candidate.first) % candidate.stride == 0) run = &candidate;
        }
        out += run ? static_cast<char32_t>(static_cast<int32_t>(c) + run->delta) : c;
    }
    return out;
}

}  // namespace

std::u32string decode_utf8(std::string_view text) {
    std::u32string out;
    for (size_t i = 0; i < text.size();) {
        auto byte = static_cast<unsigned char>(text[i]);
        size_t length = byte < 0x80 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
        char32_t c = length == 1 ? byte : byte & (0xffu >> (length + 1));
        for (size_t k = 1; k < length && i + k < text.size(); ++k) {
            c = (c << 6) | (static_cast<unsigned char>(text[i + k]) & 0x3fu);
        }
        out += c;
        i += length;
    }
    return out;
}

void append_utf8(char32_t c, std::string& out) {
    auto byte = [&](char32_t value) { out += static_cast<char>(value); };
    if (c < 0x80) {
        byte(c);
    } else if (c < 0x800) {
        byte(0xc0 | (c >> 6));
        byte(0x80 | (c & 0x3f));
    } else if (c < 0x10000) {
        byte(0xe0 | (c >> 12));
        byte(0x80 | ((c >> 6) & 0x3f));
        byte(0x80 | (c & 0x3f));
    } else {
        byte(0xf0 | (c >> 18));
        byte(0x80 | ((c >> 12) & 0x3f));
        byte(0x80 | ((c >> 6) & 0x3f));
        byte(0x80 | (c & 0x3f));
    }
}

std::string encode_utf8(std::u32string_view code_points) {
    std::string out;
    for (char32_t c : code_points) append_utf8(c, out);
    return out;
}

bool is_xid_start(char32_t c) {
    if (c < 0x80) return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return find_range(kXidStart, c) != nullptr;
}

bool is_xid_continue(char32_t c) {
    if (c < 0x80) return is_xid_start(c) || (c >= '0' && c <= '9') || c == '_';
    return is_xid_start(c) || find_range(kXidContinueOnly, c) != nullptr;
}

uint8_t combining_class(char32_t c) {
    if (c < 0x300) return 0;
    const ClassRange* range = find_range(kCombiningClasses, c);
    return range ? range->combining_class : 0;
}

bool is_nfc(std::u32string_view text) {
    // Nothing below U+0300 composes with, or reorders against, anything else below it.
    if (std::all_of(text.begin(), text.end(), [](char32_t c) { return c < 0x300; })) return true;
    if (std::any_of(text.begin(), text.end(), [](char32_t c) { return find_range(kNeverInNfc, c) != nullptr; })) {
        return false;
    }
    std::u32string decomposed;
    for (char32_t c : text) decompose(c, decomposed);
    order_marks(decomposed);
    return compose_all(decomposed) == text;
}

std::u32string to_upper(std::u32string_view text) {
    return map_case(text, kToUpper, kToUpperExpansions, 'a', -32);
}

std::u32string to_lower(std::u32string_view text) {
    return map_case(text, kToLower, kToLowerExpansions, 'A', 32);
}

}  // namespace lightcone::schema::unicode
