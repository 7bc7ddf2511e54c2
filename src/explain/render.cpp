// SPDX-License-Identifier: Apache-2.0
// Decisions as JSON. Written by hand and appended, since it runs once a row and must not allocate in the steady state.
// Entry: append_json_members, append_json_string. Test: tests/unit/explain/render_test.cpp.
#include "pricepoint/explain/explanation.hpp"

#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "text/json_text.hpp"

namespace pricepoint {
namespace {

// coefficient / 10^scale with exactly `scale` decimals.
void append_fixed(std::string& out, detail::int128 coefficient, int scale) {
  const detail::uint128 size = detail::magnitude(coefficient);
  if (size > UINT64_MAX) {
    detail::append_scaled(out, coefficient, scale);
    return;
  }
  char digits[48];
  char* const end = std::to_chars(digits, digits + sizeof digits, static_cast<std::uint64_t>(size)).ptr;
  const int length = static_cast<int>(end - digits);
  if (coefficient < 0) out.push_back('-');
  if (length > scale) {
    out.append(digits, static_cast<std::size_t>(length - scale));
  } else {
    out.push_back('0');
  }
  if (scale == 0) return;
  out.push_back('.');
  for (int zeros = scale - length; zeros > 0; --zeros) out.push_back('0');
  const int kept = length < scale ? length : scale;
  out.append(end - kept, static_cast<std::size_t>(kept));
}

// Members of an object, a comma before each but the first.
class member_writer {
 public:
  explicit member_writer(std::string& out) : out_(out) {}

  void text(std::string_view key, std::string_view value) {
    start(key);
    append_json_string(out_, value);
  }
  void money(std::string_view key, const std::optional<amount>& value) {
    if (!value) return;
    start(key);
    out_.push_back('"');
    append_fixed(out_, value->minor, value->currency.digits());
    out_.push_back('"');
  }
  void target(const std::optional<decimal>& value, const std::optional<currency>& unit) {
    if (!value) return;
    start("target");
    out_.push_back('"');
    append_target(out_, *value, unit);
    out_.push_back('"');
  }
  template <class List>
  void list(std::string_view key, const List& names) {
    if (names.empty()) return;
    start(key);
    char separator = '[';
    for (const std::string_view name : names) {
      out_.push_back(separator);
      append_json_string(out_, name);
      separator = ',';
    }
    out_.push_back(']');
  }
  void start(std::string_view key) {
    if (!first_) out_.push_back(',');
    first_ = false;
    out_.push_back('"');
    out_.append(key);
    out_.append("\":");
  }

 private:
  std::string& out_;
  bool first_ = true;
};

void append_saving_rate(std::string& out, int percent) {
  char digits[16];
  out.push_back('"');
  out.append(digits, static_cast<std::size_t>(std::to_chars(digits, digits + sizeof digits, percent).ptr - digits));
  out.append("%\"");
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) { detail::append_json_string(out, text); }

void append_target(std::string& out, const decimal& target, const std::optional<currency>& unit) {
  detail::int128 coefficient = target.coefficient();
  int scale = target.scale();
  for (const int wanted = unit ? unit->digits() + 4 : scale; scale < wanted; ++scale) coefficient *= 10;
  append_fixed(out, coefficient, scale);
}

void append_json_members(std::string& out, const decision& what) {
  member_writer to(out);
  if (what.currency()) to.text("currency", what.currency()->code());
  to.text("status", to_string(what.status()));
  to.money("price", what.price());
  to.money("net", what.net());
  to.money("tax", what.tax());
  to.target(what.target(), what.currency());
  to.list("discounts", what.discounts());
  to.list("limited_by", what.limited_by());
  if (what.was()) {
    to.money("was", what.was());
    to.money("saving", what.saving());
    if (what.saving_rate_percent() != 0) {
      to.start("saving_rate");
      append_saving_rate(out, what.saving_rate_percent());
    }
  }
  to.list("relaxed", what.relaxed());
  to.list("conflict", what.conflict());
  to.list("missing", what.missing());
  to.list("invalid", what.invalid());
  to.list("advice", what.advice());
  if (!what.credits().empty()) {
    to.start("credits");
    char separator = '[';
    for (const credit_due& credit : what.credits()) {
      out.push_back(separator);
      separator = ',';
      out.append("{\"to\":");
      append_json_string(out, credit.to);
      out.append(",\"amount\":\"");
      append_fixed(out, credit.due.minor, credit.due.currency.digits());
      out.append("\"}");
    }
    out.push_back(']');
  }
  if (what.held()) {
    to.start("held");
    out.append("true");
  }
  to.money("fallback_price", what.fallback_price());
  if (what.next_change_at()) to.text("next_change_at", to_string(*what.next_change_at()));
  if (!what.policy().empty()) to.text("policy", what.policy());
}

}  // namespace pricepoint
