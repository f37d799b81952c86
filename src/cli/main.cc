// SPDX-License-Identifier: Apache-2.0
// The lightcone command.
#include <cstdio>
#include <exception>

#include "cli/command_line.h"

int main(int argc, char** argv) {
    try {
        lightcone::SystemDisk disk;
        auto code = lightcone::cli::run_command_line(disk, argc, argv);
        if (code) return *code;
        std::fflush(stdout);
        std::fprintf(stderr, "Error: %s\n", code.error().message.c_str());
    } catch (const std::exception& error) {
        std::fprintf(stderr, "Error: %s\n", error.what());
    }
    return 1;
}
