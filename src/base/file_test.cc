// SPDX-License-Identifier: Apache-2.0
#include "base/file.h"

#include <gtest/gtest.h>
#include <stdlib.h>

namespace lightcone {

class SystemDiskTest : public testing::Test {
  protected:
    void SetUp() override {
        char pattern[] = "/tmp/lightcone-file-XXXXXX";
        directory_ = ::mkdtemp(pattern);
    }
    void TearDown() override { ASSERT_TRUE(disk_.remove_tree(directory_).has_value()); }
    std::string path(const std::string& name) const { return directory_ + "/" + name; }

    SystemDisk disk_;
    std::string directory_;
};

TEST_F(SystemDiskTest, atomic_write_replaces_the_whole_file) {
    ASSERT_TRUE(disk_.write_file_atomically(path("a"), as_bytes("first, longer")).has_value());
    ASSERT_TRUE(disk_.write_file_atomically(path("a"), as_bytes("second")).has_value());
    EXPECT_EQ(as_text(disk_.read_file(path("a")).value()), "second");
    EXPECT_EQ(disk_.list(directory_).value(), std::vector<std::string>{"a"});
}

TEST_F(SystemDiskTest, a_left_over_partial_file_does_not_disturb_the_next_write) {
    ASSERT_TRUE(disk_.open(path("a.new"), OpenMode::CreateNew, 0644).has_value());
    ASSERT_TRUE(disk_.write_file_atomically(path("a"), as_bytes("x")).has_value());
    EXPECT_FALSE(disk_.exists(path("a.new")).value());
}

TEST_F(SystemDiskTest, errors_name_operation_and_path) {
    auto missing = disk_.open(path("none"), OpenMode::ReadOnly, 0644);
    ASSERT_FALSE(missing.has_value());
    EXPECT_EQ(missing.error().code, ErrorCode::NotFound);
    EXPECT_NE(missing.error().message.find("cannot open " + path("none")), std::string::npos);
}

TEST_F(SystemDiskTest, reads_stop_at_the_end_of_the_file) {
    auto file = disk_.open(path("b"), OpenMode::CreateNew, 0644).value();
    ASSERT_TRUE(file->pwrite(as_bytes("hello"), 3).has_value());
    Bytes out(16);
    EXPECT_EQ(file->pread(out, 0).value(), 8u);
    EXPECT_EQ(as_text(ByteView(out).subspan(3, 5)), "hello");
    ASSERT_TRUE(file->truncate(4).has_value());
    EXPECT_EQ(file->size().value(), 4u);
}

}  // namespace lightcone
