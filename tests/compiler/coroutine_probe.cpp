// SPDX-License-Identifier: Apache-2.0
// Shapes of co_await that this code base relies on and that a compiler may get wrong. g++ 12 copies the bytes of an
// aggregate temporary into the coroutine frame and then destroys both: under AddressSanitizer most of these tests
// end there in a double free, and one shape is refused ("array used as initializer"). A count of the living
// objects shows a lost or doubled destructor without a sanitizer too.
#include <gtest/gtest.h>

#include <coroutine>
#include <exception>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace spanreel {
namespace {

/// Longer than any small-string buffer, so that owning it means owning memory.
const std::string kLong = "a string too long for the small buffer of any standard library";

/// Counts how many of its kind are alive.
struct Counted {
    Counted() { ++alive; }
    Counted(const Counted&) { ++alive; }
    Counted(Counted&&) noexcept { ++alive; }
    Counted& operator=(const Counted&) = default;
    Counted& operator=(Counted&&) = default;
    ~Counted() { --alive; }
    static inline int alive = 0;
};

struct Inner {
    std::string name;
    std::vector<std::string> values;
    Counted counted;
};

struct Options {
    std::string path;
    std::optional<std::string> note;
    Inner inner;
    std::unique_ptr<int> owned;
};

/// The least a coroutine type can be: it starts when awaited, and suspends once inside so that its arguments
/// have to survive in a frame.
template <class T>
class Task {
  public:
    struct promise_type {
        std::optional<T> value;
        std::exception_ptr error;
        std::coroutine_handle<> waiter = std::noop_coroutine();

        Task get_return_object() { return Task(std::coroutine_handle<promise_type>::from_promise(*this)); }
        std::suspend_always initial_suspend() { return {}; }
        auto final_suspend() noexcept {
            struct Resume {
                bool await_ready() noexcept { return false; }
                std::coroutine_handle<> await_suspend(std::coroutine_handle<promise_type> done) noexcept {
                    return done.promise().waiter;
                }
                void await_resume() noexcept {}
            };
            return Resume{};
        }
        void return_value(T result) { value = std::move(result); }
        void unhandled_exception() { error = std::current_exception(); }
    };

    Task(Task&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
    ~Task() {
        if (handle_) handle_.destroy();
    }

    bool await_ready() { return false; }
    std::coroutine_handle<> await_suspend(std::coroutine_handle<> waiter) {
        handle_.promise().waiter = waiter;
        return handle_;
    }
    T await_resume() { return take(); }

    /// For the outermost task: runs up to the first Yield.
    void start() { handle_.resume(); }
    /// For the outermost task: runs to the end, resuming whatever has suspended in between.
    T run();

  private:
    explicit Task(std::coroutine_handle<promise_type> handle) : handle_(handle) {}
    T take() {
        if (handle_.promise().error) std::rethrow_exception(handle_.promise().error);
        return std::move(*handle_.promise().value);
    }
    std::coroutine_handle<promise_type> handle_;
};

/// Suspends its coroutine until run() comes round, as a socket would.
struct Yield {
    static inline std::coroutine_handle<> pending;
    bool await_ready() { return false; }
    void await_suspend(std::coroutine_handle<> self) { pending = self; }
    void await_resume() {}
};

template <class T>
T Task<T>::run() {
    start();
    while (!handle_.done()) std::exchange(Yield::pending, nullptr).resume();
    return take();
}

Task<std::size_t> size_by_value(Options options) {
    co_await Yield{};
    co_return options.path.size() + options.note.value_or("").size() + options.inner.name.size() +
        options.inner.values.size();
}

Task<std::size_t> size_by_reference(const Options& options) {
    co_await Yield{};
    co_return options.path.size() + options.inner.name.size();
}

Task<Options> made(std::string path) {
    co_await Yield{};
    co_return Options{.path = std::move(path), .note = kLong, .inner = {.name = kLong}, .owned = {}};
}

Task<std::size_t> refuse(Options) {
    co_await Yield{};
    throw std::runtime_error(kLong);
}

class CoroutineProbe : public testing::Test {
  protected:
    void SetUp() override { Counted::alive = 0; }
    void TearDown() override { EXPECT_EQ(Counted::alive, 0); }
};

TEST_F(CoroutineProbe, AggregateTemporaryByValue) {
    auto outer = []() -> Task<std::size_t> { co_return co_await size_by_value({.path = kLong}); };
    EXPECT_EQ(outer().run(), kLong.size());
}

TEST_F(CoroutineProbe, AggregateTemporaryByReference) {
    auto outer = []() -> Task<std::size_t> {
        co_return co_await size_by_reference({.path = kLong, .inner = {.name = kLong}});
    };
    EXPECT_EQ(outer().run(), 2 * kLong.size());
}

TEST_F(CoroutineProbe, NestedAggregateWithEveryKindOfOwner) {
    auto outer = []() -> Task<std::size_t> {
        co_return co_await size_by_value({.path = kLong,
                                          .note = kLong,
                                          .inner = {.name = kLong, .values = {kLong, kLong}},
                                          .owned = std::make_unique<int>(1)});
    };
    EXPECT_EQ(outer().run(), 3 * kLong.size() + 2);
}

TEST_F(CoroutineProbe, AggregateInsideAnAwaitedConditionAndArgument) {
    auto outer = []() -> Task<std::size_t> {
        if (co_await size_by_value({.path = kLong}) == 0) co_return 0;
        co_return co_await size_by_value(co_await made(std::string(kLong)));
    };
    EXPECT_EQ(outer().run(), 3 * kLong.size());
}

TEST_F(CoroutineProbe, AggregateWithAnAwaitInItsInitialiser) {
    auto outer = []() -> Task<std::size_t> {
        Options options{.path = kLong, .inner = {.name = (co_await made(kLong)).path}};
        co_return co_await size_by_value(std::move(options));
    };
    EXPECT_EQ(outer().run(), 2 * kLong.size());
}

TEST_F(CoroutineProbe, AggregateTemporaryWhenTheAwaitedCallThrows) {
    auto outer = []() -> Task<std::size_t> {
        try {
            co_return co_await refuse({.path = kLong, .inner = {.name = kLong}});
        } catch (const std::runtime_error& error) {
            co_return std::string(error.what()).size();
        }
    };
    EXPECT_EQ(outer().run(), kLong.size());
}

TEST_F(CoroutineProbe, AggregateTemporaryOfATaskDestroyedWhileItWaits) {
    auto outer = []() -> Task<std::size_t> {
        co_return co_await size_by_reference({.path = kLong, .inner = {.name = kLong, .values = {kLong}}});
    };
    {
        auto suspended = outer();
        suspended.start();
        EXPECT_GT(Counted::alive, 0);
    }
    Yield::pending = nullptr;
}

}  // namespace
}  // namespace spanreel
