// SPDX-License-Identifier: Apache-2.0
#include "base/files.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

namespace spanreel {
namespace {

class FilesTest : public testing::Test {
  protected:
    FilesTest() : root_(testing::TempDir() + "files_test_" + std::to_string(::getpid())) {
        EXPECT_TRUE(files_.create_directories(root_ / "a/b"));
    }
    ~FilesTest() override { std::filesystem::remove_all(root_); }

    FileSystem& files_ = posix_file_system();
    Path root_;
};

TEST_F(FilesTest, WritesReadsAndTruncates) {
    auto file = files_.open(root_ / "f", OpenMode::create_new).value();
    ASSERT_TRUE(file->write_at(2, as_bytes("hello")));
    ASSERT_TRUE(file->sync());
    EXPECT_EQ(file->size().value(), 7u);
    std::array<std::uint8_t, 16> buffer{};
    EXPECT_EQ(file->read_at(2, buffer).value(), 5u);
    EXPECT_EQ(as_text(ByteView(buffer).first(5)), "hello");
    ASSERT_TRUE(file->truncate(3));
    EXPECT_EQ(file->size().value(), 3u);
    EXPECT_EQ(files_.open(root_ / "f", OpenMode::create_new).error().code, Code::conflict);
    EXPECT_EQ(files_.open(root_ / "none", OpenMode::read).error().code, Code::not_found);
}

TEST_F(FilesTest, MakesDirectoriesAlsoWhenTheyAreThere) {
    for (int times = 0; times < 2; ++times) {
        ASSERT_TRUE(make_lasting_directory(files_, root_ / "x/y/"));
        EXPECT_TRUE(files_.list(root_ / "x/y").value().empty());
    }
    ASSERT_TRUE(files_.open(root_ / "f", OpenMode::create));
    EXPECT_FALSE(make_lasting_directory(files_, root_ / "f/g"));
}

/// Whoever runs the tests, `root` too, is nobody special while it lives.
class NoPrivileges {
  public:
    explicit NoPrivileges(const Path& path) {
        if (::geteuid() != 0) return;
        EXPECT_EQ(::chown(path.c_str(), kNobody, kNobody), 0);
        EXPECT_EQ(::seteuid(kNobody), 0);
    }
    ~NoPrivileges() {
        if (::getuid() == 0) EXPECT_EQ(::seteuid(0), 0);
    }

  private:
    static constexpr uid_t kNobody = 65534;
};

TEST_F(FilesTest, ADirectoryMayLieInOneThatCannotBeListed) {
    using std::filesystem::perms;
    Path parent = root_ / "closed";
    ASSERT_TRUE(files_.create_directories(parent / "data"));
    NoPrivileges nobody(parent);
    std::filesystem::permissions(parent, perms::owner_write | perms::owner_exec);
    Result<void> made = make_lasting_directory(files_, parent / "data");
    EXPECT_TRUE(made) << made.error().message;
    Result<void> new_one = make_lasting_directory(files_, parent / "other");
    ASSERT_FALSE(new_one) << "its name may not last";
    EXPECT_NE(new_one.error().message.find("right to read (list)"), std::string::npos) << new_one.error().message;
    std::filesystem::permissions(parent, perms::owner_all);
}

TEST_F(FilesTest, ReplaceLeavesNoTemporaryFile) {
    ASSERT_TRUE(replace_file(files_, root_ / "key", as_bytes("one, longer")));
    ASSERT_TRUE(replace_file(files_, root_ / "key", as_bytes("two")));
    EXPECT_EQ(read_file(files_, root_ / "key", 100).value(), "two");
    EXPECT_EQ(read_file(files_, root_ / "key", 2).error().code, Code::too_large);
    EXPECT_EQ(files_.list(root_).value(), (std::vector<std::string>{"a", "key"}));
}

}  // namespace
}  // namespace spanreel
