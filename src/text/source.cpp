// SPDX-License-Identifier: Apache-2.0
// JSON text to a tree that knows the place of every node. Entry: source::read. Test: tests/unit/text/source_test.cpp.
//
// Boost.JSON's parser says what is there but not where. The handler therefore keeps a cursor of its own into the text
// and moves it over one token with each event; whatever lies before an event has been parsed already, so the cursor
// never meets bad text. A DOM was rejected because it turns "29.90" into a binary floating point number. What a number
// is decides the grammar here, not the parser: its versions differ in what they do with large exponents.
#include "text/source.hpp"

#include <algorithm>
#include <new>
#include <utility>

#include "text/boost_json.hpp"
#include "text/codes.hpp"
#include "text/excerpt.hpp"
#include "text/names.hpp"

namespace pricepoint::policy_language {

namespace {

namespace json = boost::pricepoint_json;

constexpr std::size_t deepest = 128;  // parsed, walked and destroyed by recursion, on a stack of 128 KiB

// One past white space and comments; a comment without an end reaches to the end of the text.
std::size_t skip_blank(std::string_view text, std::size_t at, std::string_view also = {}) {
  while (at < text.size()) {
    const char c = text[at];
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r' || also.find(c) != std::string_view::npos) {
      ++at;
    } else if (c == '/' && at + 1 < text.size() && text[at + 1] == '/') {
      at = std::min(text.find('\n', at), text.size());
    } else if (c == '/' && at + 1 < text.size() && text[at + 1] == '*') {
      const std::size_t end = text.find("*/", at + 2);
      at = end == std::string_view::npos ? text.size() : end + 2;
    } else {
      break;
    }
  }
  return at;
}

// One past the number that JSON's grammar finds here, as far as it goes: "012" and "1.5.2" end early. `at` where there
// is none.
std::size_t number_end(std::string_view text, std::size_t at) {
  const auto is_at = [&](std::size_t i, std::string_view any) {
    return i < text.size() && any.find(text[i]) != std::string_view::npos;
  };
  const auto digits = [&](std::size_t i) { return std::min(text.find_first_not_of("0123456789", i), text.size()); };
  std::size_t end = at + (is_at(at, "-") ? 1 : 0);
  const std::size_t whole = is_at(end, "0") ? end + 1 : digits(end);
  if (whole == end) return at;
  end = whole;
  if (is_at(end, ".")) {
    const std::size_t fraction = digits(end + 1);
    if (fraction == end + 1) return end;
    end = fraction;
  }
  if (is_at(end, "eE")) {
    const std::size_t begin = end + (is_at(end + 1, "+-") ? 2 : 1);
    if (const std::size_t exponent = digits(begin); exponent > begin) end = exponent;
  }
  return end;
}

// One past the text in quotes that begins here.
std::size_t string_end(std::string_view text, std::size_t at) {
  const std::size_t begin = at + 1;
  for (;;) {
    at = text.find('"', at + 1);
    if (at == std::string_view::npos) return text.size();
    std::size_t escapes = at;
    while (escapes > begin && text[escapes - 1] == '\\') --escapes;
    if ((at - escapes) % 2 == 0) return at + 1;
  }
}

// Where numbers stand that one version of Boost.JSON refuses and another does not, or rounds otherwise: those with an
// exponent or with more digits than any rounds. At most `most` of them.
std::vector<std::size_t> unusual_numbers(std::string_view text, std::size_t begin, std::size_t most) {
  constexpr std::size_t usual_size = 15;
  std::vector<std::size_t> found;
  for (std::size_t at = begin; at < text.size() && found.size() < most;) {
    const char c = text[at];
    if (c == '"') {
      at = string_end(text, at);
    } else if (c == '/') {
      at = std::max(skip_blank(text, at), at + 1);
    } else if (c == '-' || (c >= '0' && c <= '9')) {
      const std::size_t end = number_end(text, at);
      const std::string_view number = text.substr(at, end - at);
      if (number.size() > usual_size || number.find_first_of("eE") != std::string_view::npos) found.push_back(at);
      at = std::max(end, at + 1);
    } else {
      ++at;
    }
  }
  return found;
}

class tree_builder {
 public:
  static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_string_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_key_size = 1024;  // keys are names, and stand in every pointer below them

  enum class stage : unsigned char { start, opened, key, value };

  tree_builder(std::string_view text, std::size_t begin, std::size_t max_values, json_node& root)
      : text_(text), cursor_(begin), values_left_(max_values), root_(&root) {}

  bool on_document_begin(json::error_code&) { return true; }
  bool on_document_end(json::error_code&) { return true; }
  bool on_array_begin(json::error_code& ec) { return open(json_node::kind::array, ec); }
  bool on_array_end(std::size_t, json::error_code&) { return close(); }
  bool on_object_begin(json::error_code& ec) { return open(json_node::kind::object, ec); }
  bool on_object_end(std::size_t, json::error_code&) { return close(); }
  bool on_string_part(json::string_view part, std::size_t, json::error_code&) { return keep(part); }
  bool on_key_part(json::string_view part, std::size_t, json::error_code&) { return keep(part); }
  bool on_string(json::string_view part, std::size_t, json::error_code& ec) {
    keep(part);
    json_node* node = add(json_node::kind::string, ec);
    if (node == nullptr) return false;
    pass_string();
    node->end = cursor_;
    node->text = std::exchange(buffer_, {});
    return true;
  }
  bool on_key(json::string_view part, std::size_t, json::error_code&) {
    keep(part);
    advance();
    key_offset_ = cursor_;
    pass_string();
    key_ = std::exchange(buffer_, {});
    stage_ = stage::key;
    return true;
  }
  bool on_number_part(json::string_view, json::error_code&) { return true; }
  bool on_int64(std::int64_t, json::string_view, json::error_code& ec) { return number(ec); }
  bool on_uint64(std::uint64_t, json::string_view, json::error_code& ec) { return number(ec); }
  // The parser's own reading of the number is never looked at: the digits are taken from the text.
  template <class Unused>
  bool on_double(Unused, json::string_view, json::error_code& ec) {
    return number(ec);
  }
  bool on_bool(bool value, json::error_code& ec) {
    json_node* node = add(json_node::kind::boolean, ec);
    if (node == nullptr) return false;
    node->boolean = value;
    cursor_ += value ? 4 : 5;
    node->end = cursor_;
    return true;
  }
  bool on_null(json::error_code& ec) {
    json_node* node = add(json_node::kind::null, ec);
    if (node == nullptr) return false;
    cursor_ += 4;
    node->end = cursor_;
    return true;
  }
  bool on_comment_part(json::string_view, json::error_code&) { return true; }
  bool on_comment(json::string_view, json::error_code&) { return true; }

  std::size_t cursor() const { return cursor_; }
  stage where() const { return stage_; }
  const json_node* container() const { return open_.empty() ? nullptr : open_.back(); }
  bool values_used_up() const { return values_used_up_; }

 private:
  void advance() { cursor_ = skip_blank(text_, cursor_, ",:"); }

  void pass_string() {
    ++cursor_;
    while (text_[cursor_] != '"') cursor_ += text_[cursor_] == '\\' ? 2 : 1;
    ++cursor_;
  }

  bool keep(json::string_view part) {
    buffer_.append(part.data(), part.size());
    return true;
  }

  // Pointers to open containers stay good: a container's list does not grow while its last item is open.
  json_node* add(json_node::kind type, json::error_code& ec) {
    if (values_left_ == 0) {
      values_used_up_ = true;
      ec = json::error::input_error;
      return nullptr;
    }
    --values_left_;
    advance();
    json_node* node = root_;
    if (!open_.empty()) {
      json_node& parent = *open_.back();
      if (parent.type == json_node::kind::array) {
        node = &parent.items.emplace_back();
      } else {
        json_node::member& member = parent.members.emplace_back();
        member.key = std::move(key_);
        member.key_offset = key_offset_;
        node = &member.value;
      }
    }
    node->type = type;
    node->offset = cursor_;
    stage_ = stage::value;
    return node;
  }

  bool open(json_node::kind type, json::error_code& ec) {
    json_node* node = add(type, ec);
    if (node == nullptr) return false;
    ++cursor_;
    node->end = cursor_;
    open_.push_back(node);
    stage_ = stage::opened;
    return true;
  }

  bool close() {
    advance();
    ++cursor_;
    open_.back()->end = cursor_;
    open_.pop_back();
    stage_ = stage::value;
    return true;
  }

  bool number(json::error_code& ec) {
    json_node* node = add(json_node::kind::number, ec);
    if (node == nullptr) return false;
    const std::size_t end = number_end(text_, cursor_);
    node->text = text_.substr(cursor_, end - cursor_);
    cursor_ = end;
    node->end = cursor_;
    return true;
  }

  std::string_view text_;
  std::size_t cursor_;
  std::size_t values_left_;
  bool values_used_up_ = false;
  json_node* root_;
  std::vector<json_node*> open_;
  std::string buffer_;
  std::string key_;
  std::size_t key_offset_ = 0;
  stage stage_ = stage::start;
};

// Of an unusual number the parser is shown a zero, ended by a blank: whether it is a number has been seen, the handler
// takes its digits from the text, and what it means is for those to say who read it.
void parse(json::basic_parser<tree_builder>& parser, std::string_view text, std::size_t begin,
           const std::vector<std::size_t>& unusual, json::error_code& ec) {
  constexpr std::string_view zero = "0 ";
  for (auto next = std::lower_bound(unusual.begin(), unusual.end(), begin); next != unusual.end(); ++next) {
    if (*next > begin) parser.write_some(true, text.data() + begin, *next - begin, ec);
    if (ec || parser.done()) return;
    parser.write_some(true, zero.data(), zero.size(), ec);
    begin = number_end(text, *next);
    if (ec || parser.done()) return;
  }
  parser.write_some(false, text.data() + begin, text.size() - begin, ec);
}

constexpr std::string_view bad_comment = "comments are // to the end of the line, or /* */";

struct mistake {
  std::size_t at;
  std::string message;
  std::string hint;
};

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

// A word without quotes, or nothing.
std::string_view bare_word(std::string_view text, std::size_t at) {
  std::size_t end = at;
  while (end < text.size() && end - at < 40 &&
         (is_letter(text[end]) || (end > at && (is_digit(text[end]) || text[end] == '_')))) {
    ++end;
  }
  return text.substr(at, end - at);
}

std::string shown(std::string_view text, std::size_t at) {
  if (at >= text.size()) return "the text ends here";
  if (text[at] == '"') return "found a text";
  if (text[at] == '\'') return "found a single quote";
  if (const std::string_view word = bare_word(text, at); !word.empty()) return say("found the bare word ", word);
  return say("found ", quote(text.substr(at, std::max<std::size_t>(utf8_length(text.substr(at)), 1))));
}

// JSON has only straight quotes.
bool is_typographic_quote(std::string_view text) {
  return text.substr(0, 2) == "\xE2\x80" && text.size() > 2 && (static_cast<unsigned char>(text[2]) & 0xF8) == 0x98;
}

mistake bad_string(std::string_view text, std::size_t begin) {
  for (std::size_t i = begin + 1; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\n' || c == '\r') return {begin, "this text in quotes does not end on its line", "close it with \""};
    if (static_cast<unsigned char>(c) < 0x20)
      return {i, "a control character stands in a text",
              "write a tab as \\t, the end of a line as \\n, others as \\u00.."};
    if (c != '\\') {
      if (c == '"') return {begin, "this text cannot be read", {}};
      continue;
    }
    const std::size_t escape = i;
    const char kind = ++i < text.size() ? text[i] : '\0';
    if (kind == 'u') {
      const auto unit = [&](std::size_t at) -> int {
        int value = 0;
        for (std::size_t k = at; k < at + 4; ++k) {
          const char h = k < text.size() ? text[k] : '\0';
          const int digit = h >= '0' && h <= '9'   ? h - '0'
                            : h >= 'a' && h <= 'f' ? h - 'a' + 10
                            : h >= 'A' && h <= 'F' ? h - 'A' + 10
                                                   : -1;
          if (digit < 0) return -1;
          value = value * 16 + digit;
        }
        return value;
      };
      const int first = unit(i + 1);
      if (first < 0) return {escape, "\\u needs four hexadecimal digits", "such as \\u20ac for the euro sign"};
      i += 4;
      const bool high = first >= 0xD800 && first < 0xDC00;
      const int second = high && text.substr(i + 1, 2) == "\\u" ? unit(i + 3) : -1;
      if ((first >= 0xDC00 && first < 0xE000) || (high && (second < 0xDC00 || second >= 0xE000))) {
        return {escape, "half of a surrogate pair stands alone", "write the character itself"};
      }
      if (high) i += 6;
    } else if (kind == '\0' || std::string_view("\"\\/bfnrt").find(kind) == std::string_view::npos) {
      return {escape, "JSON has no such escape", "a backslash itself is written \\\\"};
    }
  }
  return {begin, "this text in quotes does not end", "close it with \""};
}

mistake bad_word(std::size_t at, std::string_view word) {
  const auto is = [&](std::initializer_list<std::string_view> words) {
    return std::any_of(words.begin(), words.end(), [&](std::string_view one) {
      return one.size() == word.size() &&
             std::equal(one.begin(), one.end(), word.begin(), [](char a, char b) { return a == (b | 0x20); });
    });
  };
  std::string hint = say("texts stand in double quotes: \"", word, "\"");
  if (is({"true", "yes", "on"})) hint = "write true";
  if (is({"false", "no", "off"})) hint = "write false";
  if (is({"null", "none", "nil", "undefined"})) hint = "leave the key away";
  if (is({"nan", "inf", "infinity"})) hint = "only finite numbers can be written; without a limit leave the rule away";
  return {at, say("expected a value, found the bare word ", word), std::move(hint)};
}

mistake bad_value(std::string_view text, std::size_t at) {
  const char c = at < text.size() ? text[at] : '\0';
  if (c == '"') return bad_string(text, at);
  if (c == '\'' || is_typographic_quote(text.substr(at))) {
    return {at, say("expected a value, ", shown(text, at)), "texts stand in straight double quotes"};
  }
  if (c == '-' || c == '+' || c == '.' || is_digit(c)) {
    std::string_view hint = "digits without leading zeros, optionally a point and digits";
    if (c == '+') hint = "numbers have no plus sign";
    if (c == '.') hint = "write a digit before the point: 0.5";
    if (c == '-' && !bare_word(text, at + 1).empty())
      hint = "only finite numbers can be written; without a limit leave the rule away";
    return {at, "this is no number as JSON writes it", std::string(hint)};
  }
  if (const std::string_view word = bare_word(text, at); !word.empty()) return bad_word(at, word);
  const bool comment = c == '/' || c == '#';
  const std::string_view hint = comment ? bad_comment : c == ',' ? "there is one comma too many" : "";
  return {at, say("expected a value, ", shown(text, at)), std::string(hint)};
}

mistake bad_key(std::string_view text, std::size_t at, bool closing) {
  const char c = at < text.size() ? text[at] : '\0';
  if (c == '"') return bad_string(text, at);
  std::string hint = "keys stand in straight double quotes";
  if (const std::string_view word = bare_word(text, at); !word.empty())
    hint = say("keys stand in double quotes: \"", word, "\"");
  if (c == '/' || c == '#') hint = bad_comment;
  if (c == ',') hint = "there is one comma too many";
  if (c == ']') hint = "an object ends with }";
  if (is_digit(c)) hint = "for a decimal number write a point, not a comma: 5.99";
  if (at >= text.size()) hint.clear();
  return {at, say("expected a key", closing ? " or \"}\"" : "", ", ", shown(text, at)), std::move(hint)};
}

std::size_t line_of(std::string_view text, std::size_t at) {
  return 1 + static_cast<std::size_t>(std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n'));
}

// The hint where neither a comma nor the end of the container follows a value.
std::string after_value(std::string_view text, std::size_t at, const tree_builder& built) {
  const bool object = built.container()->type == json_node::kind::object;
  const std::string_view what = object ? "object" : "list";
  std::string begun = say("the ", what, " that begins in line ",
                          std::to_string(line_of(text, built.container()->offset)), " is not closed");
  if (at >= text.size() || text[at] == '}' || text[at] == ']') return begun;
  if (text[at] == '%') return "rates stand in double quotes: \"8%\"";
  const char before = at > 0 ? text[at - 1] : ' ';
  if (is_digit(before) && (is_letter(text[at]) || text[at] == '.'))
    return "numbers are digits, optionally a point and digits";
  const std::size_t last = line_of(text, built.cursor());
  if (last != line_of(text, at)) return say("the entry before it, in line ", std::to_string(last), ", needs a comma");
  const bool begins =
      text[at] == '"' || text[at] == '{' || text[at] == '[' || is_letter(text[at]) || is_digit(text[at]);
  return begins ? "a comma stands between two entries" : "";
}

// What the text should have had where the parser stopped.
json::parse_options options_of(std::size_t max_depth) {
  json::parse_options made;
  made.max_depth = max_depth;
  made.allow_comments = true;
  made.allow_trailing_commas = true;
  return made;
}

mistake expectation(std::string_view text, const tree_builder& built) {
  using stage = tree_builder::stage;
  std::size_t at = skip_blank(text, built.cursor());
  const json_node* const in = built.container();
  const bool object = in != nullptr && in->type == json_node::kind::object;
  if (at < text.size() && (text[at] == '/' || text[at] == '#')) {
    return {at, say("expected a comment, ", shown(text, at)), std::string(bad_comment)};
  }
  if (skip_blank(text, at, ",:") == text.size()) {
    const std::size_t comment = text.rfind("/*");
    if (comment != std::string_view::npos && comment >= built.cursor() &&
        text.find("*/", comment + 2) == std::string_view::npos) {
      return {comment, "this comment does not end", "close it with */"};
    }
  }
  const auto next = [&](char c) { return at < text.size() && text[at] == c; };
  switch (built.where()) {
    case stage::start: {
      mistake what = bad_value(text, at);
      what.hint = "a policy is a JSON object: { \"pricepoint\": 1, ... }";
      return what;
    }
    case stage::opened:
      return object ? bad_key(text, at, true) : bad_value(text, at);
    case stage::key:
      if (!next(':')) {
        return {at, say("expected \":\" after the key, ", shown(text, at)),
                "a key, a colon, a value: \"pricepoint\": 1"};
      }
      return bad_value(text, skip_blank(text, at + 1));
    case stage::value:
      break;
  }
  // A comment that stands wrongly behind a text that is one value.
  if (in == nullptr) {
    return {at, say("expected the end of the text, ", shown(text, at)), "a file holds one JSON object"};
  }
  if (!next(',')) {
    if (at < text.size() && at > 0 && text[at - 1] == '0' && text[at] >= '0' && text[at] <= '9') {
      return {at - 1, "numbers have no leading zeros", "write the number without them, or a text in double quotes"};
    }
    const std::string_view close = object ? "\"}\"" : "\"]\"";
    return {at, say("expected \",\" or ", close, ", ", shown(text, at)), after_value(text, at, built)};
  }
  at = skip_blank(text, at + 1);
  return object ? bad_key(text, at, true) : bad_value(text, at);
}

}  // namespace

const json_node* json_node::find(std::string_view key) const {
  for (const auto& one : members) {
    if (one.key == key) return &one.value;
  }
  return nullptr;
}

result<std::shared_ptr<source>> source::read(std::string text, std::string file, const parse_limits& limits) {
  auto made = std::make_shared<source>();
  part& policy = made->parts_.emplace_back();
  policy.file = std::move(file);
  const auto failed = [&](const char* code, std::size_t at, std::string message, std::string hint = {}) {
    return error({made->diagnose(code, at, std::move(message), std::move(hint))});
  };
  if (text.size() > limits.max_bytes) {
    return failed(
        codes::too_large, 0,
        say("the text has more than ", std::to_string(limits.max_bytes), " bytes, and no policy is that large"),
        "rules for single products can stand in a table beside the policy");
  }
  policy.text = std::move(text);
  made->find_lines(policy);
  const std::string_view whole = policy.text;
  const std::size_t begin = policy.lines.front();
  if (detail::is_utf16(whole)) return failed(codes::not_utf8, 0, "this file is UTF-16", "save it as UTF-8");
  // Before anything else, so that excerpts and messages are always UTF-8. Comments count too.
  for (std::size_t i = begin; i < whole.size();) {
    const std::size_t length = static_cast<unsigned char>(whole[i]) < 0x80 ? 1 : utf8_length(whole.substr(i, 4));
    if (length == 0) return failed(codes::not_utf8, i, "this byte is not UTF-8", "save the file as UTF-8");
    i += length;
  }
  if (skip_blank(whole, begin) == whole.size() && whole.find("/*", begin) == std::string_view::npos) {
    return failed(codes::empty_text, begin, "the text is empty; expected a policy: { \"pricepoint\": 1, ... }");
  }

  const json::parse_options options = options_of(std::min(limits.max_depth, deepest));
  json::basic_parser<tree_builder> parser(options, whole, begin, limits.max_values, made->root_);
  json::error_code ec;
  made->unusual_numbers_ = unusual_numbers(whole, begin, limits.max_values);
  parse(parser, whole, begin, made->unusual_numbers_, ec);
  const tree_builder& built = parser.handler();
  if (ec) {
    const std::size_t next = skip_blank(whole, built.cursor(), ",:");
    if (built.values_used_up()) {
      return failed(codes::too_large, next,
                    say("the text has more than ", std::to_string(limits.max_values), " values"));
    }
    if (ec == json::error::too_deep) {
      return failed(codes::too_deep, next,
                    say("objects and lists are nested more than ", std::to_string(options.max_depth), " deep"));
    }
    if (ec == json::error::key_too_large) {
      return failed(codes::too_large, next,
                    say("a key has at most ", std::to_string(tree_builder::max_key_size), " bytes"));
    }
    mistake what = expectation(whole, built);
    return failed(codes::not_json, what.at, std::move(what.message), std::move(what.hint));
  }
  const std::size_t rest = skip_blank(whole, made->root_.end);
  if (rest != whole.size()) {
    return failed(codes::trailing_text, rest, "the policy has ended, but the text goes on",
                  "a file holds one JSON object; is there a bracket too many?");
  }
  return made;
}

void source::find_lines(part& of) {
  const std::string_view whole = of.text;
  of.lines.push_back(whole.substr(0, 3) == "\xEF\xBB\xBF" ? 3 : 0);
  for (std::size_t i = whole.find('\n'); i != std::string_view::npos; i = whole.find('\n', i + 1)) {
    of.lines.push_back(i + 1);
  }
}

std::size_t source::add_table(std::string name, std::string file, std::string text, std::size_t named_at) {
  const std::size_t begin = parts_.back().begin + parts_.back().text.size() + 1;
  part& made = parts_.emplace_back();
  made.name = std::move(name);
  made.file = std::move(file);
  made.text = std::move(text);
  made.size = made.text.size();
  if (made.text.empty() || made.text.back() != '\n') made.text.push_back('\n');
  made.begin = begin;
  made.named_at = named_at;
  find_lines(made);
  return begin;
}

std::vector<source::table> source::tables() const {
  std::vector<table> all;
  for (std::size_t i = 1; i < parts_.size(); ++i)
    all.push_back({parts_[i].name, std::string_view(parts_[i].text).substr(0, parts_[i].size)});
  return all;
}

const source::part& source::part_of(std::size_t offset) const {
  const auto after = std::upper_bound(parts_.begin() + 1, parts_.end(), offset,
                                      [](std::size_t at, const part& one) { return at < one.begin; });
  return *(after - 1);
}

std::string_view source::from(std::size_t offset) const {
  const part& in = part_of(offset);
  return std::string_view(in.text).substr(std::min(offset - in.begin, in.text.size()));
}

text_place source::place(std::size_t offset) const {
  const part& in = part_of(offset);
  if (in.lines.empty()) return {};
  offset = std::clamp(offset - in.begin, in.lines.front(), std::max(in.lines.front(), in.text.size()));
  const auto after = std::upper_bound(in.lines.begin(), in.lines.end(), offset);
  const std::size_t begin = *(after - 1);
  const std::size_t points = detail::count_points(std::string_view(in.text).substr(begin, offset - begin));
  return {static_cast<std::size_t>(after - in.lines.begin()), points + 1};
}

void source::forget_tree() noexcept {
  root_ = {};
  forgotten_ = true;
}

const json_node& source::tree() const {
  if (!forgotten_) return root_;
  // Not std::call_once: where memory has run out, glibc ends the process that throws through its pthread_once.
  const std::lock_guard<std::mutex> alone(reading_again_);
  if (!again_) again_ = value_at(parts_.front().lines.front());
  return *again_;
}

json_node source::value_at(std::size_t offset) const {
  const std::string_view whole = parts_.front().text;
  json_node made;
  json::basic_parser<tree_builder> parser(options_of(deepest), whole, offset, SIZE_MAX, made);
  json::error_code ec;
  parse(parser, whole, offset, unusual_numbers_, ec);
  return made;
}

std::string source::pointer(std::size_t offset) const {
  std::string out;
  if (const part& in = part_of(offset); in.begin != 0) offset = in.named_at;
  const json_node* node = &tree();
  while (true) {
    if (node->type == json_node::kind::object) {
      const auto after = std::upper_bound(node->members.begin(), node->members.end(), offset,
                                          [](std::size_t at, const json_node::member& m) { return at < m.key_offset; });
      if (after == node->members.begin()) return out;
      const json_node::member& member = *(after - 1);
      if (offset >= member.value.end) return out;
      out += '/';
      for (const char c : member.key) {
        if (c == '~') {
          out += "~0";
        } else if (c == '/') {
          out += "~1";
        } else {
          out += c;
        }
      }
      if (offset < member.value.offset) return out;
      node = &member.value;
    } else if (node->type == json_node::kind::array) {
      const auto after = std::upper_bound(node->items.begin(), node->items.end(), offset,
                                          [](std::size_t at, const json_node& item) { return at < item.offset; });
      if (after == node->items.begin() || offset >= (after - 1)->end) return out;
      out += '/';
      out += std::to_string(after - 1 - node->items.begin());
      node = &*(after - 1);
    } else {
      return out;
    }
  }
}

diagnostic source::diagnose(std::string code, std::size_t offset, std::string message, std::string hint) const {
  diagnostic out;
  out.code = std::move(code);
  out.message = std::move(message);
  out.hint = std::move(hint);
  const part& in = part_of(offset);
  out.file = in.file;
  out.pointer = pointer(offset);
  out.offset = offset - in.begin;
  if (in.lines.empty()) return out;
  const auto [line, column] = place(offset);
  out.line = line;
  out.column = column;
  offset -= in.begin;

  const std::string_view text = in.text;
  const std::size_t line_begin = in.lines[line - 1];
  std::size_t line_end = line < in.lines.size() ? in.lines[line] - 1 : text.size();
  if (line_end > line_begin && text[line_end - 1] == '\r') --line_end;
  detail::show_line(out, text.substr(line_begin, line_end - line_begin), std::max(offset, line_begin) - line_begin);
  return out;
}

}  // namespace pricepoint::policy_language
