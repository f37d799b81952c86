// SPDX-License-Identifier: Apache-2.0
#include "codegen/type_graph.h"

#include <algorithm>
#include <utility>

namespace lightcone::codegen {

namespace {

using Edges = std::vector<std::vector<uint32_t>>;

constexpr uint32_t kNoGroup = UINT32_MAX;

void collect_refs(const sats::AlgebraicType& type, size_t entry_count, std::vector<uint32_t>& refs) {
    if (type.kind == sats::TypeKind::Ref && type.ref < entry_count) refs.push_back(type.ref);
    for (const sats::TypeElement& element : type.elements) collect_refs(element.type, entry_count, refs);
}

// Entries in the order in which a depth-first walk leaves them. No recursion: a chain may be as long as the typespace.
std::vector<uint32_t> leaving_order(const Edges& edges) {
    std::vector<uint32_t> order;
    std::vector<bool> seen(edges.size());
    std::vector<std::pair<uint32_t, size_t>> path;
    for (uint32_t start = 0; start < edges.size(); ++start) {
        if (seen[start]) continue;
        seen[start] = true;
        path.push_back({start, 0});
        while (!path.empty()) {
            auto& [entry, next] = path.back();
            if (next == edges[entry].size()) {
                order.push_back(entry);
                path.pop_back();
                continue;
            }
            uint32_t target = edges[entry][next++];
            if (seen[target]) continue;
            seen[target] = true;
            path.push_back({target, 0});
        }
    }
    return order;
}

}  // namespace

// Kosaraju's algorithm.
TypeGraph::TypeGraph(const sats::Typespace& typespace) : groups_(typespace.types.size(), kNoGroup) {
    size_t count = typespace.types.size();
    Edges edges(count);
    Edges reversed(count);
    for (uint32_t entry = 0; entry < count; ++entry) {
        collect_refs(typespace.types[entry], count, edges[entry]);
        for (uint32_t target : edges[entry]) reversed[target].push_back(entry);
    }
    std::vector<uint32_t> order = leaving_order(edges);
    std::vector<uint32_t> open;
    for (size_t i = order.size(); i-- > 0;) {
        if (groups_[order[i]] != kNoGroup) continue;
        auto group = static_cast<uint32_t>(recursive_.size());
        size_t members = 0;
        open.push_back(order[i]);
        groups_[order[i]] = group;
        while (!open.empty()) {
            uint32_t entry = open.back();
            open.pop_back();
            ++members;
            for (uint32_t source : reversed[entry]) {
                if (groups_[source] != kNoGroup) continue;
                groups_[source] = group;
                open.push_back(source);
            }
        }
        const std::vector<uint32_t>& own = edges[order[i]];
        recursive_.push_back(members > 1 || std::find(own.begin(), own.end(), order[i]) != own.end());
    }
}

bool TypeGraph::contain_each_other(uint32_t a, uint32_t b) const {
    return a < groups_.size() && b < groups_.size() && groups_[a] == groups_[b] && recursive_[groups_[a]];
}

}  // namespace lightcone::codegen
