// SPDX-License-Identifier: Apache-2.0
// Money expressions: text to tree, by recursive descent. Parts that were read wait in a vector and not in the frames of
// the descent, so that the deepest expression fits on a small stack. Entry: parse_expression. Test:
// tests/unit/policy/parse_expression_test.cpp.
//
//   sum     = product { ("+" | "-") product }
//   product = unary { ("*" | "/") unary }
//   unary   = [ "-" ] ( literal | rate | name [ "?" ] | ("min" | "max") "(" sum { "," sum } ")" | "(" sum ")" )
//
// Every part is money, a plain number or a rate. A number counts as money where money must stand (beside money under
// `+` and `-`, as the whole expression) and as a factor beside money under `*`: whoever compiles the tree sees which,
// as only parts with a field in them are money for certain.
#include "policy/reader.hpp"

namespace pricepoint::policy_language {

namespace {

using kind = expression::kind;

enum class type : std::uint8_t { bad, number, money, rate };

struct part {
  expression tree;
  type is = type::bad;
  std::size_t depth = 1;
  bool optional = false;  // a bare `name?`
  std::size_t begin = 0;  // where it begins in the expression
};

struct field_name {
  std::string_view name;
  money_field field;
};

constexpr field_name field_names[] = {
    {"list", money_field::list},
    {"msrp", money_field::msrp},
    {"map", money_field::map},
    {"current", money_field::current},
    {"lowest_prior", money_field::lowest_prior},
    {"cost", money_field::cost},
    {"shipping", money_field::shipping},
    {"reference", money_field::reference},
    {"target", money_field::target},
};

bool is_digit(char c) { return c >= '0' && c <= '9'; }
// Bytes beyond ASCII count as letters: attributes may be named in any script.
bool begins_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}
bool in_name(char c) { return begins_name(c) || is_digit(c); }

class expression_parser {
 public:
  expression_parser(rule_reader& in, const json_node& node, bool target_allowed)
      : in_(&in), text_(node.text), places_(in.text(), node), target_allowed_(target_allowed) {}

  std::optional<expression> read() {
    const std::size_t before = in_->wrong().count();
    sum();
    skip();
    if (!stopped_ && at_ < text_.size()) expected_operator();
    if (stopped_) return {};
    part whole = pop();
    if (whole.optional) misplaced_optional(whole);
    if (whole.is == type::rate) {
      wrong(codes::rate_misplaced, whole.begin, "a rate alone is no amount",
            "rates stand beside *, as in \"cost * 105%\"");
    }
    if (in_->wrong().count() != before) return {};
    return std::move(whole.tree);
  }

 private:
  void wrong(const char* code, std::size_t at, std::string message, std::string hint = {}) {
    in_->wrong().add(code, places_[at], std::move(message), std::move(hint));
  }
  part pop() {
    part last = std::move(parts_.back());
    parts_.pop_back();
    return last;
  }

  // A mistake after which the rest cannot be read.
  part stop(const char* code, std::size_t at, std::string message, std::string hint = {}) {
    if (!stopped_) wrong(code, at, std::move(message), std::move(hint));
    stopped_ = true;
    return {};
  }
  void skip() {
    while (at_ < text_.size() &&
           (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n' || text_[at_] == '\r')) {
      ++at_;
    }
  }
  char peek() {
    skip();
    return at_ < text_.size() ? text_[at_] : '\0';
  }
  std::string found() const {
    if (at_ >= text_.size()) return "the expression ends here";
    return say("found ", quote(text_.substr(at_, utf8_length(text_.substr(at_)))));
  }
  void expected_operator() {
    const char c = text_[at_];
    std::string hint;
    if (c == '?') hint = "only a name can be left out with ?";
    if (c == ',') hint = hint_for_comma();
    if (c == ')') hint = "there is no \"(\" that this would close";
    if (in_name(c) || c == '(') hint = "a product needs its *";
    stop(codes::expected_operator, at_, say("expected an operator, ", found()), std::move(hint));
  }
  std::string hint_for_comma() const {
    const bool decimal = at_ > 0 && is_digit(text_[at_ - 1]) && at_ + 1 < text_.size() && is_digit(text_[at_ + 1]);
    return decimal ? "the decimal sign is a point: 1.50" : "commas stand between the arguments of min and max";
  }
  void misplaced_optional(part& one) {
    wrong(codes::optional_misplaced, one.begin, "a name with ? stands only as an argument of min or max, by itself",
          "as in \"max(map?, cost * 105%)\"");
    one.optional = false;
  }

  bool count() {
    if (++nodes_ <= in_->limits().max_expression) return true;
    stop(codes::expression_too_large, at_,
         say("the expression has more than ", std::to_string(in_->limits().max_expression), " parts"));
    return false;
  }
  bool too_deep(std::size_t depth, std::size_t at) {
    if (depth <= in_->limits().max_expression_depth) return false;
    stop(codes::expression_too_large, at,
         say("the expression is nested more than ", std::to_string(in_->limits().max_expression_depth), " deep"),
         "sums and products count as nested from the left: put parentheses around parts of a long one");
    return true;
  }

  part join(kind op, std::size_t at, part left, part right, type is) {
    part out;
    out.depth = std::max(left.depth, right.depth) + 1;
    if (!count() || too_deep(out.depth, at)) return {};
    out.begin = left.begin;
    out.is = is;
    out.tree.op = op;
    out.tree.offset = places_[at];
    out.tree.operands.reserve(2);
    out.tree.operands.push_back(std::move(left.tree));
    out.tree.operands.push_back(std::move(right.tree));
    return out;
  }

  // sum, product, unary, primary and function call one another, and each leaves one part, unless they have stopped.
  // What they do with parts is in functions of its own, which are not inlined: their frames are gone when the next one
  // nests.
  void sum() {
    product();
    while (!stopped_) {
      const char c = peek();
      if (c != '+' && c != '-') break;
      const std::size_t at = at_++;
      product();
      if (!stopped_) add(c, at);
    }
  }

  [[gnu::noinline]] void add(char c, std::size_t at) {
    part right = pop();
    part left = pop();
    type is = type::bad;
    for (part* side : {&left, &right}) {
      if (side->optional) misplaced_optional(*side);
      if (side->is == type::rate) {
        wrong(codes::rate_misplaced, side->begin, say("a rate cannot stand beside ", c == '+' ? "+" : "-"),
              "rates stand beside *: write \"cost * 105%\" for cost and 5% of it");
        side->is = type::bad;
      }
    }
    if (left.is != type::bad && right.is != type::bad) {
      is = left.is == type::money || right.is == type::money ? type::money : type::number;
    }
    parts_.push_back(join(c == '+' ? kind::add : kind::subtract, at, std::move(left), std::move(right), is));
  }

  void product() {
    unary();
    while (!stopped_) {
      const char c = peek();
      if (c != '*' && c != '/') break;
      const std::size_t at = at_++;
      unary();
      if (!stopped_) multiply_or_divide(c, at);
    }
  }

  [[gnu::noinline]] void multiply_or_divide(char c, std::size_t at) {
    part right = pop();
    part left = pop();
    if (left.optional) misplaced_optional(left);
    if (right.optional) misplaced_optional(right);
    parts_.push_back(c == '*' ? multiply(at, std::move(left), std::move(right))
                              : divide(at, std::move(left), std::move(right)));
  }

  part multiply(std::size_t at, part left, part right) {
    type is = type::number;
    if (left.is == type::bad || right.is == type::bad) {
      is = type::bad;
    } else if (left.is == type::money && right.is == type::money) {
      wrong(codes::money_times_money, at, "both sides of this * are money; an amount times an amount is no amount");
      is = type::bad;
    } else if (left.is == type::money || right.is == type::money) {
      is = type::money;
    } else if (left.is == type::rate && right.is == type::rate) {
      is = type::rate;
    }
    return join(kind::multiply, at, std::move(left), std::move(right), is);
  }

  part divide(std::size_t at, part left, part right) {
    type is = left.is;
    if (left.is == type::rate) {
      wrong(codes::rate_misplaced, left.begin, "a rate cannot stand beside /", "rates stand beside *");
      is = type::bad;
    }
    if (right.is == type::rate) {
      wrong(codes::rate_misplaced, right.begin, "a rate cannot stand beside /",
            "divide by the number: \"/ 1.19\" for 119%");
      is = type::bad;
    } else if (right.is != type::bad && (right.is != type::number || right.tree.op != kind::literal)) {
      wrong(codes::bad_divisor, right.begin, "only a number written out can stand after /", "such as \"cost / 1.19\"");
      is = type::bad;
    } else if (right.is == type::number && right.tree.number.sign() == 0) {
      wrong(codes::bad_divisor, right.begin, "nothing can be divided by zero");
      is = type::bad;
    }
    return join(kind::divide, at, std::move(left), std::move(right), is);
  }

  void unary() {
    if (peek() != '-') return primary();
    const std::size_t at = at_++;
    if (!nest(at)) return;
    unary();
    --nested_;
    if (!stopped_) negate(at);
  }

  [[gnu::noinline]] void negate(std::size_t at) {
    part& one = parts_.back();
    if (one.optional) misplaced_optional(one);
    one.begin = at;
    if (one.tree.op == kind::literal) {
      one.tree.number = -one.tree.number;
      return;
    }
    if (one.tree.op == kind::rate) {
      one.tree.percent = rate::from_e8(-one.tree.percent.e8());
      return;
    }
    if (!count() || too_deep(one.depth + 1, at)) return;
    expression negated;
    negated.op = kind::negate;
    negated.offset = places_[at];
    negated.operands.push_back(std::move(one.tree));
    one.tree = std::move(negated);
    ++one.depth;
  }

  bool nest(std::size_t at) {
    if (too_deep(nested_ + 1, at)) return false;
    ++nested_;
    return true;
  }

  void primary() {
    const char c = peek();
    if (c == '(') {
      const std::size_t at = at_++;
      if (!nest(at)) return;
      sum();
      --nested_;
      if (!stopped_) close(at);
    } else if (begins_name(c)) {
      const std::size_t begin = at_;
      const std::string_view first = word();
      if (first == "min" || first == "max") return function(begin, first == "min" ? kind::min : kind::max);
      push_name(begin, first);
    } else {
      push_literal(c);
    }
  }

  [[gnu::noinline]] void close(std::size_t at) {
    if (peek() != ')') {
      const bool ends = at_ >= text_.size();
      stop(codes::expected_operator, at_, say("expected an operator or \")\", ", found()),
           ends            ? "a \"(\" is not closed"
           : peek() == ',' ? hint_for_comma()
                           : std::string());
      return;
    }
    ++at_;
    part& inner = parts_.back();
    if (inner.optional) misplaced_optional(inner);
    inner.begin = at;
  }

  [[gnu::noinline]] void push_name(std::size_t begin, std::string_view first) { parts_.push_back(name(begin, first)); }

  [[gnu::noinline]] void push_literal(char c) {
    if (is_digit(c)) {
      parts_.push_back(literal());
      return;
    }
    std::string hint;
    if (c == '.') hint = "write a digit before the point: 0.5";
    if (c == '+') hint = "amounts have no plus sign";
    stop(codes::expected_value, at_, say("expected an amount, a name or \"(\", ", found()), std::move(hint));
  }

  part literal() {
    const std::size_t begin = at_;
    while (at_ < text_.size() && (is_digit(text_[at_]) || text_[at_] == '.')) ++at_;
    const std::string_view digits = text_.substr(begin, at_ - begin);
    if (!count()) return {};
    part out;
    out.begin = begin;
    out.tree.offset = places_[begin];
    if (at_ < text_.size() && text_[at_] == '%') {
      ++at_;
      const auto value = parse_rate(text_.substr(begin, at_ - begin));
      if (!value) {
        return stop(codes::bad_literal, begin,
                    say(quote(text_.substr(begin, at_ - begin)),
                        " is no rate: one point, at most six digits on either side of it"));
      }
      out.tree.op = kind::rate;
      out.tree.percent = *value;
      out.is = type::rate;
      return out;
    }
    if (at_ < text_.size() && (text_[at_] == 'e' || text_[at_] == 'E')) {
      const std::size_t next = at_ + 1;
      if (next < text_.size() && (is_digit(text_[next]) || text_[next] == '-' || text_[next] == '+')) {
        return stop(codes::exponent, begin, "a number with an exponent; exact amounts have none",
                    "write the digits out");
      }
    }
    const auto value = parse_decimal(digits);
    if (!value) {
      return stop(codes::bad_literal, begin,
                  say(quote(digits), " is no amount: at most 15 digits, then one point and at most 9"));
    }
    out.tree.number = *value;
    out.is = type::number;
    return out;
  }

  std::string_view word() {
    const std::size_t begin = at_;
    while (at_ < text_.size() && in_name(text_[at_])) ++at_;
    return text_.substr(begin, at_ - begin);
  }

  part name(std::size_t begin, std::string_view first) {
    if (!count()) return {};
    part out;
    out.begin = begin;
    out.is = type::money;
    out.tree.op = kind::field;
    out.tree.offset = places_[begin];
    if (at_ < text_.size() && text_[at_] == '.') {
      ++at_;
      const std::size_t channel_begin = at_;
      channel(first, begin, channel_begin, word(), out);
    } else if (peek() == '(') {
      return stop(codes::bad_function, begin, say("there is no function ", quote(first)), "there are min and max");
    } else {
      field(first, begin, out);
    }
    if (peek() == '?') {
      ++at_;
      out.tree.optional = true;
      out.optional = true;
    }
    return out;
  }

  void channel(std::string_view first, std::size_t begin, std::size_t channel_begin, std::string_view wanted,
               part& out) {
    if (first != "price" || wanted.empty()) {
      wrong(codes::unknown_name, begin, say("unknown name ", quote(text_.substr(begin, at_ - begin))),
            "today's price on a channel is price.<channel>");
      out.is = type::bad;
      return;
    }
    out.tree.field = money_field::channel_price;
    const auto& channels = in_->names().channels;
    if (const auto index = find_named(channels, wanted)) {
      out.tree.index = *index;
      return;
    }
    out.is = type::bad;
    if (!in_->channels_known()) return;
    wrong(codes::unknown_channel, channel_begin,
          say("no channel ", quote(wanted), " is declared", in_->wrong().nearest(wanted, channels, &channel::name)));
  }

  void field(std::string_view wanted, std::size_t begin, part& out) {
    for (const auto& known : field_names) {
      if (known.name != wanted) continue;
      out.tree.field = known.field;
      if (known.field == money_field::target && !target_allowed_) {
        wrong(codes::target_misplaced, begin, "\"target\" can be used in floor and ceiling only");
        out.is = type::bad;
      }
      return;
    }
    const auto& attributes = in_->names().attributes;
    if (const auto index = find_named(attributes, wanted)) {
      const auto& one = attributes[*index];
      if (one.kind == attribute::kind::money_display || one.kind == attribute::kind::money_net) {
        out.tree.field = money_field::attribute;
        out.tree.index = *index;
        return;
      }
      out.is = type::bad;
      if (!in_->is_broken(wanted)) {
        wrong(codes::no_money_attribute, begin, say("the attribute ", quote(wanted), " is no money"),
              "money attributes are declared as {\"money\": \"display\"} or {\"money\": \"net\"}");
      }
      return;
    }
    out.is = type::bad;
    if (!in_->attributes_known()) return;
    if (in_->wrong().full()) return wrong(codes::unknown_name, begin, {});
    std::vector<std::string> known = {"min", "max"};
    for (const auto& one : field_names) {
      if (one.field != money_field::target || target_allowed_) known.emplace_back(one.name);
    }
    for (const auto& one : attributes) {
      if (one.kind == attribute::kind::money_display || one.kind == attribute::kind::money_net) {
        known.push_back(one.name);
      }
    }
    for (const auto& one : in_->names().channels) {
      if (known.size() > 10'000) break;
      known.push_back(say("price.", one.name));
    }
    const auto& channels = in_->names().channels;
    std::string hint;
    if (find_named(channels, wanted)) {
      hint = say("today's price on that channel is price.", wanted);
    } else if (wanted == "price") {
      hint = "today's price on a channel is price.<channel>";
    } else if (wanted.substr(0, 3) == "\xE2\x82\xAC" || wanted.substr(0, 2) == "\xC2\xA3" ||
               wanted.substr(0, 2) == "\xC2\xA5") {
      hint = "amounts have no currency sign";
    }
    std::string message = say("unknown name ", quote(wanted));
    if (hint.empty()) message += in_->wrong().nearest(wanted, known);
    wrong(codes::unknown_name, begin, std::move(message), std::move(hint));
  }

  void function(std::size_t begin, kind op) {
    if (!open(begin, op)) return;
    const std::size_t first = parts_.size();
    do {
      sum();
      if (stopped_) return;
    } while (next_argument(op));
    if (stopped_) return;
    --nested_;
    call(begin, op, first);
  }

  static std::string_view called(kind op) { return op == kind::min ? "min" : "max"; }

  [[gnu::noinline]] bool open(std::size_t begin, kind op) {
    if (peek() != '(') {
      stop(codes::bad_function, begin, say(called(op), " needs its arguments in parentheses"),
           say("as in \"", called(op), "(map?, cost * 105%)\""));
      return false;
    }
    ++at_;
    if (peek() == ')') {
      stop(codes::bad_function, at_, say(called(op), " needs at least one argument"),
           say("as in \"", called(op), "(map?, cost * 105%)\""));
      return false;
    }
    return count() && nest(begin);
  }

  // Behind an argument: whether another one follows.
  [[gnu::noinline]] bool next_argument(kind op) {
    part& one = parts_.back();
    if (one.is == type::rate) {
      wrong(codes::rate_misplaced, one.begin, say("a rate cannot be an argument of ", called(op)),
            "rates stand beside *, as in \"cost * 105%\"");
      one.is = type::bad;
    }
    const char c = peek();
    if (c != ')' && c != ',') {
      stop(codes::expected_operator, at_, say("expected an operator, \",\" or \")\", ", found()),
           at_ >= text_.size() ? say("the \"(\" of ", called(op), " is not closed")
           : c == '?'          ? "only a name can be left out with ?"
                               : "");
      return false;
    }
    ++at_;
    return c == ',';
  }

  [[gnu::noinline]] void call(std::size_t begin, kind op, std::size_t first) {
    part out;
    out.begin = begin;
    out.tree.op = op;
    out.tree.offset = places_[begin];
    bool money = false;
    bool bad = false;
    for (std::size_t i = first; i < parts_.size(); ++i) {
      part& one = parts_[i];
      money = money || one.is == type::money;
      bad = bad || one.is == type::bad;
      out.depth = std::max(out.depth, one.depth + 1);
      out.tree.operands.push_back(std::move(one.tree));
    }
    parts_.resize(first);
    if (too_deep(out.depth, begin)) return;
    out.is = bad ? type::bad : money ? type::money : type::number;
    parts_.push_back(std::move(out));
  }

  rule_reader* in_;
  std::string_view text_;
  text_offsets places_;
  bool target_allowed_;
  std::vector<part> parts_;
  std::size_t at_ = 0;
  std::size_t nodes_ = 0;
  std::size_t nested_ = 0;
  bool stopped_ = false;
};

}  // namespace

std::optional<expression> parse_expression(rule_reader& in, const json_node& node, bool target_allowed) {
  return expression_parser(in, node, target_allowed).read();
}

std::optional<money_expression> rule_reader::read_expression(const json_node& node, std::string_view what,
                                                             bool target_allowed) {
  return read_by_currency<expression>(node, what, [&](const json_node& value) -> std::optional<expression> {
    if (value.type == json_node::kind::string) return parse_expression(*this, value, target_allowed);
    if (value.type != json_node::kind::number) {
      wrong_type(value, say("an amount or a money expression for ", what));
      return {};
    }
    const auto number = read_decimal(value, what);
    if (!number) return {};
    expression literal;
    literal.number = *number;
    literal.offset = value.offset;
    return literal;
  });
}

}  // namespace pricepoint::policy_language
