// SPDX-License-Identifier: Apache-2.0
// Pieces of TypeScript text: names in the three cases, string literals, the head of every file, names that must differ.
#pragma once

#include <initializer_list>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>

namespace lightcone::codegen {

// The case conversions of schema/case_conversion.h, but a name that would stop being an identifier (`_`, `_1`) stays.
std::string camel_name(std::string_view source_name);
std::string pascal_name(std::string_view source_name);
std::string snake_name(std::string_view source_name);

// With double quotes around it.
std::string string_literal(std::string_view text);

// Comment lines that every generated file begins with, and an empty line. Later runs recognise their files by it.
std::string file_head();

// `import { A, B } from "<path>";` with a line end; nothing for no names.
std::string import_line(const std::set<std::string>& names, std::string_view path);

// Hands out names that differ from each other: the wanted one, or that with `_2`, `_3`, … behind it.
class NameSet {
  public:
    NameSet() = default;
    NameSet(std::initializer_list<std::string_view> taken);

    std::string claim(const std::string& wanted);
    bool contains(const std::string& name) const { return next_numbers_.contains(name); }

  private:
    // Of each taken name: the number to try first when it is wanted again.
    std::unordered_map<std::string, size_t> next_numbers_;
};

}  // namespace lightcone::codegen
