// SPDX-License-Identifier: Apache-2.0
// Queries of Livepeer's lists; the first byte chooses the noun. What is taken runs over a few objects and gives a page
// within its bounds, whose link asks for the page behind it.
#include <fmt/format.h>

#include "answer.hpp"
#include "api/livepeer/list_params.hpp"
#include "memory_database.hpp"
#include "store/embedded/embedded_meta_store.hpp"

namespace {

using namespace spanreel;
using namespace spanreel::api::livepeer;

constexpr UnixMillis kNow{Millis(1'760'000'000'000)};
constexpr std::size_t kObjects = 6;  ///< of each noun
constexpr std::size_t kLargestLimit = 1000;
constexpr std::array kNouns{store::Noun::stream, store::Noun::session, store::Noun::asset, store::Noun::clip,
                            store::Noun::task};
const live::Scope kScope{.workspace = "w", .default_project = "p"};

void fill(store::MetaStore& meta) {
    for (std::size_t i = 0; i < kObjects; ++i) {
        const std::string id = fmt::format("{:08x}", i);
        const UnixMillis at = kNow + Millis(i);
        require(meta.create(Stream{.id = id,
                                   .workspace = "w",
                                   .name = fmt::format("Name {}", i),
                                   .stream_key = id,
                                   .playback_id = id,
                                   .record = i % 2 == 0,
                                   .profiles = "[]",
                                   .created_at = at})
                    .has_value());
        require(meta.create(StreamSession{.id = id,
                                          .workspace = "w",
                                          .stream_id = id,
                                          .playback_id = id,
                                          .record = i % 2 == 0,
                                          .profiles = "[]",
                                          .created_at = at})
                    .has_value());
        const Asset recording{
            .id = id, .workspace = "w", .playback_id = "r" + id, .source_session_id = id, .created_at = at};
        require(meta.create(recording).has_value());
        Asset clip{.id = "c" + id,
                   .workspace = "w",
                   .playback_id = "c" + id,
                   .source = AssetSource::clip,
                   .source_session_id = id,
                   .source_playback_id = id,
                   .created_at = at};
        require(meta.create(clip, Task{.id = id, .workspace = "w", .output_asset_id = clip.id, .created_at = at})
                    .has_value());
    }
}

store::EmbeddedMetaStore& meta() {
    static auto* made = [] {
        auto* store = new store::EmbeddedMetaStore(memory_database());
        fill(*store);
        return store;
    }();
    return *made;
}

/// How many are on the page, whether more follow, and how many there are.
struct Seen {
    std::size_t items;
    bool has_more;
    std::optional<std::uint64_t> total;
    std::string last_id;
};

template <class T>
Result<Seen> seen(Result<store::Page<T>> page) {
    if (!page) return std::unexpected(page.error());
    return Seen{page->items.size(), page->has_more, page->total, page->items.empty() ? "" : page->items.back().id};
}

Result<Seen> list(store::Noun noun, const store::ListQuery& query) {
    switch (noun) {
        case store::Noun::stream: return seen(meta().list_streams(query));
        case store::Noun::session: return seen(meta().list_sessions(query));
        case store::Noun::asset: return seen(meta().list_assets(query));
        case store::Noun::clip: return seen(meta().list_clips(query));
        case store::Noun::task: break;
    }
    return seen(meta().list_tasks(query));
}

Result<store::ListQuery> read(const net::Request& request, store::Noun noun) {
    return read_list_query(request, kScope, meta(), noun, kNow);
}

/// The next page is asked for with all that this one was, and begins behind it.
void check_link(std::string_view link, store::Noun noun, const store::ListQuery& query, const std::string& last_id) {
    constexpr std::string_view kBegin = "<https://video.example/api/list?", kEnd = ">; rel=\"next\"";
    require(link.starts_with(kBegin) && link.ends_with(kEnd));
    link.remove_prefix(kBegin.size());
    link.remove_suffix(kEnd.size());
    auto next = read({.path = "/api/list", .query = net::Query::parse(link)}, noun);
    require(next && next->limit == query.limit && next->after_id.has_value() == query.after_id.has_value());
    require(query.after_id ? next->after_id == last_id : next->offset == query.offset + query.limit);
    require(next->filters.size() == query.filters.size() && next->order.size() == query.order.size());
    for (std::size_t i = 0; i < query.filters.size(); ++i)
        require(next->filters[i].field == query.filters[i].field && next->filters[i].value == query.filters[i].value);
}

void check(const net::Request& request, store::Noun noun, const store::ListQuery& query, const Seen& page) {
    require(page.items <= query.limit && page.items <= kObjects * 2);
    require(page.total.has_value() == query.count && page.total.value_or(kObjects * 2) >= page.items);
    require(!page.has_more || page.items == query.limit);
    net::Response response;
    static const Urls urls("https://video.example", request);
    if (page.items > 0)
        add_page_headers(response, request, urls, query, PageEnd{page.last_id, page.has_more, page.total});
    const auto link = response.headers.get("Link");
    require(link.has_value() == page.has_more);
    if (link) check_link(*link, noun, query, page.last_id);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const store::Noun noun = kNouns[data[0] % kNouns.size()];
    const std::string_view text(reinterpret_cast<const char*>(data + 1), size - 1);
    const net::Request request{.path = "/api/list", .query = net::Query::parse(text)};
    auto query = read(request, noun);
    if (!query) {
        check_refusal(query.error());
        return 0;
    }
    require(query->limit >= 1 && query->limit <= kLargestLimit);
    auto page = list(noun, *query);
    require(page.has_value());
    check(request, noun, *query, *page);
    return 0;
}
