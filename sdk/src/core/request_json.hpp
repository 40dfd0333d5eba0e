// SPDX-License-Identifier: Apache-2.0
// The body of a request, or why it cannot be sent: a number must not be NaN and free-form JSON must be JSON. Infinity
// passes and goes as null, as JSON.stringify has it.
#pragma once
#include "json_model.hpp"

#pragma GCC visibility push(default)
namespace spanreel::sdk {

inline Fit misfit_of(double number) { return std::isnan(number) ? Fit(Misfit{"", "a number, not NaN"}) : std::nullopt; }
Fit misfit_of(const JsonText& json);
template <class T>
    requires requires(JsonWriter& writer, const T& value) { members(writer, value); }
Fit misfit_of(const T& value);
template <class T>
Fit misfit_of(const std::optional<T>& value);
template <class T>
Fit misfit_of(const Nullable<T>& value);
template <class T>
Fit misfit_of(const std::vector<T>& values);
template <class T>
Fit misfit_of(const std::map<std::string, T>& values);
template <class... Ts>
Fit misfit_of(const std::variant<Ts...>& value);

/// A visitor of members.
class JsonChecker {
  public:
    template <class T>
    void operator()(std::string_view name, const T& value) {
        if constexpr (requires { misfit_of(value); }) {
            if (misfit_) return;
            misfit_ = misfit_of(value);
            if (misfit_ && !name.empty()) JsonReader::put_before(*misfit_, name);
        }
    }
    Fit misfit() && { return std::move(misfit_); }

  private:
    Fit misfit_;
};

template <class T>
Fit misfit_of_members(const T& value) {
    JsonChecker checker;
    members(checker, value);
    return std::move(checker).misfit();
}

template <class T>
    requires requires(JsonWriter& writer, const T& value) { members(writer, value); }
Fit misfit_of(const T& value) {
    return misfit_of_members(value);
}

template <class T>
Fit misfit_of(const std::optional<T>& value) {
    JsonChecker checker;
    if (value) checker("", *value);
    return std::move(checker).misfit();
}

template <class T>
Fit misfit_of(const Nullable<T>& value) {
    JsonChecker checker;
    if (!value.is_null()) checker("", value.value());
    return std::move(checker).misfit();
}

template <class T>
Fit misfit_of(const std::vector<T>& values) {
    JsonChecker checker;
    for (std::size_t i = 0; i < values.size(); ++i) checker("[" + std::to_string(i) + "]", values[i]);
    return std::move(checker).misfit();
}

template <class T>
Fit misfit_of(const std::map<std::string, T>& values) {
    JsonChecker checker;
    for (const auto& [name, value] : values) checker(name, value);
    return std::move(checker).misfit();
}

template <class... Ts>
Fit misfit_of(const std::variant<Ts...>& value) {
    JsonChecker checker;
    std::visit([&](const auto& one) { checker("", one); }, value);
    return std::move(checker).misfit();
}

Error input_error(std::string why);

template <class T>
Result<std::string> request_json(const T& body) {
    if (Fit misfit = misfit_of(body)) return std::unexpected(input_error(misfit->message()));
    return json_of(body);
}

}  // namespace spanreel::sdk
#pragma GCC visibility pop
