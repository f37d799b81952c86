// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <array>
#include <utility>

#include "module/abi/demangle.h"

namespace lightcone::module::abi {

namespace {

constexpr uint32_t kDepthMax = 64;
// Back-references can double what is printed at each level: stop early.
constexpr uint32_t kStepsMax = 2000;
constexpr size_t kOutputBytesMax = 512;

constexpr std::array<const char*, 26> kBasicTypes = {
    "i8",   "bool", "char", "f64",   "str",   "f32", nullptr, "u8", "isize", "usize", nullptr, "i32", "u32",
    "i128", "u128", "_",    nullptr, nullptr, "i16", "u16",   "()", "...",   nullptr, "i64",   "u64", "!"};

// Recursive descent over the grammar of the RFC. Any surprise sets failed_, after which nothing more happens.
class RustDemangler {
  public:
    explicit RustDemangler(std::string_view symbol) : symbol_(symbol) {}

    std::optional<std::string> run() {
        path();
        if (failed_ || out_.empty()) return std::nullopt;
        return std::move(out_);
    }

  private:
    // Counts nesting and steps; false ends the descent.
    bool enter() {
        if (depth_ >= kDepthMax || ++steps_ > kStepsMax || out_.size() > kOutputBytesMax) failed_ = true;
        if (failed_) return false;
        ++depth_;
        return true;
    }
    void leave() { --depth_; }

    char next() {
        if (at_ >= symbol_.size()) failed_ = true;
        return failed_ ? '\0' : symbol_[at_++];
    }
    bool accept(char c) {
        if (failed_ || at_ >= symbol_.size() || symbol_[at_] != c) return false;
        ++at_;
        return true;
    }
    void print(std::string_view text) {
        if (!silent_) out_ += text;
    }

    // Parses a part without printing it.
    template <typename Part>
    void silently(Part&& part) {
        bool was_silent = std::exchange(silent_, true);
        part();
        silent_ = was_silent;
    }

    // "_" is 0, otherwise digits of base 62, then "_": their value + 1.
    uint64_t base62() {
        if (accept('_')) return 0;
        uint64_t value = 0;
        for (char c = next(); !failed_ && c != '_'; c = next()) {
            uint64_t digit = 0;
            if (c >= '0' && c <= '9') {
                digit = static_cast<uint64_t>(c - '0');
            } else if (c >= 'a' && c <= 'z') {
                digit = static_cast<uint64_t>(c - 'a') + 10;
            } else if (c >= 'A' && c <= 'Z') {
                digit = static_cast<uint64_t>(c - 'A') + 36;
            } else {
                failed_ = true;
            }
            if (value > UINT64_MAX / 64) failed_ = true;
            value = value * 62 + digit;
        }
        return value + 1;
    }
    uint64_t disambiguator() { return accept('s') ? base62() + 1 : 0; }

    std::string_view identifier() {
        bool is_unicode = accept('u');
        size_t length = 0;
        size_t digits = 0;
        while (at_ < symbol_.size() && symbol_[at_] >= '0' && symbol_[at_] <= '9' && digits < 5) {
            length = length * 10 + static_cast<size_t>(symbol_[at_++] - '0');
            ++digits;
        }
        accept('_');
        if (digits == 0 || is_unicode || symbol_.size() - at_ < length) failed_ = true;
        if (failed_) return {};
        std::string_view name = symbol_.substr(at_, length);
        at_ += length;
        return name;
    }

    // Goes on at an earlier place; not followed where nothing is printed.
    template <typename Part>
    void back_reference(size_t start, Part&& part) {
        uint64_t target = base62();
        if (target >= start) failed_ = true;
        if (failed_ || silent_) return;
        size_t resume = at_;
        at_ = target;
        part();
        at_ = resume;
    }

    void path() {
        if (!enter()) return;
        size_t start = at_;
        switch (next()) {
            case 'C':
                disambiguator();
                print(identifier());
                break;
            case 'M':
                skip_impl_path();
                print("<");
                type();
                print(">");
                break;
            case 'X': skip_impl_path(); [[fallthrough]];
            case 'Y':
                print("<");
                type();
                print(" as ");
                path();
                print(">");
                break;
            case 'N': nested_path(); break;
            case 'I':
                path();
                generic_arguments();
                break;
            case 'B': back_reference(start, [&] { path(); }); break;
            default: failed_ = true;
        }
        leave();
    }

    void nested_path() {
        char name_space = next();
        path();
        uint64_t number = disambiguator();
        std::string_view name = identifier();
        if (name_space == 'C') {
            print(fmt::format("::{{closure#{}}}", number));
        } else if (!name.empty()) {
            print("::");
            print(name);
        }
    }

    void skip_impl_path() {
        silently([&] {
            disambiguator();
            path();
        });
    }

    void generic_arguments() {
        silently([&] {
            while (!failed_ && !accept('E')) {
                if (accept('L')) {
                    base62();
                } else if (accept('K')) {
                    constant();
                } else {
                    type();
                }
            }
        });
    }

    void constant() {
        if (!enter()) return;
        size_t start = at_;
        if (accept('B')) {
            back_reference(start, [&] { constant(); });
        } else if (!accept('p')) {
            type();
            while (!failed_ && !accept('_')) next();
        }
        leave();
    }

    void type() {
        if (!enter()) return;
        size_t start = at_;
        char c = next();
        if (c >= 'a' && c <= 'z') {
            const char* name = kBasicTypes[static_cast<size_t>(c - 'a')];
            if (name == nullptr) failed_ = true;
            if (!failed_) print(name);
        } else if (c == 'R' || c == 'Q') {
            if (accept('L')) base62();
            print(c == 'R' ? "&" : "&mut ");
            type();
        } else if (c == 'P' || c == 'O') {
            print(c == 'P' ? "*const " : "*mut ");
            type();
        } else if (c == 'A' || c == 'S') {
            print("[");
            type();
            if (c == 'A') silently([&] { constant(); });
            print(c == 'A' ? "; _]" : "]");
        } else if (c == 'T') {
            print("(");
            for (bool first = true; !failed_ && !accept('E'); first = false) {
                if (!first) print(", ");
                type();
            }
            print(")");
        } else if (c == 'B') {
            back_reference(start, [&] { type(); });
        } else if (c == 'F') {
            function_type();
        } else if (c == 'D') {
            dyn_type();
        } else {
            at_ = start;
            path();
        }
        leave();
    }

    void function_type() {
        print("fn");
        silently([&] {
            if (accept('G')) base62();
            accept('U');
            if (accept('K') && !accept('C')) identifier();
            while (!failed_ && !accept('E')) type();
            type();
        });
    }

    void dyn_type() {
        print("dyn ");
        if (accept('G')) base62();
        for (bool first = true; !failed_ && !accept('E'); first = false) {
            if (!first) print(" + ");
            path();
            while (accept('p')) {
                silently([&] {
                    identifier();
                    type();
                });
            }
        }
        if (!accept('L')) failed_ = true;
        base62();
    }

    std::string_view symbol_;
    size_t at_ = 0;
    std::string out_;
    uint32_t depth_ = 0;
    uint32_t steps_ = 0;
    bool silent_ = false;
    bool failed_ = false;
};

}  // namespace

std::optional<std::string> demangle_rust(std::string_view name) {
    if (!name.starts_with("_R")) return std::nullopt;
    return RustDemangler(name.substr(2)).run();
}

}  // namespace lightcone::module::abi
