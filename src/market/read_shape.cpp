// SPDX-License-Identifier: Apache-2.0
// What a price may look like: endings, multiples, digits, sequences and amounts. Entries: value_reader::read_endings,
// read_multiple, read_numbers. Test: tests/unit/policy/parse_rule_test.cpp.
#include <algorithm>

#include "market/value_reader.hpp"

namespace pricepoint::policy_language {

namespace {

constexpr std::size_t longest_integer = 15;  // digits of an ending's integer part
constexpr std::size_t longest_fraction = 9;
constexpr std::size_t longest_sequence = 16;  // 10^15 minor units of a currency without decimals

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool all_digits(std::string_view text) { return !text.empty() && std::all_of(text.begin(), text.end(), is_digit); }

// 1, 2, 2.5 or 5 times a power of ten: without its zeros the number is 1, 2, 25 or 5.
bool is_round(const decimal& value) {
  if (value.sign() <= 0) return false;
  detail::int128 digits = value.coefficient();
  while (digits % 10 == 0) digits /= 10;
  return digits == 1 || digits == 2 || digits == 5 || digits == 25;
}

}  // namespace

std::optional<shape::endings> value_reader::read_endings(const json_node& node) {
  if (node.type != json_node::kind::array) {
    wrong_type(node, "a list of endings such as [\".99\", \"9.90\"]");
    return {};
  }
  const std::size_t before = wrong_.count();
  if (node.items.empty()) wrong_.add(codes::empty, node.offset, "\"endings\": a list must not be empty");
  if (node.items.size() > limits_.max_patterns) {
    wrong_.add(codes::too_many, node.offset,
               say("more than ", std::to_string(limits_.max_patterns), " endings in one rule"));
    return {};
  }
  shape::endings out;
  for (const auto& item : node.items) {
    if (check_ending(item)) out.patterns.push_back(item.text);
  }
  if (wrong_.count() != before) return {};
  return out;
}

bool value_reader::check_ending(const json_node& node) {
  if (node.type != json_node::kind::string) {
    wrong_type(node, "an ending in quotes such as \".99\"",
               node.type == json_node::kind::number ? write_as(node.text) : std::string());
    return false;
  }
  const std::string_view text = node.text;
  const auto bad = [&](std::size_t at, std::string_view why) {
    wrong_.add(codes::bad_ending, text_offsets(*source_, node)[at], say(quote(text), " is no ending: ", why),
               "digits, ? for any digit, and at most one point: \".99\", \"9.90\", \".?9\", \"88\"");
    return false;
  };
  std::size_t point = std::string_view::npos;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (is_digit(text[i]) || text[i] == '?') continue;
    if (text[i] != '.') return bad(i, "only digits, ? and a point can stand in it");
    if (point != std::string_view::npos) return bad(i, "it has two points");
    point = i;
  }
  if (text.empty() || text == ".") return bad(0, "it has no digit");
  const std::size_t integer = std::min(point, text.size());
  const std::size_t fraction = point == std::string_view::npos ? 0 : text.size() - point - 1;
  if (integer > longest_integer || fraction > longest_fraction) {
    return bad(0, "at most 15 digits before the point and 9 after it");
  }
  return true;
}

std::optional<money> value_reader::read_multiple(const json_node& node) {
  return read_by_currency<decimal>(node, "\"multiple_of\"", [&](const json_node& one) -> std::optional<decimal> {
    const auto value = read_decimal(one, "\"multiple_of\"");
    if (!value || is_round(*value)) return value;
    wrong_.add(codes::bad_multiple, one.offset,
               say("\"multiple_of\" is 1, 2, 2.5 or 5 times a power of ten, not ", to_string(*value)));
    return {};
  });
}

std::optional<shape::numbers> value_reader::read_numbers(const json_node& node, std::string_view what) {
  if (!is_object(node, say(what, ", with digits, sequences, amounts and in"))) return {};
  const std::size_t before = wrong_.count();
  shape::numbers out;
  bool given = false;
  std::size_t sequences_offset = 0;
  const auto list = [&](const json_node& value, std::string_view name, std::vector<std::string>& into, auto check) {
    given = true;
    if (value.type != json_node::kind::array) {
      wrong_type(value, say("a list of texts of digits for ", name));
      return;
    }
    if (value.items.empty()) wrong_.add(codes::empty, value.offset, say(name, ": a list must not be empty"));
    if (value.items.size() > limits_.max_patterns) {
      wrong_.add(codes::too_many, value.offset,
                 say(name, " has more than ", std::to_string(limits_.max_patterns), " entries"));
      return;
    }
    for (const auto& item : value.items) {
      if (item.type != json_node::kind::string) {
        wrong_type(item, say("a text of digits in ", name),
                   item.type == json_node::kind::number ? write_as(item.text) : std::string());
      } else if (!all_digits(item.text) || item.text.size() > longest_sequence) {
        wrong_.add(codes::bad_digits, item.offset, say(name, ": expected 1 to 16 digits, found ", quote(item.text)));
      } else if (check(item)) {
        into.push_back(item.text);
      }
    }
  };
  for (const auto& member : node.members) {
    const json_node& value = member.value;
    if (member.key == "digits") {
      given = true;
      if (value.type != json_node::kind::string) {
        wrong_type(value, "a text of digits for \"digits\"",
                   value.type == json_node::kind::number ? write_as(value.text) : std::string());
        continue;
      }
      if (value.text.empty()) wrong_.add(codes::empty, value.offset, "\"digits\" must not be empty");
      for (std::size_t i = 0; i < value.text.size(); ++i) {
        if (!is_digit(value.text[i])) {
          wrong_.add(codes::bad_digits, text_offsets(*source_, value)[i],
                     say("\"digits\" is a text of digits, not ", quote(value.text)));
          break;
        }
        out.digits = static_cast<std::uint16_t>(out.digits | 1u << (value.text[i] - '0'));
      }
    } else if (member.key == "sequences") {
      sequences_offset = member.key_offset;
      list(value, "\"sequences\"", out.sequences, [](const json_node&) { return true; });
    } else if (member.key == "amounts") {
      list(value, "\"amounts\"", out.amounts, [&](const json_node& item) {
        if (item.text.size() == 1 || item.text[0] != '0') return true;
        wrong_.add(codes::bad_digits, item.offset, "\"amounts\" are whole integer parts, without leading zeros");
        return false;
      });
    } else if (member.key == "in") {
      if (const auto word = read_word(value, "\"in\"", {"any", "integer", "fraction", "last"})) {
        out.in = static_cast<shape::scope>(*word);
      }
    } else if (!is_note(member.key)) {
      unknown_key(member, {"digits", "sequences", "amounts", "in"}, what);
    }
  }
  if (!given) wrong_.add(codes::empty, node.offset, say(what, " needs digits, sequences or amounts"));
  if (out.in == shape::scope::last && sequences_offset != 0) {
    wrong_.add(codes::sequence_at_last, sequences_offset, "\"in\": \"last\" looks at one digit: it is for digits only");
  }
  if (wrong_.count() != before) return {};
  return out;
}

}  // namespace pricepoint::policy_language
