// SPDX-License-Identifier: Apache-2.0
// Row types of the kitchen module: every column type there is.
#pragma once

#include <lightcone/module.h>

enum class Colour : uint8_t { Red, Green, DarkBlue };

struct Point {
    int32_t x;
    int32_t y;
};

struct Nothing {};
struct Circle {
    Point centre;
    float radius;
};
struct Shape : std::variant<Nothing, Circle, lightcone::Case<"Label", std::string>, uint32_t> {
    using variant::variant;
};

// A type that contains itself, allowed in arguments but not in columns.
struct Tree {
    std::string name;
    std::vector<Tree> branches;
};

struct Scalars {
    uint32_t id;
    bool flag;
    int8_t i8;
    uint8_t u8;
    int16_t i16;
    uint16_t u16;
    int32_t i32;
    uint32_t u32;
    int64_t i64;
    uint64_t u64;
    lightcone::i128 i128;
    lightcone::u128 u128;
    lightcone::i256 i256;
    lightcone::u256 u256;
    float f32;
    double f64;
};

struct Composite {
    uint64_t id;
    std::string text;
    std::vector<uint8_t> bytes;
    std::vector<std::string> words;
    std::vector<bool> flags;
    std::optional<int64_t> maybe;
    std::optional<std::vector<uint16_t>> maybe_list;
    std::expected<uint32_t, std::string> outcome;
    Point point;
    std::vector<Point> path;
    Colour colour;
    Shape shape;
    lightcone::Identity identity;
    lightcone::ConnectionId connection;
    lightcone::Timestamp at;
    lightcone::TimeDuration duration;
    lightcone::Uuid uuid;
    lightcone::ScheduleAt schedule;
};

struct Person {
    uint64_t id;
    std::string email;
    std::string name;
    std::string city;
    uint8_t age;
    uint16_t level;
    Colour team;
    int32_t score;
    std::string motto;
};

// The last generated column is as wide as they get.
struct Counted {
    uint8_t id;
    int16_t second;
    std::string text;
    lightcone::u256 wide;
};

struct Slot {
    uint32_t shelf;
    uint32_t place;
    std::string item;
};

struct Signal {
    uint32_t number;
    std::string text;
};

struct Timer {
    uint64_t id;
    lightcone::ScheduleAt due;
    std::string text;
};

struct Note {
    std::string text;
};

// What the question_… reducers found out.
struct Answer {
    uint64_t id;
    std::string question;
    std::string text;
};
