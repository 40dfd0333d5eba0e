// SPDX-License-Identifier: Apache-2.0
#include "api/orq/oql.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <string>
#include <vector>

#include "api/orq/list_body.hpp"
#include "api/orq/trace_fields.hpp"

namespace spanreel::api::orq {

namespace {

using store::Filter;

struct Token {
    enum class Kind : std::uint8_t { word, text, number, symbol, end };
    Kind kind = Kind::end;
    std::string value;
    std::size_t position = 0;  ///< from 1
};

std::unexpected<Error> fail_at(std::size_t position, std::string_view what) {
    return fail(Code::invalid, fmt::format("oql at character {}: {}", position, what), "oql");
}

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

class Tokens {
  public:
    explicit Tokens(std::string_view text) : text_(text) {}

    Result<Token> next() {
        while (at_ < text_.size() && is_blank(text_[at_])) ++at_;
        Token token{.position = at_ + 1};
        if (at_ == text_.size()) return token;
        const char first = text_[at_];
        if (first == '"' || first == '\'') return quoted(std::move(token));
        if (is_letter(first)) {
            token.kind = Token::Kind::word;
            token.value = take([](char c) { return is_letter(c) || is_digit(c) || c == '.'; });
        } else if (is_digit(first) || first == '-' || first == '.') {
            token.kind = Token::Kind::number;
            token.value = take([](char c) { return is_letter(c) || is_digit(c) || c == '.' || c == '-' || c == '+'; });
        } else {
            token.kind = Token::Kind::symbol;
            const bool two =
                text_.size() - at_ > 1 && text_[at_ + 1] == '=' && std::string_view("=!<>").contains(first);
            token.value = text_.substr(at_, two ? 2 : 1);
            at_ += token.value.size();
        }
        return token;
    }

  private:
    template <class Belongs>
    std::string take(Belongs belongs) {
        const std::size_t from = at_;
        while (at_ < text_.size() && belongs(text_[at_])) ++at_;
        return std::string(text_.substr(from, at_ - from));
    }

    /// A backslash takes the next character as it is.
    Result<Token> quoted(Token token) {
        token.kind = Token::Kind::text;
        const char quote = text_[at_++];
        for (; at_ < text_.size() && text_[at_] != quote; ++at_) {
            if (text_[at_] == '\\' && ++at_ == text_.size()) break;
            token.value += text_[at_];
        }
        if (at_ == text_.size()) return fail_at(token.position, "the text that begins here does not end");
        ++at_;
        return token;
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

constexpr std::array<std::pair<std::string_view, TraceOperator>, 6> kSymbols{{{"==", TraceOperator::eq},
                                                                              {"!=", TraceOperator::neq},
                                                                              {">", TraceOperator::gt},
                                                                              {">=", TraceOperator::gte},
                                                                              {"<", TraceOperator::lt},
                                                                              {"<=", TraceOperator::lte}}};

class Parser {
  public:
    explicit Parser(std::string_view text) : tokens_(text) {}

    Result<Oql> parse() {
        SPANREEL_CHECK(advance());
        SPANREEL_CHECK(expect_word("fetch"));
        SPANREEL_CHECK(expect_word("traces"));
        while (!is(Token::Kind::end)) {
            SPANREEL_CHECK(expect_symbol("|"));
            SPANREEL_CHECK(stage());
        }
        return std::move(oql_);
    }

  private:
    bool is(Token::Kind kind) const { return token_.kind == kind; }
    bool is(Token::Kind kind, std::string_view value) const { return is(kind) && token_.value == value; }

    std::unexpected<Error> expected(std::string_view what) const {
        if (is(Token::Kind::end)) return fail_at(token_.position, fmt::format("expected {}, not the end", what));
        return fail_at(token_.position, fmt::format("expected {}, not \"{}\"", what, token_.value));
    }
    Result<void> advance() {
        SPANREEL_TRY(token_, tokens_.next());
        return {};
    }
    Result<void> expect_word(std::string_view word) {
        if (!is(Token::Kind::word, word)) return expected(word);
        return advance();
    }
    Result<void> expect_symbol(std::string_view symbol) {
        if (!is(Token::Kind::symbol, symbol)) return expected(symbol);
        return advance();
    }
    /// Whether the word was there, which is taken then.
    Result<bool> take_word(std::string_view word) {
        if (!is(Token::Kind::word, word)) return false;
        SPANREEL_CHECK(advance());
        return true;
    }

    Result<void> stage() {
        SPANREEL_TRY(bool filters, take_word("filter"));
        if (filters) {
            SPANREEL_TRY(Filter filter, joined(0));
            oql_.filter.children.push_back(std::move(filter));
            return {};
        }
        SPANREEL_TRY(bool sorts, take_word("sort"));
        if (sorts) {
            SPANREEL_CHECK(expect_word(kSortField));
            return expect_word(kSortOrder);
        }
        SPANREEL_TRY(bool limits, take_word("limit"));
        if (!limits) return expected("filter, sort or limit");
        std::int64_t limit = 0;
        const char* last = token_.value.data() + token_.value.size();
        auto [end, error] = std::from_chars(token_.value.data(), last, limit);
        if (!is(Token::Kind::number) || error != std::errc{} || end != last || limit < 1)
            return expected("an integer, 1 or more");
        oql_.limit = limit;
        return advance();
    }

    /// Conditions joined by `or`, each of such that are joined by `and`.
    Result<Filter> joined(std::size_t nesting) {
        Filter some{.kind = Filter::Kind::any};
        while (true) {
            Filter all{.kind = Filter::Kind::all};
            while (true) {
                SPANREEL_TRY(Filter one, condition(nesting));
                all.children.push_back(std::move(one));
                SPANREEL_TRY(bool more, take_word("and"));
                if (!more) break;
            }
            some.children.push_back(std::move(all));
            SPANREEL_TRY(bool more, take_word("or"));
            if (!more) return some;
        }
    }

    Result<Filter> condition(std::size_t nesting) {
        if (is(Token::Kind::symbol, "(")) {
            if (nesting == kMaxOqlNesting)
                return fail_at(token_.position, fmt::format("more than {} parentheses in each other", kMaxOqlNesting));
            SPANREEL_CHECK(advance());
            SPANREEL_TRY(Filter inner, joined(nesting + 1));
            SPANREEL_CHECK(expect_symbol(")"));
            return inner;
        }
        const Token field = token_;
        if (!is(Token::Kind::word)) return expected("a field");
        if (++conditions_ > kMaxFilters)
            return fail_at(field.position, fmt::format("more than {} conditions", kMaxFilters));
        if (auto known = find_trace_field(field.value); !known)
            return fail_at(field.position, "the field " + known.error().message);
        SPANREEL_CHECK(advance());
        const Token op = token_;
        SPANREEL_TRY(std::string_view word, operator_word());
        SPANREEL_CHECK(advance());
        const Token operand = token_;
        SPANREEL_TRY(std::vector<std::string> values, values_of(word));
        Result<Filter> filter = trace_condition(field.value, word, values);
        if (filter) return filter;
        if (filter.error().field == "values") return fail_at(operand.position, "values " + filter.error().message);
        return fail_at(op.position, "the operator " + filter.error().message);
    }

    Result<std::string_view> operator_word() const {
        for (const auto& [symbol, op] : kSymbols)
            if (is(Token::Kind::symbol, symbol)) return name_of(op);
        if (is(Token::Kind::word))
            if (auto op = from_name<TraceOperator>(token_.value)) return name_of(*op);
        return expected(fmt::format("an operator (==, !=, >, >=, <, <=, {})", fmt::join(kNames<TraceOperator>, ", ")));
    }

    /// None for `exists`; else one, or a list in () or [].
    Result<std::vector<std::string>> values_of(std::string_view op) {
        std::vector<std::string> values;
        if (op == name_of(TraceOperator::exists) || op == name_of(TraceOperator::not_exists)) return values;
        const bool round = is(Token::Kind::symbol, "("), square = is(Token::Kind::symbol, "[");
        if (round || square) SPANREEL_CHECK(advance());
        while (true) {
            if (!is(Token::Kind::text) && !is(Token::Kind::number)) return expected("a text in quotes or a number");
            if (++values_ > kMaxFilterValues)
                return fail_at(token_.position, fmt::format("more than {} values", kMaxFilterValues));
            values.push_back(token_.value);
            SPANREEL_CHECK(advance());
            if (!round && !square) return values;
            if (!is(Token::Kind::symbol, ",")) break;
            SPANREEL_CHECK(advance());
        }
        SPANREEL_CHECK(expect_symbol(round ? ")" : "]"));
        return values;
    }

    Tokens tokens_;
    Token token_;
    Oql oql_;
    std::size_t conditions_ = 0, values_ = 0;
};

}  // namespace

Result<Oql> parse_oql(std::string_view text) {
    if (text.size() > kMaxOqlBytes)
        return fail(Code::invalid, fmt::format("oql has {} bytes, more than {}", text.size(), kMaxOqlBytes), "oql");
    return Parser(text).parse();
}

}  // namespace spanreel::api::orq
