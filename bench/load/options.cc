// SPDX-License-Identifier: Apache-2.0
#include "load/options.h"

#include <cstdio>
#include <cstdlib>
#include <functional>
#include <map>
#include <string_view>

namespace lightcone::bench {

Options parse_options(int argc, char** argv) {
    Options o;
    auto number = [](auto& field) {
        return [&field](const std::string& v) {
            field = static_cast<std::remove_reference_t<decltype(field)>>(std::stod(v));
        };
    };
    auto text = [](std::string& field) { return [&field](const std::string& v) { field = v; }; };
    std::map<std::string, std::function<void(const std::string&)>, std::less<>> setters = {
        {"workload", text(o.workload)},
        {"host", text(o.host)},
        {"port", number(o.port)},
        {"database", text(o.database)},
        {"protocol", text(o.protocol)},
        {"confirmed", [&](const std::string& v) { o.confirmed = v == "true"; }},
        {"connections", number(o.connections)},
        {"in-flight", number(o.in_flight)},
        {"accounts", number(o.accounts)},
        {"zipf", number(o.zipf)},
        {"warmup", number(o.warmup_seconds)},
        {"seconds", number(o.seconds)},
        {"server-pid", number(o.server_pid)},
        {"request-bytes", number(o.request_bytes)},
        {"directory", text(o.directory)},
    };
    for (int i = 1; i < argc; ++i) {
        std::string_view argument = argv[i];
        size_t equals = argument.find('=');
        auto setter = argument.starts_with("--") && equals != std::string_view::npos
                          ? setters.find(argument.substr(2, equals - 2))
                          : setters.end();
        if (setter == setters.end()) {
            std::fprintf(stderr, "unknown argument %s; arguments are --name=value:", argv[i]);
            for (const auto& [name, ignored] : setters) std::fprintf(stderr, " %s", name.c_str());
            std::fprintf(stderr, "\n");
            std::exit(2);
        }
        setter->second(std::string(argument.substr(equals + 1)));
    }
    return o;
}

}  // namespace lightcone::bench
