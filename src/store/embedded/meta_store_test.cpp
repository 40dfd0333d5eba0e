// SPDX-License-Identifier: Apache-2.0
#include "store/meta_store.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <set>
#include <thread>

#include "base/ids.hpp"
#include "store/embedded/embedded_meta_store.hpp"
#include "store/embedded/meta_tables.hpp"

namespace spanreel::store {
namespace {

UnixMillis at(std::int64_t millis) { return UnixMillis(Millis(millis)); }

class MetaStoreTest : public testing::Test {
  protected:
    MetaStoreTest() : directory_(testing::TempDir() + "meta_store_test_" + std::to_string(::getpid())) {
        std::filesystem::create_directories(directory_);
        database_ = Database::open(directory_ / "spanreel.db").value();
        embedded_ = std::make_unique<EmbeddedMetaStore>(*database_);
    }
    ~MetaStoreTest() override {
        embedded_.reset();
        database_.reset();
        std::filesystem::remove_all(directory_);
    }

    MetaStore& store() { return *embedded_; }

    Stream make_stream(std::string name = "a stream") {
        std::string id = make_uuid();
        return {.id = id,
                .workspace = "w",
                .name = std::move(name),
                .stream_key = make_base36(16),
                .playback_id = make_base36(16),
                .profiles = "[]",
                .created_at = at(++clock_)};
    }
    StreamSession make_session(std::string stream_id = "s") {
        return {.id = make_uuid(), .workspace = "w", .stream_id = std::move(stream_id), .created_at = at(++clock_)};
    }
    Asset make_asset(AssetSource source = AssetSource::recording) {
        return {.id = make_uuid(),
                .workspace = "w",
                .playback_id = make_base36(16),
                .source = source,
                .created_at = at(++clock_)};
    }
    Task make_task() { return {.id = make_uuid(), .workspace = "w", .created_at = at(++clock_)}; }
    void put(const auto& object) {
        Result<void> created = store().create(object);
        ASSERT_TRUE(created) << created.error().message;
    }
    static std::vector<std::string> names(const Page<Stream>& page) {
        std::vector<std::string> out;
        for (const Stream& stream : page.items) out.push_back(stream.name);
        return out;
    }
    std::vector<std::string> listed(ListQuery query) {
        query.workspace = "w";
        return names(store().list_streams(query).value());
    }

    Path directory_;
    std::unique_ptr<Database> database_;
    std::unique_ptr<EmbeddedMetaStore> embedded_;
    std::int64_t clock_ = 1'700'000'000'000;
};

using Names = std::vector<std::string>;

TEST_F(MetaStoreTest, StreamsComeBackWhole) {
    Stream stream = make_stream("Gr\u00fc\u00dfe");
    stream.project = "p";
    stream.created_by = "key";
    stream.creator_id = "";
    stream.record = stream.suspended = stream.is_active = true;
    stream.user_tags = R"({"a":1})";
    stream.recording_spec = "{}";
    stream.playback_policy = R"({"type":"public"})";
    stream.health = Health::bad;
    stream.issues = {"too \"slow\"", "b"};
    stream.statistics = {1, 2, 3.5, 4.5, 5, 6, 7.5, 8.5};
    stream.last_seen = at(-5);
    stream.last_terminated_at = at(7);
    put(stream);
    EXPECT_EQ(store().stream(stream.id).value(), stream);
    EXPECT_EQ(store().stream_by_key(stream.stream_key).value(), stream);
    EXPECT_EQ(store().stream_by_playback_id(stream.playback_id).value(), stream);
    EXPECT_EQ(store().active_streams().value(), std::vector{stream});
    EXPECT_EQ(store().stream("none").error().code, Code::not_found);
    EXPECT_EQ(store().stream("none").error().message, "stream not found");
}

TEST_F(MetaStoreTest, SessionsAssetsAndTasksComeBackWhole) {
    StreamSession session = make_session();
    session.state = SessionState::waiting;
    session.window_ends_at = at(9);
    session.recorded = true;
    session.media_directory = session.id;
    session.media_length = INT64_MAX;
    session.issues = {"x"};
    put(session);
    EXPECT_EQ(store().session(session.id).value(), session);

    Asset asset = make_asset(AssetSource::clip);
    asset.progress = 0.25;
    asset.phase = AssetPhase::processing;
    asset.window_start = -90'000;
    asset.window_end = 90'000;
    asset.tracks = "[1]";
    asset.deleted_at = at(3);
    Task task = make_task();
    task.phase = TaskPhase::running;
    task.requester_id = "r";
    task.scheduled_at = at(5);
    task.clip = {"http://x", "session", "stream", "playback", at(1), at(2)};
    ASSERT_TRUE(store().create(asset, task));
    EXPECT_EQ(store().asset(asset.id).value(), asset);
    EXPECT_EQ(store().asset_by_playback_id(asset.playback_id).value(), asset);
    EXPECT_EQ(store().task(task.id).value(), task);
    EXPECT_EQ(store().unfinished_tasks().value(), std::vector{task});
    EXPECT_EQ(store().count_unfinished_tasks("r", at(5)).value(), 1u);
    EXPECT_EQ(store().count_unfinished_tasks("r", at(6)).value(), 0u);

    asset.phase = AssetPhase::ready;
    task.phase = TaskPhase::completed;
    ASSERT_TRUE(store().update(asset, task));
    EXPECT_EQ(store().asset(asset.id).value(), asset);
    EXPECT_EQ(store().task(task.id).value(), task);
    EXPECT_TRUE(store().unfinished_tasks().value().empty());
}

TEST_F(MetaStoreTest, UniqueValuesConflict) {
    Stream stream = make_stream();
    put(stream);
    EXPECT_EQ(store().create(stream).error().code, Code::conflict);
    Stream same_key = make_stream();
    same_key.stream_key = stream.stream_key;
    EXPECT_EQ(store().create(same_key).error().field, "streams.stream_key");
    same_key.stream_key = "another";
    EXPECT_TRUE(store().create(same_key)) << "the failed attempt gave its playback id back";
    Asset asset = make_asset();
    asset.playback_id = stream.playback_id;
    EXPECT_EQ(store().create(asset).error().field, "playback_ids.playback_id");
}

TEST_F(MetaStoreTest, AnAssetAndItsTaskAreWrittenTogether) {
    Task task = make_task();
    Asset first = make_asset(), second = make_asset();
    ASSERT_TRUE(store().create(first, task));
    EXPECT_EQ(store().create(second, task).error().code, Code::conflict);
    EXPECT_EQ(store().asset(second.id).error().code, Code::not_found);

    Task stale = task;
    ASSERT_TRUE(store().update(task));
    first.name = "lost";
    EXPECT_EQ(store().update(first, stale).error().field, kVersionField);
    EXPECT_EQ(first.version, 0);
    EXPECT_EQ(store().asset(first.id).value().name, "");
}

TEST_F(MetaStoreTest, UpdateComparesVersions) {
    Stream stream = make_stream();
    put(stream);
    Stream stale = stream;
    stream.name = "new";
    ASSERT_TRUE(store().update(stream));
    EXPECT_EQ(stream.version, 1);
    EXPECT_EQ(store().stream(stream.id).value(), stream);
    Error error = store().update(stale).error();
    EXPECT_EQ(error.code, Code::conflict);
    EXPECT_EQ(error.field, kVersionField);
    EXPECT_EQ(stale.version, 0);
    Stream unknown = make_stream();
    EXPECT_EQ(store().update(unknown).error().code, Code::not_found);
}

TEST_F(MetaStoreTest, ModifyLosesNoChange) {
    Stream stream = make_stream();
    put(stream);
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < 4; ++thread)
        threads.emplace_back([&] {
            for (int i = 0; i < 25; ++i)
                EXPECT_TRUE(modify<Stream>(store(), stream.id, [](Stream& changed) -> Result<void> {
                    ++changed.statistics.source_segments;
                    return {};
                }));
        });
    threads.clear();
    EXPECT_EQ(store().stream(stream.id).value().statistics.source_segments, 100);
    auto refused = modify<Stream>(store(), stream.id, [](Stream& changed) -> Result<void> {
        changed.name = "lost";
        return fail(Code::invalid, "no");
    });
    EXPECT_EQ(refused.error().message, "no");
    EXPECT_EQ(store().stream(stream.id).value().name, "a stream");
}

TEST_F(MetaStoreTest, DeletedStreamsAreHidden) {
    Stream stream = make_stream();
    put(stream);
    stream.deleted = true;
    ASSERT_TRUE(store().update(stream));
    EXPECT_EQ(store().stream(stream.id).error().code, Code::not_found);
    EXPECT_EQ(store().stream_by_key(stream.stream_key).error().code, Code::not_found);
    EXPECT_EQ(store().stream(stream.id, Deleted::show).value(), stream);
    EXPECT_EQ(listed({}), Names{});
    EXPECT_EQ(listed({.include_deleted = true}).size(), 1u);
}

TEST_F(MetaStoreTest, NewestAndOpenSessions) {
    EXPECT_EQ(store().newest_session("s").error().message, "session not found");
    StreamSession old = make_session(), newer = make_session(), other = make_session("other");
    old.state = SessionState::ended;
    for (const StreamSession& session : {newer, old, other}) put(session);
    EXPECT_EQ(store().newest_session("s").value().id, newer.id);
    EXPECT_EQ(store().open_sessions().value().size(), 2u);
}

TEST_F(MetaStoreTest, ListsByDefaultOrderInPages) {
    for (int i = 0; i < 5; ++i) {
        Stream stream = make_stream(std::to_string(i));
        if (i == 1) stream.last_seen = at(1);
        put(stream);
    }
    Stream foreign = make_stream("foreign");
    foreign.workspace = "other";
    put(foreign);
    EXPECT_EQ(listed({}), (Names{"1", "4", "3", "2", "0"}));
    auto page = store().list_streams({.workspace = "w", .limit = 2, .offset = 2, .count = true}).value();
    EXPECT_EQ(names(page), (Names{"3", "2"}));
    EXPECT_TRUE(page.has_more);
    EXPECT_EQ(page.total, 5u);
    page = store().list_streams({.workspace = "w", .limit = 2, .offset = 3}).value();
    EXPECT_FALSE(page.has_more) << "full, but the last";
    EXPECT_FALSE(page.total);
    EXPECT_TRUE(store().list_streams({.workspace = "w", .offset = UINT64_MAX}).value().items.empty());
}

TEST_F(MetaStoreTest, ListsFilterAndOrder) {
    std::int64_t number = 0;
    for (std::string name : {"Alpha", "beta", "ALPHABET", "\u00c4rger", "100%_"}) {
        Stream stream = make_stream(name);
        stream.record = number % 2 == 0;
        stream.project = number < 2 ? "p" : "";
        stream.statistics.source_segments = number;
        stream.statistics.source_segments_duration = static_cast<double>(number) / 2;
        if (number == 2) stream.creator_id = "me";
        if (number == 3) stream.health = Health::good;
        put(stream);
        ++number;
    }
    using enum FilterOperator;
    auto filtered = [&](std::vector<ListFilter> filters) {
        return listed({.filters = std::move(filters), .order = {{.field = "createdAt"}}});
    };
    EXPECT_EQ(filtered({{"name", contains, "alpha"}}), (Names{"Alpha", "ALPHABET"}));
    EXPECT_EQ(filtered({{"name", contains, "\u00e4R"}}), (Names{"\u00c4rger"}));
    EXPECT_EQ(filtered({{"name", contains, "%_"}}), (Names{"100%_"})) << "no wildcards";
    EXPECT_EQ(filtered({{"name", equal, "alpha"}}), Names{});
    EXPECT_EQ(filtered({{"record", equal, true}, {"sourceSegments", greater, std::int64_t{0}}}),
              (Names{"ALPHABET", "100%_"}));
    EXPECT_EQ(filtered({{"sourceSegmentsDuration", greater_equal, 0.5}, {"sourceSegments", less_equal, 2.0}}),
              (Names{"beta", "ALPHABET"}));
    EXPECT_EQ(filtered({{"isHealthy", equal, true}}), (Names{"\u00c4rger"}));
    EXPECT_EQ(filtered({{"creatorId", equal, "me"}}), (Names{"ALPHABET"}));
    EXPECT_EQ(filtered({{"user.email", contains, ""}}), Names{}) << "known, never has a value";
    EXPECT_EQ(listed({.project = "p", .order = {{.field = "name"}}}), (Names{"Alpha", "beta"}));
    EXPECT_EQ(listed({.order = {{.field = "record", .descending = true}, {.field = "sourceSegments"}}}),
              (Names{"Alpha", "ALPHABET", "100%_", "beta", "\u00c4rger"}));
    EXPECT_EQ(listed({.order = {{.field = "creatorId"}}}).front(), "ALPHABET") << "without a value last";
}

TEST_F(MetaStoreTest, WhatHasNoProjectCountsToTheDefaultOne) {
    put(Workspace{.id = "w", .user_id = "u", .name = "w", .default_project = "d"});
    for (std::string project : {"", "d", "p"}) {
        Stream stream = make_stream("in \"" + project + '"');
        stream.project = project;
        put(stream);
    }
    const Names of_default{"in \"\"", "in \"d\""};
    const std::vector<ListOrder> order{{.field = "createdAt"}};
    EXPECT_EQ(listed({.filters = {{"projectId", FilterOperator::equal, "d"}}, .order = order}), of_default);
    EXPECT_EQ(listed({.project = "d", .order = order}), of_default);
    EXPECT_EQ(listed({.project = "p", .order = order}), Names{"in \"p\""});
}

TEST_F(MetaStoreTest, OlderWorkspacesGetADefaultProjectEach) {
    embedded_.reset();
    database_.reset();
    const Path file = directory_ / "older.db";
    {
        const auto older = Database::open(file, {.steps = migrations().first(2)}).value();
        ASSERT_TRUE(older->write([](Connection& connection) -> Result<void> {
            connection.execute("INSERT INTO workspaces VALUES ('1', 'u1', 'one', 1), ('2', 'u2', 'two', 2)");
            return {};
        }));
    }
    const auto newer = Database::open(file).value();
    const std::vector<Workspace> workspaces = EmbeddedMetaStore(*newer).workspaces().value();
    ASSERT_EQ(workspaces.size(), 2u);
    EXPECT_EQ(workspaces[1].name, "two");
    EXPECT_NE(workspaces[0].default_project, workspaces[1].default_project);
    for (const Workspace& workspace : workspaces) {
        EXPECT_TRUE(is_uuid(workspace.default_project)) << workspace.default_project;
        EXPECT_EQ(workspace.default_project[14], '4');
        EXPECT_THAT(workspace.default_project[19], testing::AnyOf('8', '9', 'a', 'b'));
    }
}

TEST_F(MetaStoreTest, ListsContinueAfterAnId) {
    for (int i = 0; i < 3; ++i) {
        Stream stream = make_stream(std::to_string(i));
        stream.id = std::to_string(i);
        put(stream);
    }
    EXPECT_EQ(listed({.order = {{.field = "id"}}, .after_id = "0"}), (Names{"1", "2"}));
    EXPECT_EQ(store().list_streams({.workspace = "w", .after_id = "1", .count = true}).value().total, 3u)
        << "of all pages";
}

TEST_F(MetaStoreTest, ListsRefuseWhatTheyDoNotKnow) {
    auto error_of = [&](ListQuery query) {
        query.workspace = "w";
        return store().list_streams(query).error();
    };
    using enum FilterOperator;
    EXPECT_EQ(error_of({.filters = {{"id; DROP TABLE streams", equal, "x"}}}).field, "id; DROP TABLE streams");
    EXPECT_EQ(error_of({.order = {{.field = "stream_key"}}}).message, "unknown field: \"stream_key\"");
    EXPECT_EQ(error_of({.filters = {{"record", equal, "true"}}}).code, Code::invalid);
    EXPECT_EQ(error_of({.filters = {{"lastSeen", equal, true}}}).code, Code::invalid);
    EXPECT_EQ(error_of({.filters = {{"name", equal, std::int64_t{1}}}}).code, Code::invalid);
    EXPECT_EQ(error_of({.filters = {{"lastSeen", contains, "1"}}}).code, Code::invalid);
    EXPECT_EQ(store().field_kind(Noun::stream, "name"), FieldKind::text);
    EXPECT_EQ(store().field_kind(Noun::session, "recordingStatus"), FieldKind::word);
    EXPECT_EQ(store().field_kind(Noun::task, "recordingStatus"), std::nullopt);
}

TEST_F(MetaStoreTest, EveryFieldOfEveryListWorks) {
    put(Workspace{.id = "w", .user_id = "the-user", .name = "w"});
    put(make_stream());
    put(make_session());
    put(make_asset(AssetSource::clip));
    ASSERT_TRUE(store().create(make_asset(), make_task()));
    auto value_of = [](FieldKind kind) -> FilterValue {
        if (kind == FieldKind::boolean) return true;
        if (kind == FieldKind::number) return std::int64_t{0};
        return std::string("the-user");
    };
    auto try_all = [&](std::span<const ListField> fields, auto list) {
        for (const ListField& field : fields) {
            ListQuery query{.workspace = "w",
                            .filters = {{std::string(field.name), FilterOperator::equal, value_of(field.kind)}},
                            .order = {{std::string(field.name), true}},
                            .count = true,
                            .now = at(clock_)};
            auto page = list(query);
            ASSERT_TRUE(page) << field.name << ": " << page.error().message;
            EXPECT_EQ(page->total, page->items.size()) << field.name;
            if (field.name == "userId") EXPECT_GE(page->items.size(), 1u);
        }
    };
    try_all(kStreamFields, [&](const ListQuery& query) { return store().list_streams(query); });
    try_all(kSessionFields, [&](const ListQuery& query) { return store().list_sessions(query); });
    try_all(kAssetFields, [&](const ListQuery& query) { return store().list_assets(query); });
    try_all(kClipFields, [&](const ListQuery& query) { return store().list_clips(query); });
    try_all(kTaskFields, [&](const ListQuery& query) { return store().list_tasks(query); });
}

TEST_F(MetaStoreTest, ClipsAreOnlyClips) {
    put(make_asset());
    Asset clip = make_asset(AssetSource::clip);
    put(clip);
    EXPECT_EQ(store().list_clips({.workspace = "w"}).value().items, std::vector{clip});
    EXPECT_EQ(store().list_assets({.workspace = "w"}).value().items.size(), 2u);
}

TEST_F(MetaStoreTest, FiltersByTheRecordingStatusTheCallerSees) {
    constexpr std::int64_t kHour = 3'600'000;
    UnixMillis now = at(clock_ + 10 * kHour);
    auto add = [&](std::string name, std::optional<AssetPhase> phase, std::int64_t age_hours, bool record = true) {
        StreamSession session = make_session();
        session.name = std::move(name);
        session.record = record;
        session.state = SessionState::ended;
        session.created_at = session.last_seen = now - Millis(age_hours * kHour);
        put(session);
        if (!phase) return;
        Asset asset = make_asset();
        asset.id = session.id;
        asset.phase = *phase;
        put(asset);
    };
    add("young", std::nullopt, 2);
    add("old", std::nullopt, 4);
    add("in work", AssetPhase::processing, 5);
    add("ready", AssetPhase::ready, 5);
    add("failed", AssetPhase::failed, 5);
    add("deleting", AssetPhase::deleting, 5);
    add("unrecorded", std::nullopt, 2, false);
    auto with = [&](std::string status) {
        std::set<std::string> found;
        ListFilter filter{"recordingStatus", FilterOperator::equal, std::move(status)};
        for (auto& session : store().list_sessions({.workspace = "w", .filters = {filter}, .now = now}).value().items)
            found.insert(session.name);
        return found;
    };
    using Found = std::set<std::string>;
    EXPECT_EQ(with("waiting"), (Found{"young", "in work"}));
    EXPECT_EQ(with("none"), Found{"old"});
    EXPECT_EQ(with("ready"), Found{"ready"});
    EXPECT_EQ(with("failed"), Found{"failed"});
    EXPECT_EQ(with("deleted"), Found{"deleting"});
}

TEST_F(MetaStoreTest, KeysAndWorkspaces) {
    std::uint64_t before = store().keys_revision().value();
    Workspace workspace{.id = "w", .user_id = make_uuid(), .name = "first", .created_at = at(1)};
    ApiKey key{
        .id = "k", .workspace = "w", .name = "n", .secret_hash = std::string("\0\xff\x80", 3), .expires_at = at(9)};
    EXPECT_TRUE(store().create_first(workspace, key).value());
    EXPECT_NE(store().keys_revision().value(), before);
    EXPECT_FALSE(store().create_first({.id = "x", .user_id = "u", .name = "second"}, key).value());
    EXPECT_EQ(store().workspaces().value(), std::vector{workspace});
    EXPECT_EQ(store().workspace_by_name("first").value(), workspace);
    EXPECT_EQ(store().workspace("x").error().code, Code::not_found);
    EXPECT_EQ(store().create(Workspace{.id = "y", .user_id = "u", .name = "first"}).error().code, Code::conflict);
    EXPECT_EQ(store().keys().value(), std::vector{key});
    EXPECT_FALSE(store().create(ApiKey{.id = "z", .workspace = "nowhere"}, 10));

    before = store().keys_revision().value();
    ASSERT_TRUE(store().revoke_key("k", at(5)));
    EXPECT_EQ(store().keys().value().front().revoked_at, at(5));
    EXPECT_NE(store().keys_revision().value(), before);
    EXPECT_EQ(store().revoke_key("k", at(6)).error().code, Code::not_found);
}

}  // namespace
}  // namespace spanreel::store
