// SPDX-License-Identifier: Apache-2.0
#include "net/router.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <stdexcept>

#include "base/encoding.hpp"

namespace spanreel::net {

namespace {

struct IgnoringCase {
    using is_transparent = void;
    bool operator()(std::string_view a, std::string_view b) const {
        auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; };
        return std::ranges::lexicographical_compare(a, b, {}, lower, lower);
    }
};

/// What lies between the slashes of a path or a pattern; the leading slash opens the first segment.
std::vector<std::string_view> split_segments(std::string_view path) {
    std::vector<std::string_view> segments;
    if (path.starts_with('/')) path.remove_prefix(1);
    for (;;) {
        std::size_t slash = path.find('/');
        segments.push_back(path.substr(0, slash));
        if (slash == std::string_view::npos) return segments;
        path.remove_prefix(slash + 1);
    }
}

bool is_parameter(std::string_view segment) { return segment.starts_with('{') && segment.ends_with('}'); }
bool is_tail(std::string_view segment) { return is_parameter(segment) && segment.ends_with("...}"); }

bool under_prefix(std::string_view path, const MountPoint& mount) {
    std::string_view prefix = mount.prefix;
    if (path.size() < prefix.size()) return false;
    std::string_view head = path.substr(0, prefix.size());
    bool same = mount.options.matching == Matching::relaxed ? equal_ignoring_case(head, prefix) : head == prefix;
    return same && (path.size() == prefix.size() || path[prefix.size()] == '/');
}

/// The tail of a path as one argument. Nothing when a segment could leave a directory or hide a separator.
std::optional<std::string> join_tail(std::span<const std::string> segments) {
    std::string tail;
    for (const std::string& segment : segments) {
        if (segment == "." || segment == ".." || segment.contains('/') || segment.contains('\0')) return std::nullopt;
        if (&segment != &segments.front()) tail.push_back('/');
        tail += segment;
    }
    return tail;
}

}  // namespace

template <>
Result<std::string> from_path<std::string>(std::string_view decoded) {
    return std::string(decoded);
}

template <>
Result<std::int64_t> from_path<std::int64_t>(std::string_view decoded) {
    std::int64_t value = 0;
    auto [end, error] = std::from_chars(decoded.data(), decoded.data() + decoded.size(), value);
    if (error != std::errc{} || end != decoded.data() + decoded.size())
        return fail(Code::invalid, "The path holds no whole number where one belongs");
    return value;
}

struct Router::Node {
    std::map<std::string, Node, IgnoringCase> literals;
    std::unique_ptr<Node> parameter;
    std::map<Method, const Route*> tails;
    std::map<Method, const Route*> here;

    struct Search {
        Method method;
        bool any_case;
        std::span<const std::string> segments;
        PathArguments arguments{};
        Unmatched unmatched{};

        const Route* choose(const std::map<Method, const Route*>& routes) {
            if (auto found = routes.find(method); found != routes.end()) return found->second;
            if (method == Method::head) {
                if (auto found = routes.find(Method::get); found != routes.end()) return found->second;
            }
            for (const auto& [allowed, route] : routes) unmatched.allowed.push_back(allowed);
            return nullptr;
        }
    };

    /// Depth is bounded by the longest pattern.
    const Route* find(Search& search, std::size_t depth) const {
        if (depth == search.segments.size()) return search.choose(here);
        const std::string& segment = search.segments[depth];
        if (auto child = literals.find(segment);
            child != literals.end() && (search.any_case || child->first == segment)) {
            if (const Route* route = child->second.find(search, depth + 1)) return route;
        }
        if (parameter && !segment.empty()) {
            search.arguments.push_back(segment);
            if (const Route* route = parameter->find(search, depth + 1)) return route;
            search.arguments.pop_back();
        }
        if (tails.empty()) return nullptr;
        auto tail = join_tail(search.segments.subspan(depth));
        if (!tail) return nullptr;
        const Route* route = search.choose(tails);
        if (route) search.arguments.push_back(*std::move(tail));
        return route;
    }
};

Router::Router() : root_(std::make_unique<Node>()) { mount("", {}); }
Router::~Router() = default;

void Router::mount(std::string prefix, Mount options) {
    auto place =
        std::ranges::find_if(mounts_, [&](const auto& mount) { return mount->prefix.size() <= prefix.size(); });
    for (auto& mount : mounts_) {
        if (mount->prefix != prefix) continue;
        mount->options = std::move(options);
        return;
    }
    mounts_.insert(place, std::make_unique<MountPoint>(std::move(prefix), std::move(options)));
}

void Router::fallback(std::string prefix, Fallback fallback) {
    auto found = std::ranges::find(mounts_, prefix, [](const auto& mount) { return mount->prefix; });
    if (found != mounts_.end())
        (*found)->options.fallback = std::move(fallback);
    else
        mount(std::move(prefix), {.fallback = std::move(fallback)});
}

void Router::insert(Method method, std::string_view pattern, std::size_t parameters, RunOn run_on,
                    std::variant<PlainHandler, AsyncHandler> handler) {
    Node* node = root_.get();
    std::map<Method, const Route*>* routes = nullptr;
    std::size_t found = 0;
    for (std::string_view segment : split_segments(pattern)) {
        if (routes) throw std::logic_error(fmt::format("a tail must end its pattern: {}", pattern));
        if (is_parameter(segment)) ++found;
        if (is_tail(segment)) {
            routes = &node->tails;
        } else if (is_parameter(segment)) {
            if (!node->parameter) node->parameter = std::make_unique<Node>();
            node = node->parameter.get();
        } else {
            node = &node->literals[std::string(segment)];
        }
    }
    if (!routes) routes = &node->here;
    if (found != parameters) throw std::logic_error(fmt::format("the handler takes not what {} gives", pattern));
    if (routes->contains(method)) throw std::logic_error(fmt::format("added twice: {} {}", to_string(method), pattern));
    routes_.push_back({method, std::string(pattern), run_on, std::move(handler), routes_.size()});
    routes->emplace(method, &routes_.back());
}

const MountPoint& Router::mount_of(std::string_view path) const {
    auto found = std::ranges::find_if(mounts_, [path](const auto& mount) { return under_prefix(path, *mount); });
    return found != mounts_.end() ? **found : *mounts_.back();
}

RouteMatch Router::match(Method method, std::string_view path) const {
    RouteMatch match;
    match.mount = &mount_of(path);
    bool relaxed = match.mount->options.matching == Matching::relaxed;
    if (!path.starts_with('/')) return match;  // OPTIONS *
    if (relaxed && path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);

    std::vector<std::string> segments;
    for (std::string_view segment : split_segments(path)) {
        Result<std::string> decoded = percent_decode(segment);
        if (!decoded) {
            match.failure = Error{Code::invalid, "The path holds a broken percent escape"};
            return match;
        }
        segments.push_back(*std::move(decoded));
    }
    Node::Search search{.method = method, .any_case = relaxed, .segments = segments};
    match.route = root_->find(search, 0);
    match.arguments = std::move(search.arguments);
    std::ranges::sort(search.unmatched.allowed);
    auto repeated = std::ranges::unique(search.unmatched.allowed);
    search.unmatched.allowed.erase(repeated.begin(), repeated.end());
    match.failure = std::move(search.unmatched);
    return match;
}

Response render_error(const Mount& mount, unsigned status, const Error& error) {
    if (mount.render_error) return mount.render_error(status, error);
    return text_response(status, error.message + "\n");
}

Response render_error(const Mount& mount, const Error& error) {
    return render_error(mount, http_status(error.code), error);
}

}  // namespace spanreel::net
