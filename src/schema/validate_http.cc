// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>
#include <set>

#include "schema/identifier.h"
#include "schema/validate.h"

namespace lightcone::schema {

namespace {

bool is_valid_path(std::string_view path) {
    if (path.empty()) return true;
    return path.front() == '/' && std::all_of(path.begin(), path.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '~' || c == '/';
           });
}

void set_method(const raw::MethodOrAny& raw, HttpRouteDef& route) {
    const raw::HttpMethod* method = std::get_if<1>(&raw);
    if (method == nullptr) {
        route.method = raw::SumText<raw::MethodOrAny>::kVariants[0];
    } else if (const std::string* extension = std::get_if<std::string>(method)) {
        route.method = *extension;
        route.is_extension = true;
    } else {
        route.method = raw::SumText<raw::HttpMethod>::kVariants[method->index()];
    }
}

// Methods that one path has so far; Any overlaps all others.
struct MethodsOfPath {
    bool any = false;
    std::set<std::pair<bool, std::string>> methods;

    bool add(const HttpRouteDef& route) {
        bool is_any = !route.is_extension && route.method == raw::SumText<raw::MethodOrAny>::kVariants[0];
        bool overlaps = any || (is_any && !methods.empty()) || methods.contains({route.is_extension, route.method});
        if (is_any) any = true;
        methods.emplace(route.is_extension, route.method);
        return !overlaps;
    }
};

}  // namespace

void validate_http(Validation& v) {
    std::unordered_map<std::string_view, uint32_t> handlers;
    std::unordered_set<std::string> taken;
    for (const raw::HttpHandler& raw : v.source.http_handlers) {
        HttpHandlerDef handler{raw.source_name, v.naming.function(raw.source_name)};
        v.errors.add_identifier(RuleKind::Http, identifier_error(handler.source_name));
        if (handler.name != handler.source_name) {
            v.errors.add_identifier(RuleKind::Http, identifier_error(handler.name));
        }
        if (!taken.insert(handler.name).second) {
            v.errors.add(RuleKind::Http, "HTTP handler name {} is used for multiple HTTP handlers", handler.name);
        }
        handlers.emplace(raw.source_name, static_cast<uint32_t>(v.def.http_handlers.size()));
        v.def.http_handlers.push_back(std::move(handler));
    }
    std::map<std::string_view, MethodsOfPath> paths;
    for (const raw::HttpRoute& raw : v.source.http_routes) {
        HttpRouteDef route;
        route.path = raw.path;
        set_method(raw.method, route);
        if (!is_valid_path(route.path)) {
            v.errors.add(RuleKind::Http,
                         "HTTP route path `{}` is invalid; allowed characters are ASCII lowercase letters, digits and "
                         "`-_~/`",
                         route.path);
        }
        auto handler = handlers.find(raw.handler_function);
        if (handler == handlers.end()) {
            v.errors.add(RuleKind::Http, "HTTP route refers to unknown HTTP handler `{}`", raw.handler_function);
            continue;
        }
        route.handler = handler->second;
        if (!paths[raw.path].add(route)) {
            v.errors.add(RuleKind::Http, "HTTP route duplicates method {} for path {}", route.method, route.path);
        }
        v.def.http_routes.push_back(std::move(route));
    }
}

}  // namespace lightcone::schema
