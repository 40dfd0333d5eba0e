// SPDX-License-Identifier: Apache-2.0
// What operations have in common when they prepare their requests.
#pragma once
#include <cmath>

#include "../core/json_model.hpp"
#include "../core/url.hpp"
#include "spanreel/livepeer/answer.hpp"

namespace spanreel::livepeer {

inline sdk::Prepared prepared(std::string_view operation, std::string_view method, std::string path) {
    return {.operation = operation, .method = method, .path = std::move(path), .query = {}};
}

/// What the types of requests can say, but not JSON as the API reads it.
class InputChecker {
  public:
    void operator()(std::string_view name, double number) {
        if (!std::isfinite(number)) fail(name, "a finite number");
    }
    void operator()(std::string_view name, std::int64_t number) {
        constexpr std::int64_t kMost = (std::int64_t{1} << 53) - 1;  // the server counts in doubles
        if (number > kMost || number < -kMost) fail(name, "a whole number of at most 53 bits");
    }
    void operator()(std::string_view name, const sdk::JsonText& json) {
        boost::json::error_code error;
        boost::json::parse(json.text, error);
        if (error) fail(name, "JSON: " + error.message());
    }
    template <class T>
    void operator()(std::string_view name, const std::optional<T>& value) {
        if (value) (*this)(name, *value);
    }
    template <class T>
    void operator()(std::string_view name, const sdk::Nullable<T>& value) {
        if (!value.is_null()) (*this)(name, value.value());
    }
    template <class T>
    void operator()(std::string_view name, const std::vector<T>& values) {
        for (std::size_t i = 0; i < values.size(); ++i)
            within(name, [&] { (*this)("[" + std::to_string(i) + "]", values[i]); });
    }
    template <class T>
    void operator()(std::string_view name, const std::map<std::string, T>& values) {
        for (const auto& [key, value] : values) within(name, [&] { (*this)(key, value); });
    }
    template <class... Ts>
    void operator()(std::string_view name, const std::variant<Ts...>& value) {
        std::visit([&](const auto& one) { (*this)(name, one); }, value);
    }
    /// Models; whatever else there is fits.
    template <class T>
    void operator()(std::string_view name, const T& value) {
        if constexpr (requires { members(*this, value); }) within(name, [&] { members(*this, value); });
    }

    sdk::Fit misfit() && { return std::move(misfit_); }

  private:
    void fail(std::string_view name, std::string expected) {
        if (!misfit_) misfit_ = sdk::Misfit{std::string(name), std::move(expected)};
    }
    template <class Check>
    void within(std::string_view name, Check&& check) {
        if (misfit_) return;
        check();
        if (misfit_) sdk::JsonReader::put_before(*misfit_, name);
    }

    sdk::Fit misfit_;
};

inline sdk::Error input_error(const sdk::Misfit& misfit) {
    return {.kind = sdk::Error::Kind::input_validation,
            .message = "Input validation failed: " + misfit.message(),
            .cause = misfit.message()};
}

/// `request` with `body`, if that can be said.
template <class Body>
sdk::Result<sdk::Prepared> with_json(sdk::Prepared request, const Body& body) {
    InputChecker checker;
    members(checker, body);
    if (const sdk::Fit misfit = std::move(checker).misfit()) return std::unexpected(input_error(*misfit));
    request.body = sdk::json_of(body);
    request.has_json_body = true;
    return request;
}

}  // namespace spanreel::livepeer
