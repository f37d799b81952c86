// SPDX-License-Identifier: Apache-2.0
#include "database/module_log.h"

#include <gtest/gtest.h>
#include <stdlib.h>

namespace lightcone::database {

namespace {

using module::LogLine;

class ModuleLogTest : public testing::Test {
  protected:
    void SetUp() override {
        char pattern[] = "/tmp/lightcone-log-XXXXXX";
        directory_ = ::mkdtemp(pattern);
    }
    void TearDown() override { ASSERT_TRUE(disk_.remove_tree(directory_).has_value()); }

    static LogLine line_of(std::string_view message, int64_t timestamp) {
        LogLine line;
        line.message = message;
        line.timestamp_micros = timestamp;
        return line;
    }

    SystemDisk disk_;
    ManualClock clock_;
    std::string directory_;
};

}  // namespace

TEST_F(ModuleLogTest, a_line_is_json_with_its_keys_in_order) {
    ModuleLog log(disk_, clock_, directory_);
    LogLine line = line_of("say \"hi\"\n", clock_.wall_micros());
    line.level = LogLine::Level::Warn;
    line.target = "chat";
    line.filename = "src/lib.rs";
    line.line_number = 12;
    line.function = "send";
    log.write(line);
    EXPECT_EQ(log.read(std::nullopt).value(),
              "{\"level\":\"Warn\",\"ts\":1700000000000000,\"target\":\"chat\",\"filename\":\"src/"
              "lib.rs\",\"line_number\":12,"
              "\"function\":\"send\",\"message\":\"say \\\"hi\\\"\\n\"}\n");
}

TEST_F(ModuleLogTest, panics_carry_a_trace_and_nothing_else_does) {
    ModuleLog log(disk_, clock_, directory_);
    std::vector<std::string> trace = {"chat::send", "core::panic"};
    LogLine line = line_of("boom", clock_.wall_micros());
    line.trace = trace;
    log.write(line);
    line.level = LogLine::Level::Panic;
    log.write(line);
    std::string text = log.read(std::nullopt).value();
    EXPECT_EQ(text.find("trace"), text.rfind("trace"));
    EXPECT_NE(text.find("\"trace\":[{\"func_name\":\"chat::send\"},{\"func_name\":\"core::panic\"}]"),
              std::string::npos);
}

TEST_F(ModuleLogTest, read_gives_exactly_the_last_lines) {
    for (const std::string& directory : {directory_, std::string()}) {
        ModuleLog log(disk_, clock_, directory);
        for (int i = 0; i < 5; ++i) log.write(line_of(std::to_string(i), clock_.wall_micros()));
        auto count = [](const std::string& text) { return std::count(text.begin(), text.end(), '\n'); };
        EXPECT_EQ(count(log.read(std::nullopt).value()), 5);
        EXPECT_EQ(count(log.read(6).value()), 5);
        EXPECT_EQ(log.read(0).value(), "");
        std::string two = log.read(2).value();
        EXPECT_EQ(count(two), 2);
        EXPECT_NE(two.find("\"message\":\"3\""), std::string::npos);
        EXPECT_TRUE(two.ends_with("\"message\":\"4\"}\n"));
    }
}

TEST_F(ModuleLogTest, each_day_has_its_file_and_only_today_is_read) {
    ModuleLog log(disk_, clock_, directory_);
    log.write(line_of("yesterday", clock_.wall_micros()));
    clock_.advance_micros(86'400'000'000);
    log.write(line_of("today", clock_.wall_micros()));
    EXPECT_EQ(disk_.list(directory_).value(), (std::vector<std::string>{"2023-11-14.log", "2023-11-15.log"}));
    std::string text = log.read(std::nullopt).value();
    EXPECT_EQ(text.find("yesterday"), std::string::npos);
    EXPECT_NE(text.find("today"), std::string::npos);
}

TEST_F(ModuleLogTest, a_second_opening_appends) {
    for (const char* text : {"first", "second"}) {
        ModuleLog log(disk_, clock_, directory_);
        log.write(line_of(text, clock_.wall_micros()));
    }
    ModuleLog log(disk_, clock_, directory_);
    std::string text = log.read(std::nullopt).value();
    EXPECT_LT(text.find("first"), text.find("second"));
}

TEST_F(ModuleLogTest, followers_get_new_lines_until_they_refuse) {
    ModuleLog log(disk_, clock_, directory_);
    log.write(line_of("before", clock_.wall_micros()));
    std::vector<std::string> got;
    uint64_t id = log.follow([&](std::string_view line) {
        got.emplace_back(line);
        return got.size() < 2;
    });
    for (const char* text : {"a", "b", "c"}) log.write(line_of(text, clock_.wall_micros()));
    ASSERT_EQ(got.size(), 2u);
    EXPECT_NE(got[0].find("\"a\""), std::string::npos);
    log.unfollow(id);
}

}  // namespace lightcone::database
