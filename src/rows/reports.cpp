// SPDX-License-Identifier: Apache-2.0
// Reports as JSON. Entries: inputs_json, markets_json, append_not_searched. Tests: tests/golden/cases (inputs*,
// markets*), tests/golden/check.py, tests/capi.
#include "rows/reports.hpp"

#include <utility>

#include "pricepoint/explain/explanation.hpp"
#include "rows/text.hpp"

namespace pricepoint::rows {
namespace {

using former_kind = enum former_price_rule::kind;

class inputs_writer {
 public:
  std::string run(const policy_inputs& of, std::string_view fingerprint, std::string_view zones) {
    out_ = "{\"policy\":";
    append_json_string(out_, fingerprint);
    out_ += ",\"zones\":";
    append_json_string(out_, zones);
    out_ += ",\"channels\":";
    list(of.channels, [&](const policy_inputs::channel& channel) {
      out_ += "{\"channel\":";
      append_json_string(out_, channel.name);
      out_ += ",\"fields\":";
      list(channel.fields, [&](const policy_inputs::field& one) {
        static constexpr std::string_view names[] = {"required", "one_of", "optional"};
        out_ += "{\"name\":";
        append_json_string(out_, one.name);
        out_.append(",\"need\":\"").append(names[static_cast<std::size_t>(one.need)]).append("\"");
        if (one.starts) out_ += ",\"starts\":true";
        words("rules", one.rules);
        words("markets", one.markets);
        out_ += '}';
      });
      out_ += ",\"attributes\":";
      list(channel.attributes, [&](const policy_inputs::attribute& one) {
        out_ += "{\"name\":";
        append_json_string(out_, one.name);
        words("values", one.values);
        words("rules", one.rules);
        out_ += '}';
      });
      words("periods", channel.periods);
      out_ += '}';
    });
    return std::move(out_) + "}\n";
  }

 private:
  template <class List, class Write>
  void list(const List& all, const Write& write) {
    char separator = '[';
    for (const auto& one : all) {
      out_ += separator;
      separator = ',';
      write(one);
    }
    out_ += all.empty() ? "[]" : "]";
  }
  void words(std::string_view key, const std::vector<std::string>& all) {
    if (all.empty()) return;
    out_.append(",\"").append(key).append("\":");
    list(all, [&](const std::string& one) { append_json_string(out_, one); });
  }
  std::string out_;
};

class markets_writer {
 public:
  std::string run(const std::vector<const market_entry*>& all, std::string_view version) {
    out_ = "{";
    if (!version.empty()) text("version", version);
    key("markets");
    out_ += '[';
    for (const market_entry* one : all) {
      if (one != all.front()) out_ += ',';
      market(*one);
    }
    out_ += "]}\n";
    return std::move(out_);
  }

 private:
  void key(std::string_view name) {
    if (out_.back() != '{') out_ += ',';
    out_.append("\"").append(name).append("\":");
  }
  void text(std::string_view name, std::string_view value) {
    key(name);
    append_json_string(out_, value);
  }
  void days(std::string_view name, int value) {
    if (value == 0) return;
    key(name);
    append_number(out_, static_cast<std::uint64_t>(value));
  }
  void flag(std::string_view name, bool value) {
    if (!value) return;
    key(name);
    out_ += "true";
  }
  void list(std::string_view name, const std::vector<std::string>& all) {
    if (all.empty()) return;
    key(name);
    out_ += '[';
    for (const std::string& one : all) {
      if (&one != &all.front()) out_ += ',';
      append_json_string(out_, one);
    }
    out_ += ']';
  }
  void evidence(const pricepoint::evidence& of) {
    text("confidence", to_string(of.confidence));
    if (!of.sources.empty()) {
      key("sources");
      out_ += '[';
      for (const std::string& source : of.sources) {
        if (&source != &of.sources.front()) out_ += ',';
        append_json_string(out_, source);
      }
      out_ += ']';
    }
    if (!of.note.empty()) text("note", of.note);
  }
  template <class T, class Word>
  void fact(std::string_view name, const pricepoint::fact<T>& of, const Word& word) {
    if (!of.given) return;
    key(name);
    out_ += '{';
    if (of.value) {
      text("value", word(*of.value));
    } else {
      key("value");
      out_ += "null";
    }
    evidence(of);
    out_ += '}';
  }
  void former(const pricepoint::fact<former_price_rule>& of) {
    if (!of.value) return;
    static constexpr std::string_view words[] = {"none", "lowest", "majority", "half_time"};
    const former_price_rule& law = *of.value;
    key("former_price");
    out_ += '{';
    text("rule", words[static_cast<std::size_t>(law.rule)]);
    days("days", law.days);
    days("least_days", law.least_days);
    days("recent_days", law.recent_days);
    days("most_days", law.most_days);
    flag("progressive", law.progressive);
    if (!law.earlier.empty()) {
      key("earlier");
      out_ += '[';
      for (const auto& one : law.earlier) {
        out_ += &one == &law.earlier.front() ? "{" : ",{";
        text("until", date_of(one.until_unix_ms));
        days("days", one.days);
        out_ += '}';
      }
      out_ += ']';
    }
    evidence(of);
    out_ += '}';
  }
  void numbers(const shape::numbers& what) {
    static constexpr std::string_view scopes[] = {"any", "integer", "fraction", "last"};
    out_ += '{';
    std::string digits;
    for (int digit = 0; digit < 10; ++digit) {
      if ((what.digits >> digit & 1) != 0) digits.push_back(static_cast<char>('0' + digit));
    }
    if (!digits.empty()) text("digits", digits);
    list("sequences", what.sequences);
    list("amounts", what.amounts);
    if (what.in != shape::scope::any) text("in", scopes[static_cast<std::size_t>(what.in)]);
    out_ += '}';
  }
  void entry(const culture_entry& one) {
    out_ += '{';
    text("id", one.id);
    if (const auto* what = std::get_if<shape::numbers>(&one.what)) {
      key(kind_word(one));
      numbers(*what);
    } else if (const auto* multiple = std::get_if<shape::multiple_of>(&one.what)) {
      text("multiple_of", to_string(multiple->step));
    } else {
      list("endings", std::get<shape::endings>(one.what).patterns);
    }
    if (one.from) text("from", to_string(*one.from));
    if (one.below) text("below", to_string(*one.below));
    text("strength", to_string(one.strength()));
    flag("wider", one.wider);
    evidence(one);
    out_ += '}';
  }
  void market(const market_entry& one) {
    out_ += '{';
    text("code", one.code);
    if (!one.name.empty()) text("name", one.name);
    const auto as_decimal = [](const decimal& value) { return to_string(value); };
    fact("currency", one.currency, [](currency value) { return value.code(); });
    fact("unit", one.unit, as_decimal);
    fact("display", one.display, display_word);
    fact("cash_step", one.cash_step, as_decimal);
    former(one.former_price);
    fact("minimum_resale_price", one.minimum_resale_price, [](resale_minimum value) { return to_string(value); });
    key("culture");
    out_ += '[';
    for (const culture_entry& each : one.culture) {
      if (&each != &one.culture.front()) out_ += ',';
      entry(each);
    }
    out_ += "]}";
  }

  std::string out_;
};

}  // namespace

std::string inputs_json(const policy_inputs& of, std::string_view fingerprint, std::string_view zones) {
  return inputs_writer().run(of, fingerprint, zones);
}

std::string markets_json(const std::vector<const market_entry*>& all, std::string_view version) {
  return markets_writer().run(all, version);
}

void append_not_searched(std::string& out, const check_report& of) {
  for (const std::string& one : of.not_searched) {
    out += "{\"not_searched\":";
    append_json_string(out, one);
    out += "}\n";
  }
}

std::string_view display_word(tax_display value) { return value == tax_display::gross ? "gross" : "net"; }

std::string_view kind_word(const culture_entry& one) {
  static constexpr std::string_view words[] = {"avoid", "prefer", "endings"};
  return words[static_cast<std::size_t>(one.kind)];
}

std::string date_of(std::int64_t unix_ms) { return to_string(instant{unix_ms}).substr(0, 10); }

}  // namespace pricepoint::rows
