// SPDX-License-Identifier: Apache-2.0
#include "store/media_store.hpp"

#include <gtest/gtest.h>

#include <cerrno>

#include "base/simulated_disk.hpp"
#include "store/embedded/embedded_media_store.hpp"

namespace spanreel::store {
namespace {

constexpr std::uint64_t kLimit = 1 << 20;

class MediaStoreTest : public testing::Test {
  protected:
    void append(std::string_view directory, std::string_view name, std::string_view text) {
        auto file = media_->append_to(directory, name).value();
        ASSERT_TRUE(file->append(as_bytes(text)));
    }

    SimulatedDisk disk_;
    std::unique_ptr<MediaStore> media_ = EmbeddedMediaStore::open(disk_, "/media").value();
};

using Names = std::vector<std::string>;

TEST_F(MediaStoreTest, AppendsSealsAndReads) {
    ASSERT_TRUE(media_->create_directory("s1"));
    ASSERT_TRUE(media_->create_directory("s1"));
    auto segment = media_->append_to("s1", "000001.m4s.open").value();
    ASSERT_TRUE(segment->append(as_bytes("one ")));
    ASSERT_TRUE(segment->append(as_bytes("two")));
    EXPECT_EQ(segment->size(), 7u);
    EXPECT_EQ(media_->list("s1").value(), Names{"000001.m4s.open"});
    EXPECT_EQ(media_->read("s1", "000001.m4s.open", 4, 100).value(), "two") << "readable while it grows";
    ASSERT_TRUE(segment->seal("000001.m4s"));
    EXPECT_EQ(media_->list("s1").value(), Names{"000001.m4s"});
    EXPECT_EQ(media_->size("s1", "000001.m4s").value(), 7u);
    EXPECT_EQ(media_->read("s1", "000001.m4s", 1, 2).value(), "ne");
    EXPECT_EQ(media_->read("s1", "000001.m4s", 9, 2).value(), "");
    EXPECT_EQ(media_->read_all("s1", "000001.m4s", 7).value(), "one two");
    EXPECT_EQ(media_->read_all("s1", "000001.m4s", 6).error().code, Code::too_large);
    EXPECT_EQ(media_->list_directories().value(), Names{"s1"});
}

TEST_F(MediaStoreTest, ContinuesAndCuts) {
    ASSERT_TRUE(media_->create_directory("s1"));
    append("s1", "index", "good, torn");
    auto index = media_->append_to("s1", "index").value();
    EXPECT_EQ(index->size(), 10u);
    ASSERT_TRUE(index->truncate(4));
    ASSERT_TRUE(index->append(as_bytes("!")));
    EXPECT_EQ(media_->read_all("s1", "index", kLimit).value(), "good!");
    ASSERT_TRUE(media_->write("s1", "index", as_bytes("new")));
    EXPECT_EQ(media_->read_all("s1", "index", kLimit).value(), "new");
}

TEST_F(MediaStoreTest, CopiesRangesAcrossDirectories) {
    ASSERT_TRUE(media_->create_directory("s1"));
    ASSERT_TRUE(media_->create_directory("clip"));
    std::string large((1 << 20) + 7, 'x');
    large += "end";
    append("s1", "a", large);
    auto file = media_->append_to("clip", "b").value();
    ASSERT_TRUE(file->append(as_bytes("head")));
    ASSERT_TRUE(media_->copy("s1", "a", 1, large.size() - 1, *file));
    EXPECT_EQ(media_->read_all("clip", "b", 2 * kLimit).value(), "head" + large.substr(1));
    EXPECT_EQ(media_->copy("s1", "a", large.size() - 2, 3, *file).error().code, Code::corrupt);
    ASSERT_TRUE(media_->remove_directory("s1"));
    EXPECT_EQ(file->size(), 4 + large.size() - 1) << "a failed copy appends nothing of the short run";
}

TEST_F(MediaStoreTest, RemovesFilesAndDirectories) {
    ASSERT_TRUE(media_->create_directory("s1"));
    append("s1", "a", "x");
    append("s1", "b", "x");
    ASSERT_TRUE(media_->remove("s1", "a"));
    ASSERT_TRUE(media_->remove("s1", "a"));
    EXPECT_EQ(media_->list("s1").value(), Names{"b"});
    ASSERT_TRUE(media_->remove_directory("s1"));
    ASSERT_TRUE(media_->remove_directory("s1"));
    EXPECT_EQ(media_->list("s1").value(), Names{});
    EXPECT_EQ(media_->list_directories().value(), Names{});
    EXPECT_EQ(media_->size("s1", "b").error().code, Code::not_found);
}

TEST_F(MediaStoreTest, NamesCannotLeaveTheRoot) {
    ASSERT_TRUE(disk_.open("/secret", OpenMode::create));
    ASSERT_TRUE(media_->create_directory("s1"));
    append("s1", "a", "x");
    for (std::string name : {"..", ".", "", "../secret", "/secret", "a/b", "s1/a", ".hidden", "a\n"}) {
        EXPECT_EQ(media_->read_all(name, "a", kLimit).error().code, Code::not_found) << name;
        EXPECT_EQ(media_->read_all("s1", name, kLimit).error().code, Code::not_found) << name;
        EXPECT_FALSE(media_->create_directory(name)) << name;
        EXPECT_FALSE(media_->remove_directory(name)) << name;
        EXPECT_FALSE(media_->append_to("s1", "b").value()->seal(name)) << name;
    }
    EXPECT_FALSE(media_->size(std::string(200, 'a'), "a"));
}

TEST_F(MediaStoreTest, AFullDiskIsUnavailable) {
    ASSERT_TRUE(media_->create_directory("s1"));
    disk_.set_capacity(10);
    auto file = media_->append_to("s1", "a").value();
    ASSERT_TRUE(file->append(as_bytes("0123456")));
    EXPECT_EQ(file->append(as_bytes("789ab")).error().code, Code::unavailable);
    EXPECT_EQ(file->size(), 7u);
    EXPECT_TRUE(file->append(as_bytes("789")));
    EXPECT_EQ(media_->read_all("s1", "a", kLimit).value(), "0123456789");
}

/// Writes a session of two segments as the recorder does. What was acknowledged goes into `acknowledged`.
Result<void> record(FileSystem& files, int& acknowledged) {
    SPANREEL_TRY(auto media, EmbeddedMediaStore::open(files, "/media"));
    SPANREEL_CHECK(media->create_directory("s1"));
    SPANREEL_TRY(auto index, media->append_to("s1", "index"));
    SPANREEL_CHECK(index->append(as_bytes("0;")));
    SPANREEL_CHECK(index->sync());
    acknowledged = 0;
    for (int number : {1, 2}) {
        SPANREEL_TRY(auto segment, media->append_to("s1", fmt::format("{}.m4s.open", number)));
        SPANREEL_CHECK(segment->append(as_bytes(std::string(700, 'a'))));
        SPANREEL_CHECK(segment->append(as_bytes(std::string(700, 'b'))));
        SPANREEL_CHECK(segment->seal(fmt::format("{}.m4s", number)));
        SPANREEL_CHECK(index->append(as_bytes(fmt::format("{};", number))));
        SPANREEL_CHECK(index->sync());
        acknowledged = number;
    }
    return {};
}

/// Power fails at every operation in turn, with several outcomes each. True when something acknowledged was missing.
bool loses_media(std::optional<std::uint64_t> without_sync) {
    const std::string whole = std::string(700, 'a') + std::string(700, 'b');
    for (std::uint64_t operations = 0; operations < 25; ++operations)
        for (std::uint64_t seed = 0; seed < 20; ++seed) {
            SimulatedDisk disk;
            disk.ignore_syncs([&](const SimulatedDisk::SyncCall& call) { return call.index == without_sync; });
            disk.power_off_after(operations);
            int acknowledged = -1;
            (void)record(disk, acknowledged);
            auto after = disk.crash(seed);
            auto media = EmbeddedMediaStore::open(*after, "/media").value();
            std::string expected_index =
                std::string("0;1;2;").substr(0, 2 * static_cast<std::size_t>(acknowledged + 1));
            auto index = media->read_all("s1", "index", kLimit);
            if (acknowledged >= 0 && (!index || !index->starts_with(expected_index))) return true;
            for (int number : {1, 2}) {
                auto segment = media->read_all("s1", fmt::format("{}.m4s", number), kLimit);
                if (number <= acknowledged && !segment) return true;
                if (segment && *segment != whole) return true;  // the final name never stands for half a file
            }
        }
    return false;
}

TEST(MediaStoreCrash, WhatWasAcknowledgedSurvivesPowerLoss) { EXPECT_FALSE(loses_media(std::nullopt)); }

TEST(MediaStoreCrash, NoSyncCanBeLeftOut) {
    SimulatedDisk disk;
    int acknowledged = -1;
    ASSERT_TRUE(record(disk, acknowledged));
    for (std::uint64_t sync = 0; sync < disk.sync_count(); ++sync) EXPECT_TRUE(loses_media(sync)) << "sync " << sync;
}

}  // namespace
}  // namespace spanreel::store
