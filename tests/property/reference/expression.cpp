// SPDX-License-Identifier: Apache-2.0
//
// Expressions as text: reads `max(map?, cost * 105%)` into a tree.

#include "property/reference/document.hpp"

#include <utility>

namespace reference {

namespace {

class expression_parser {
 public:
  explicit expression_parser(std::string_view text) : text_(text) {}

  expression parse() {
    expression result = sum();
    blanks();
    if (at_ != text_.size()) fail("expression: unexpected text in " + std::string(text_));
    return result;
  }

 private:
  void blanks() {
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
  }
  bool take(char c) {
    blanks();
    if (at_ < text_.size() && text_[at_] == c) {
      ++at_;
      return true;
    }
    return false;
  }
  static expression join(expression::kind what, expression left, expression right) {
    expression joined;
    joined.what = what;
    joined.parts = {std::move(left), std::move(right)};
    return joined;
  }
  expression sum() {
    expression left = product();
    for (;;) {
      if (take('+')) {
        left = join(expression::kind::add, std::move(left), product());
      } else if (take('-')) {
        left = join(expression::kind::subtract, std::move(left), product());
      } else {
        return left;
      }
    }
  }
  expression product() {
    expression left = atom();
    for (;;) {
      if (take('*')) {
        left = join(expression::kind::multiply, std::move(left), atom());
      } else if (take('/')) {
        left = join(expression::kind::divide, std::move(left), atom());
      } else {
        return left;
      }
    }
  }
  static bool is_name_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '_' || c == '.';
  }
  expression atom() {
    if (take('(')) {
      expression inner = sum();
      if (!take(')')) fail("expression: a parenthesis is not closed");
      return inner;
    }
    blanks();
    const std::size_t start = at_;
    const bool number = at_ < text_.size() && (is_digit(text_[at_]) || text_[at_] == '-');
    if (number) ++at_;
    while (at_ < text_.size() && is_name_character(text_[at_])) ++at_;
    const std::string_view word = text_.substr(start, at_ - start);
    if (word.empty()) fail("expression: something is missing in " + std::string(text_));
    expression result;
    if (number) {
      const bool rate = at_ < text_.size() && text_[at_] == '%';
      if (rate) ++at_;
      const auto value = rate ? parse_rate(text_.substr(start, at_ - start)) : parse_decimal(word);
      if (!value) fail("expression: not a number: " + std::string(word));
      result.value = *value;
      return result;
    }
    if ((word == "min" || word == "max") && take('(')) {
      result.what = word == "min" ? expression::kind::minimum : expression::kind::maximum;
      do {
        result.parts.push_back(sum());
      } while (take(','));
      if (!take(')')) fail("expression: a parenthesis is not closed");
      return result;
    }
    result.what = expression::kind::name;
    result.name = word;
    result.optional_ = take('?');
    return result;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

expression parse_expression(std::string_view text) { return expression_parser(text).parse(); }

}  // namespace reference
