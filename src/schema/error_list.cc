// SPDX-License-Identifier: Apache-2.0
#include "schema/error_list.h"

#include <algorithm>

namespace lightcone::schema {

std::string ErrorList::text() const {
    std::vector<Entry> sorted = entries_;
    std::sort(sorted.begin(), sorted.end());
    sorted.erase(std::unique(sorted.begin(), sorted.end()), sorted.end());
    std::string text = "Errors occurred:\n";
    for (const Entry& entry : sorted) text += entry.text + "\n\n";
    if (dropped_ > 0) text += fmt::format("and {} more errors\n\n", dropped_);
    return text;
}

std::string short_type_text(const sats::AlgebraicType& type) {
    std::string text = sats::type_text(type);
    if (text.size() <= kErrorTypeTextBytesMax) return text;
    size_t end = kErrorTypeTextBytesMax;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
    text.resize(end);
    return text + "…";
}

}  // namespace lightcone::schema
