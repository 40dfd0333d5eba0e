// SPDX-License-Identifier: Apache-2.0
#include "access/key_ring.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <set>

#include "base/encoding.hpp"
#include "base/ids.hpp"
#include "store/embedded/embedded_meta_store.hpp"

namespace spanreel::access {
namespace {

/// What one process has open on a data directory.
struct Process {
    explicit Process(const Path& directory, const UnixMillis& clock)
        : database(store::Database::open(directory / "spanreel.db").value()),
          meta(*database),
          ring(meta, [&clock] { return clock; }) {}

    std::unique_ptr<store::Database> database;
    store::EmbeddedMetaStore meta;
    KeyRing ring;
};

class KeyRingTest : public testing::Test {
  protected:
    KeyRingTest() : directory_(testing::TempDir() + "key_ring_test_" + std::to_string(::getpid())) {
        std::filesystem::create_directories(directory_);
        process_.emplace(directory_, clock_);
    }
    ~KeyRingTest() override {
        process_.reset();
        std::filesystem::remove_all(directory_);
    }
    KeyRing& ring() { return process_->ring; }

    Path directory_;
    UnixMillis clock_{Millis(1'700'000'000'000)};
    std::optional<Process> process_;
};

TEST_F(KeyRingTest, TheFirstKeyIsMadeOnce) {
    std::optional<NewKey> first = ring().ensure_first_key().value();
    ASSERT_TRUE(first);
    EXPECT_EQ(ring().ensure_first_key().value().has_value(), false);
    Principal principal = ring().authenticate(first->secret).value();
    Workspace workspace = ring().open_workspace("default").value();
    EXPECT_EQ(principal, (Principal{.workspace = workspace.id,
                                    .user_id = workspace.user_id,
                                    .default_project = workspace.default_project,
                                    .key_id = first->key.id,
                                    .key_name = "first key",
                                    .scopes = {.admin = true}}));
    EXPECT_TRUE(is_uuid(workspace.default_project));
}

TEST_F(KeyRingTest, SecretsHaveOneForm) {
    Workspace workspace = ring().open_workspace("w").value();
    std::set<std::string> secrets;
    for (int i = 0; i < 20; ++i) {
        NewKey made = ring().create_key(workspace.id, {.name = "n"}).value();
        EXPECT_EQ(made.secret.size(), 43u);
        EXPECT_TRUE(made.secret.starts_with("sk_"));
        EXPECT_EQ(
            made.secret.substr(3).find_first_not_of("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"),
            std::string::npos);
        EXPECT_EQ(made.key.secret_hash, sha256(as_bytes(made.secret)));
        secrets.insert(made.secret);
    }
    EXPECT_EQ(secrets.size(), 20u);
}

TEST_F(KeyRingTest, SecretsAreNotOnTheDisk) {
    NewKey made = ring().create_key(ring().open_workspace("w").value().id, {.name = "the name"}).value();
    std::string bytes;
    for (std::string name : {"spanreel.db", "spanreel.db-wal"})
        bytes += read_file(posix_file_system(), directory_ / name, 10 << 20).value();
    EXPECT_NE(bytes.find("the name"), std::string::npos);
    EXPECT_EQ(bytes.find(made.secret.substr(3)), std::string::npos);
}

TEST_F(KeyRingTest, RefusesWhatItDoesNotKnow) {
    NewKey made = ring().ensure_first_key().value().value();
    for (const std::string& secret : {std::string(), std::string("sk_"), made.secret + "x", made.secret.substr(1),
                                      std::string(kMaxSecretLength + 1, 'a'), made.key.secret_hash, made.key.id}) {
        Error error = ring().authenticate(secret).error();
        EXPECT_EQ(error.code, Code::unauthorized);
        EXPECT_EQ(error.message, "unknown API key");
    }
}

TEST_F(KeyRingTest, ProjectsAndExpiry) {
    Workspace workspace = ring().open_workspace("w").value();
    NewKey made =
        ring().create_key(workspace.id, {.name = "n", .project = "project", .expires_at = clock_ + Millis(10)}).value();
    EXPECT_EQ(ring().authenticate(made.secret).value().project, "project");
    clock_ += Millis(9);
    EXPECT_TRUE(ring().authenticate(made.secret));
    clock_ += Millis(1);
    EXPECT_EQ(ring().authenticate(made.secret).error().code, Code::unauthorized);
}

TEST_F(KeyRingTest, RevokingWorksAtOnce) {
    NewKey made = ring().ensure_first_key().value().value();
    ASSERT_TRUE(ring().authenticate(made.secret));
    EXPECT_EQ(ring().revoke("another workspace", made.key.id).error().code, Code::not_found);
    ASSERT_TRUE(ring().revoke(made.key.workspace, made.key.id));
    EXPECT_EQ(ring().authenticate(made.secret).error().code, Code::unauthorized);
    EXPECT_EQ(ring().revoke(made.key.workspace, made.key.id).error().code, Code::not_found);
    EXPECT_EQ(ring().list(made.key.workspace).value().front().revoked_at, clock_);
}

TEST_F(KeyRingTest, AUserReadsAndWritesAllOfTheirWorkspace) {
    Process other(directory_, clock_);
    EXPECT_EQ(ring().principal_of_user("nobody").error().code, Code::unauthorized);
    const Workspace workspace = other.ring.open_workspace("w").value();
    EXPECT_EQ(ring().principal_of_user(workspace.user_id),
              (Principal{.workspace = workspace.id,
                         .user_id = workspace.user_id,
                         .default_project = workspace.default_project,
                         .scopes = {.read = true, .write = true, .ingest = false, .admin = false}}));
}

TEST_F(KeyRingTest, ChangesOfAnotherProcessCountAtOnce) {
    Process other(directory_, clock_);
    NewKey made = ring().ensure_first_key().value().value();
    for (int i = 0; i < 20; ++i) {
        NewKey key = other.ring.create_key(made.key.workspace, {.name = "n"}).value();
        EXPECT_TRUE(ring().authenticate(key.secret)) << i;
        ASSERT_TRUE(other.ring.revoke(made.key.workspace, key.key.id));
        EXPECT_FALSE(ring().authenticate(key.secret)) << i;
    }
    EXPECT_EQ(other.ring.open_workspace("default").value().id, made.key.workspace);
}

TEST_F(KeyRingTest, AFullWorkspaceForgetsWhatWasRevokedFirst) {
    Workspace workspace = ring().open_workspace("w").value();
    std::vector<std::string> ids;
    for (std::size_t i = 0; i < kMaxKeys; ++i)
        ids.push_back(ring().create_key(workspace.id, {.name = "n"}).value().key.id);
    EXPECT_EQ(ring().create_key(workspace.id, {.name = "n"}).error().code, Code::exhausted);
    for (std::size_t i : {5u, 3u}) {
        clock_ += Millis(1);
        ASSERT_TRUE(ring().revoke(workspace.id, ids[i]));
    }
    EXPECT_TRUE(ring().create_key(workspace.id, {.name = "n"}));
    std::vector<ApiKey> keys = ring().list(workspace.id).value();
    EXPECT_EQ(keys.size(), kMaxKeys);
    EXPECT_EQ(std::ranges::count(keys, ids[5], &ApiKey::id), 0);
    EXPECT_EQ(std::ranges::count(keys, ids[3], &ApiKey::id), 1);
    EXPECT_TRUE(ring().create_key(ring().open_workspace("other").value().id, {.name = "n"}));
}

TEST_F(KeyRingTest, OriginsAreThoseThatBrowsersSend) {
    Workspace workspace = ring().open_workspace("w").value();
    auto takes = [&](std::string origin) {
        return ring()
            .create_key(workspace.id, {.name = "n", .cors = {.allowed_origins = {std::move(origin)}}})
            .has_value();
    };
    for (const char* origin : {"*", "https://a.example", "http://localhost:3000", "http://[::1]:8080", "app://x"})
        EXPECT_TRUE(takes(origin)) << origin;
    for (const char* origin : {"", "a.example", "https://", "://a", "https://A.example", "HTTPS://a", "https://a/b",
                               "https://u@a", "https://a:443", "http://a:80", "https://a b", "null"})
        EXPECT_FALSE(takes(origin)) << origin;
}

TEST_F(KeyRingTest, ChecksWhatItIsGiven) {
    EXPECT_EQ(ring().create_key("nowhere", {.name = "n"}).error().code, Code::not_found);
    EXPECT_EQ(ring().open_workspace("").error().code, Code::invalid);
    EXPECT_EQ(ring().open_workspace(std::string(kMaxNameLength + 1, 'n')).error().code, Code::invalid);
    Workspace workspace = ring().open_workspace("w").value();
    EXPECT_EQ(ring().create_key(workspace.id, {.name = std::string(kMaxNameLength + 1, 'n')}).error().field, "name");
    EXPECT_EQ(
        ring().create_key(workspace.id, {.name = "n", .project = std::string(kMaxNameLength + 1, 'n')}).error().field,
        "project");
}

}  // namespace
}  // namespace spanreel::access
