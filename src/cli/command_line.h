// SPDX-License-Identifier: Apache-2.0
// Arguments of the lightcone command, and which command they ask for.
#pragma once

#include "base/file.h"

namespace lightcone::cli {

// Parses and runs; the process' exit code (2 for a usage error, already printed). Errors: what the command failed with.
Result<int> run_command_line(Disk& disk, int argc, char** argv);

}  // namespace lightcone::cli
