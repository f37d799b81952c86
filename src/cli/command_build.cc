// SPDX-License-Identifier: Apache-2.0
// lightcone build: compiles a module to WebAssembly. C++ modules with the clang of this machine and the SDK's flags;
// Rust modules with their own cargo.
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <sstream>

#include "cli/commands.h"

extern char** environ;

namespace lightcone::cli {

namespace {

namespace fs = std::filesystem;

Result<void> run_program(const std::vector<std::string>& words, const std::string& directory = "") {
    std::vector<char*> argv;
    for (const std::string& word : words) argv.push_back(const_cast<char*>(word.c_str()));
    argv.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    if (!directory.empty()) posix_spawn_file_actions_addchdir_np(&actions, directory.c_str());
    pid_t child = 0;
    int code = posix_spawnp(&child, argv[0], &actions, nullptr, argv.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    if (code != 0) return fail(ErrorCode::NotFound, "`{}` not found in PATH", words[0]);
    int status = 0;
    waitpid(child, &status, 0);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        return fail(ErrorCode::Aborted, "{} failed with status {}", words[0],
                    WIFEXITED(status) ? WEXITSTATUS(status) : -1);
    }
    return {};
}

// The C++ module library: LIGHTCONE_SDK, or found beside this program (a checkout or an installation).
Result<std::string> find_sdk() {
    std::vector<std::string> candidates;
    if (const char* given = std::getenv("LIGHTCONE_SDK")) candidates.emplace_back(given);
    std::error_code code;
    for (fs::path at = fs::read_symlink("/proc/self/exe", code).parent_path(); at.has_relative_path();
         at = at.parent_path()) {
        candidates.push_back((at / "sdk/cpp-module").string());
        candidates.push_back((at / "share/lightcone/sdk/cpp-module").string());
    }
    for (const std::string& candidate : candidates) {
        if (fs::exists(candidate + "/include/lightcone/module.h", code)) return candidate;
    }
    return fail(ErrorCode::NotFound,
                "the C++ module library is not beside this program; set LIGHTCONE_SDK to its folder (sdk/cpp-module)");
}

Result<std::vector<std::string>> read_flags(Disk& disk, const std::string& path) {
    Bytes bytes = TRY(disk.read_file(path));
    std::istringstream lines{std::string(as_text(bytes))};
    std::vector<std::string> flags;
    for (std::string line; std::getline(lines, line);) {
        if (!line.empty() && line[0] != '#') flags.push_back(line);
    }
    return flags;
}

Result<std::string> build_cpp(Context& context, const fs::path& directory, const BuildOptions& options) {
    std::string sdk = TRY(find_sdk());
    std::vector<std::string> words = {"clang++-19"};
    for (std::string& flag : TRY(read_flags(context.disk, sdk + "/compile_flags.txt")))
        words.push_back(std::move(flag));
    if (options.debug) words.push_back("-O1");
    words.push_back("-I" + sdk + "/include");
    std::vector<std::string> sources;
    std::error_code code;
    fs::path source_directory = fs::exists(directory / "src", code) ? directory / "src" : directory;
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(source_directory, code)) {
        std::string extension = entry.path().extension().string();
        if (extension == ".cc" || extension == ".cpp" || extension == ".cxx") sources.push_back(entry.path().string());
    }
    if (sources.empty()) return fail(ErrorCode::NotFound, "no .cc or .cpp file in {}", source_directory.string());
    std::sort(sources.begin(), sources.end());
    words.insert(words.end(), sources.begin(), sources.end());
    fs::create_directories(directory / "build", code);
    std::string result =
        (directory / "build" / (fs::absolute(directory).lexically_normal().filename().string() + ".wasm")).string();
    words.push_back("-o");
    words.push_back(result);
    TRY_VOID(run_program(words));
    return result;
}

Result<std::string> build_rust(const fs::path& directory, const BuildOptions& options) {
    std::vector<std::string> words = {"cargo", "build", "--target=wasm32-unknown-unknown"};
    if (!options.debug) words.push_back("--release");
    TRY_VOID(run_program(words, directory.string()));
    std::error_code code;
    fs::path output = directory / "target/wasm32-unknown-unknown" / (options.debug ? "debug" : "release");
    for (const fs::directory_entry& entry : fs::directory_iterator(output, code)) {
        if (entry.path().extension() == ".wasm") return entry.path().string();
    }
    return fail(ErrorCode::NotFound, "cargo left no .wasm file in {}", output.string());
}

}  // namespace

Result<std::string> build_module(Context& context, const BuildOptions& options) {
    std::error_code code;
    fs::path directory = options.module_path;
    if (directory.empty()) directory = fs::is_directory("spacetimedb", code) ? "spacetimedb" : ".";
    if (!fs::is_directory(directory, code)) {
        return fail(ErrorCode::NotFound, "Project path does not exist: {}", directory.string());
    }
    std::string result;
    if (fs::exists(directory / "Cargo.toml", code)) {
        result = TRY(build_rust(directory, options));
    } else if (fs::exists(directory / "package.json", code)) {
        return fail(ErrorCode::Unsupported, "JavaScript modules are not supported yet ({})", directory.string());
    } else {
        result = TRY(build_cpp(context, directory, options));
    }
    std::puts("Build finished successfully.");
    return result;
}

Result<int> run_build(Context& context, const BuildOptions& options) {
    std::string result = TRY(build_module(context, options));
    std::printf("%s\n", result.c_str());
    return 0;
}

}  // namespace lightcone::cli
