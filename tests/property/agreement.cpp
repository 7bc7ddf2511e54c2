// SPDX-License-Identifier: Apache-2.0
// Translates requests and compares decisions. Entry: agreement::compare.
#include "agreement.hpp"

#include <algorithm>
#include <deque>
#include <memory>
#include <random>
#include <set>
#include <sstream>
#include <string_view>
#include <vector>

#include "columns/lanes.hpp"
#include "compile/machine.hpp"
#include "pricepoint/money/exact.hpp"
#include "pricepoint/pricing/bound_pricer.hpp"
#include "pricepoint/pricing/columns.hpp"
#include "pricepoint/pricing/exchange_rates.hpp"

namespace agreement {

using pricepoint::decision;
using pricepoint::detail::int128;

namespace {

template <class List>
std::string joined(const List& list) {
  std::string text = "[";
  for (const auto& one : list) {
    if (text.size() > 1) text += ' ';
    text += one;
  }
  return text + "]";
}

std::string number(const std::optional<long long>& value) { return value ? std::to_string(*value) : "none"; }

std::optional<long long> minor(const std::optional<pricepoint::amount>& value) {
  if (!value) return {};
  return value->minor;
}

// Half up to four decimals more than the currency has, as the language shows a target.
std::string shown(const std::optional<reference::rational>& target, int digits) {
  if (!target) return "none";
  boost::multiprecision::cpp_int power = 1;
  for (int i = 0; i < digits + 4; ++i) power *= 10;
  const reference::rational scaled = *target * power;
  const boost::multiprecision::cpp_int doubled = 2 * numerator(scaled) + denominator(scaled);
  boost::multiprecision::cpp_int whole = doubled / (2 * denominator(scaled));
  return whole.str();
}

std::string digits_of(const std::optional<pricepoint::decimal>& value) {
  if (!value) return "none";
  std::string text;
  pricepoint::detail::append_scaled(text, value->coefficient(), 0);
  return text;
}

}  // namespace

pricepoint::request engine_request(const std::map<std::string, std::string>& fields) {
  pricepoint::request made;
  for (const auto& [name, text] : fields) {
    const std::string_view value = text;
    if (name == "sku")
      made.sku = value;
    else if (name == "category")
      made.category = value;
    else if (name == "segment")
      made.segment = value;
    else if (name == "audience")
      made.audience = value;
    else if (name == "quantity")
      made.quantity = pricepoint::parse_decimal(value);
    else if (name == "channel")
      made.channel = value;
    else if (name == "market")
      made.market = value;
    else if (name == "at")
      made.at = pricepoint::parse_instant(value);
    else if (name == "current_since")
      made.current_since = pricepoint::parse_instant(value);
    else if (name == "list")
      made.list = pricepoint::parse_decimal(value);
    else if (name == "msrp")
      made.msrp = pricepoint::parse_decimal(value);
    else if (name == "map")
      made.map = pricepoint::parse_decimal(value);
    else if (name == "current")
      made.current = pricepoint::parse_decimal(value);
    else if (name == "lowest_prior")
      made.lowest_prior = pricepoint::parse_decimal(value);
    else if (name == "cost")
      made.cost = pricepoint::parse_decimal(value);
    else if (name == "shipping")
      made.shipping = pricepoint::parse_decimal(value);
    else if (name == "units")
      made.units = pricepoint::parse_decimal(value);
    else if (name == "currency")
      made.currency = value;
    else if (name == "tax")
      made.tax = pricepoint::parse_rate(value);
    else if (name == "fee")
      made.fee = pricepoint::parse_rate(value);
    else if (name.starts_with("price.")) {
      made.prices.push_back({std::string_view(name).substr(6), *pricepoint::parse_decimal(value)});
    } else {
      made.attributes.push_back({name, value});
    }
  }
  return made;
}

pricepoint::policy_language::table_loader files_of(const generator::scenario& scenario) {
  return [files = scenario.beside.files](const std::string& name,
                                         std::size_t) -> pricepoint::result<pricepoint::policy_language::loaded_table> {
    const auto found = files.find(name);
    if (found != files.end()) return pricepoint::policy_language::loaded_table{name, found->second};
    pricepoint::diagnostic one;
    one.message = "no such file";
    return pricepoint::error({one});
  };
}

std::string difference(const reference::decision& expected, const decision& got) {
  std::ostringstream out;
  const auto line = [&](const char* what, const std::string& wanted, const std::string& found) {
    if (wanted != found) out << "  " << what << ": reference " << wanted << ", engine " << found << '\n';
  };
  line("status", expected.status, std::string(to_string(got.status())));
  line("currency", expected.currency, got.currency() ? std::string(got.currency()->code()) : "");
  line("price", number(expected.price_minor), number(minor(got.price())));
  const int digits = got.currency() ? got.currency()->digits() : 0;
  line("target", shown(expected.target, digits), digits_of(got.target()));
  line("discounts", joined(expected.discounts), joined(got.discounts()));
  line("limited_by", joined(expected.limited_by), joined(got.limited_by()));
  line("relaxed", joined(expected.relaxed), joined(got.relaxed()));
  line("conflict", joined(expected.conflict), joined(got.conflict()));
  line("missing", joined(expected.missing), joined(got.missing()));
  line("invalid", joined(expected.invalid), joined(got.invalid()));
  line("advice", joined(expected.advice), joined(got.advice()));
  line("held", expected.held ? "true" : "false", got.held() ? "true" : "false");
  line("fallback", number(expected.fallback_price_minor), number(minor(got.fallback_price())));
  line("net", number(expected.net_minor), number(minor(got.net())));
  line("tax", number(expected.tax_minor), number(minor(got.tax())));
  line("was", number(expected.was_minor), number(minor(got.was())));
  line("saving", number(expected.saving_minor), number(minor(got.saving())));
  line("saving_rate", number(expected.saving_rate_percent),
       got.saving_rate_percent() > 0 ? std::to_string(got.saving_rate_percent()) : "none");
  std::vector<std::string> wanted;
  std::vector<std::string> found;
  for (const auto& [to, due] : expected.credits) wanted.push_back(to + ":" + std::to_string(due));
  for (const auto& one : got.credits()) found.push_back(std::string(one.to) + ":" + std::to_string(one.due.minor));
  line("credits", joined(wanted), joined(found));
  line("next_change_at", number(expected.next_change_at_unix_ms),
       got.next_change_at() ? std::to_string(got.next_change_at()->unix_ms) : "none");
  return out.str();
}

namespace {

using pricepoint::absent_value;

// A decimal in units of 10^-digits, where it is a whole number of them.
std::optional<std::int64_t> units_of(const pricepoint::decimal& value, int digits) {
  const auto minor = pricepoint::detail::fraction::minor_units(value, digits);
  if (minor.denominator != 1 || !pricepoint::detail::fits_int64(minor.numerator)) return {};
  return static_cast<std::int64_t>(minor.numerator);
}

int digits_of_money(const pricepoint::policy& policy, const pricepoint::request& asked) {
  const auto given = asked.currency.empty() ? std::nullopt : pricepoint::find_currency(asked.currency);
  return given ? given->digits() : policy.currency_of(asked.market).digits();
}

std::string quoted(pricepoint::status is, std::int64_t price, const std::string& limited, const std::string& relaxed) {
  return std::string(to_string(is)) + " " + std::to_string(price) + " limited " + limited + " relaxed " + relaxed;
}

std::string quoted(const decision& of) {
  return quoted(of.status(), of.price() ? of.price()->minor : absent_value, joined(of.limited_by()),
                joined(of.relaxed()));
}

// The same request by a pricer that is bound to all of it but its money; empty where both say the same.
std::string difference_of_bound(pricepoint::pricer& pricer, const pricepoint::request& asked,
                                const decision& expected) {
  const int digits = digits_of_money(pricer.policy(), asked);
  std::vector<std::string> names;
  std::vector<std::int64_t> values;
  bool whole = true;
  const auto pass = [&](const std::string& name, const pricepoint::decimal& value) {
    const auto units = units_of(value, digits);
    // At other decimals, or in no market, it is no number of minor units.
    if (!units) whole = false;
    names.push_back(name);
    values.push_back(units.value_or(0));
  };
  pricepoint::request kind = asked;
  for (const auto& [name, member] : {std::pair{"list", &pricepoint::request::list},
                                     {"msrp", &pricepoint::request::msrp},
                                     {"map", &pricepoint::request::map},
                                     {"current", &pricepoint::request::current},
                                     {"lowest_prior", &pricepoint::request::lowest_prior},
                                     {"cost", &pricepoint::request::cost},
                                     {"shipping", &pricepoint::request::shipping}}) {
    if (!(asked.*member)) continue;
    pass(name, *(asked.*member));
    (kind.*member).reset();
  }
  kind.prices.clear();
  for (const auto& one : asked.prices) {
    if (pricepoint::engine::machine_of(pricer.policy()).find_channel(one.channel)) {
      pass("price." + std::string(one.channel), one.price);
    } else {
      kind.prices.push_back(one);
    }
  }
  if (!whole) return {};
  const std::vector<std::string_view> fields(names.begin(), names.end());
  auto bound = pricer.bind(kind, fields);
  if (!bound) return "  " + bound.error().to_string();
  const pricepoint::quote quote = bound->price(values);
  const std::string found = quoted(quote.status, quote.price_minor, joined(quote.limited_by), joined(quote.relaxed));
  return found == quoted(expected) ? "" : "  decision: " + quoted(expected) + "\n  quote:    " + found + "\n";
}

// Of some requests many, whose money differs by a unit, is another amount of the same request or next to it, such as
// the price, is about as large, or is not there.
std::vector<reference::request> variations(const pricepoint::policy& policy, const std::vector<reference::request>& of,
                                           const std::vector<decision>& decided, std::uint64_t seed) {
  std::mt19937_64 dice(seed);
  std::vector<reference::request> made;
  const auto is_money = [](const std::string& name) {
    static const std::set<std::string> fields{"list", "msrp", "map", "current", "lowest_prior", "cost", "shipping"};
    return fields.contains(name) || name.starts_with("price.");
  };
  for (std::size_t i = 0; i < of.size(); i += 5) {
    const int digits = digits_of_money(policy, engine_request(of[i].fields));
    std::vector<std::int64_t> near;
    if (decided[i].price()) near.push_back(decided[i].price()->minor);
    for (const auto& [name, text] : of[i].fields) {
      const auto value = is_money(name) ? pricepoint::parse_decimal(text) : std::nullopt;
      if (const auto units = value ? units_of(*value, digits) : std::nullopt) near.push_back(*units);
    }
    for (int k = 0; k < 40; ++k) {
      reference::request one = of[i];
      for (const auto& [name, text] : of[i].fields) {
        if (!is_money(name)) continue;
        if (!name.starts_with("price.") && dice() % 12 == 0) {
          one.fields.erase(name);
          continue;
        }
        const auto value = pricepoint::parse_decimal(text);
        const auto units = value ? units_of(*value, digits) : std::nullopt;
        if (!units || *units > 1'000'000'000'000) continue;
        std::int64_t changed = *units;
        switch (dice() % 5) {
          case 0:
            changed += static_cast<std::int64_t>(dice() % 5) - 2;
            break;
          case 1:
            changed = changed * static_cast<std::int64_t>(50 + dice() % 101) / 100;
            break;
          case 2:
            changed = near[dice() % near.size()] + static_cast<std::int64_t>(dice() % 3) - 1;
            break;
          default:
            break;
        }
        // Of as many digits as the language reads.
        changed = std::clamp<std::int64_t>(changed, dice() % 50 == 0 ? 0 : 1, 999'999'999'999'999);
        one.fields[name] = to_string(pricepoint::decimal::from_parts(changed, digits));
      }
      made.push_back(std::move(one));
    }
  }
  return made;
}

// What makes columns of the same rows differ.
struct layout_of_columns {
  bool coded = false;  // text as codes
  std::uint32_t parts = pricepoint::part::all;
};

// The requests as columns, `repeats` times one after another, so that blocks are decided as blocks; empty where every
// row's decision is the one expected.
std::string difference_of_columns(pricepoint::pricer& pricer, const std::vector<pricepoint::request>& once,
                                  const std::vector<decision>& expected, std::size_t repeats,
                                  const layout_of_columns& layout) {
  using texts = std::vector<std::string_view>;
  std::vector<pricepoint::request> requests;
  for (std::size_t i = 0; i < repeats; ++i) requests.insert(requests.end(), once.begin(), once.end());
  const std::size_t count = requests.size();
  std::deque<texts> text_columns;
  std::deque<std::vector<std::int64_t>> number_columns;
  std::deque<std::vector<std::int32_t>> code_columns;
  std::deque<std::string> written;
  pricepoint::request_columns rows{.rows = count};
  const auto column_of = [&](texts& column) {
    if (!layout.coded) return pricepoint::text_column(column);
    texts words = column;
    std::sort(words.begin(), words.end());
    words.erase(std::unique(words.begin(), words.end()), words.end());
    std::vector<std::int32_t>& codes = code_columns.emplace_back();
    for (const std::string_view one : column) {
      codes.push_back(static_cast<std::int32_t>(std::lower_bound(words.begin(), words.end(), one) - words.begin()));
    }
    return pricepoint::text_column(codes, text_columns.emplace_back(std::move(words)));
  };
  const auto text = [&](auto member) {
    texts& column = text_columns.emplace_back(count);
    for (std::size_t i = 0; i < count; ++i) column[i] = requests[i].*member;
    return column_of(column);
  };
  rows.sku = text(&pricepoint::request::sku);
  rows.category = text(&pricepoint::request::category);
  rows.segment = text(&pricepoint::request::segment);
  rows.audience = text(&pricepoint::request::audience);
  rows.channel = text(&pricepoint::request::channel);
  rows.market = text(&pricepoint::request::market);
  rows.currency = text(&pricepoint::request::currency);
  // Units where every row has a whole number of them, else text.
  const auto number = [&](const auto& of, bool is_money) {
    std::vector<std::int64_t>& units = number_columns.emplace_back(count, absent_value);
    bool whole = true;
    for (std::size_t i = 0; i < count && whole; ++i) {
      const std::optional<pricepoint::decimal> value = of(requests[i]);
      if (!value) continue;
      const auto in_units = units_of(*value, is_money ? digits_of_money(pricer.policy(), requests[i]) : 0);
      whole = in_units.has_value();
      units[i] = in_units.value_or(absent_value);
    }
    if (whole) return pricepoint::number_column(units);
    texts& column = text_columns.emplace_back(count);
    for (std::size_t i = 0; i < count; ++i) {
      if (const auto value = of(requests[i])) column[i] = written.emplace_back(to_string(*value));
    }
    return pricepoint::number_column::text(pricepoint::text_column(column));
  };
  const auto field = [&](auto member, bool is_money) {
    return number([member](const pricepoint::request& one) { return one.*member; }, is_money);
  };
  rows.quantity = field(&pricepoint::request::quantity, false);
  rows.units = field(&pricepoint::request::units, false);
  rows.list = field(&pricepoint::request::list, true);
  rows.msrp = field(&pricepoint::request::msrp, true);
  rows.map = field(&pricepoint::request::map, true);
  rows.current = field(&pricepoint::request::current, true);
  rows.lowest_prior = field(&pricepoint::request::lowest_prior, true);
  rows.cost = field(&pricepoint::request::cost, true);
  rows.shipping = field(&pricepoint::request::shipping, true);
  const auto plain = [&](const auto& of) {
    std::vector<std::int64_t>& column = number_columns.emplace_back(count);
    for (std::size_t i = 0; i < count; ++i) column[i] = of(requests[i]);
    return pricepoint::number_column(column);
  };
  rows.at_unix_ms = plain([](const auto& one) { return one.at ? one.at->unix_ms : absent_value; });
  rows.current_since_unix_ms =
      plain([](const auto& one) { return one.current_since ? one.current_since->unix_ms : absent_value; });
  rows.tax_e8 = plain([](const auto& one) { return one.tax ? one.tax->e8() : absent_value; });
  rows.fee_e8 = plain([](const auto& one) { return one.fee ? one.fee->e8() : absent_value; });
  std::set<std::string_view> channels;
  std::set<std::string_view> attributes;
  for (const auto& one : requests) {
    for (const auto& price : one.prices) channels.insert(price.channel);
    for (const auto& attribute : one.attributes) attributes.insert(attribute.name);
  }
  for (const std::string_view channel : channels) {
    const auto price = [&](const pricepoint::request& one) -> std::optional<pricepoint::decimal> {
      for (const auto& each : one.prices) {
        if (each.channel == channel) return each.price;
      }
      return {};
    };
    rows.prices.push_back({channel, number(price, true)});
  }
  for (const std::string_view name : attributes) {
    // Numbers as numbers where all are.
    const auto value_of = [&](const pricepoint::request& one) -> std::optional<pricepoint::decimal> {
      std::optional<pricepoint::decimal> value;
      for (const auto& each : one.attributes) {
        if (each.name != name) continue;
        value = each.value.number() ? each.value.number() : pricepoint::parse_decimal(each.value.text());
      }
      return value;
    };
    const auto declared = pricepoint::engine::machine_of(pricer.policy()).find_attribute(name);
    using kind = enum pricepoint::policy_language::attribute::kind;
    const kind is =
        declared ? pricepoint::engine::machine_of(pricer.policy()).document().attributes[*declared].kind : kind::text;
    const bool all_numbers = std::all_of(requests.begin(), requests.end(), [&](const pricepoint::request& one) {
      return std::all_of(one.attributes.begin(), one.attributes.end(), [&](const auto& each) {
        return each.name != name || (!each.value.number() && each.value.text().empty()) || value_of(one).has_value();
      });
    });
    if (is != kind::words && is != kind::text && all_numbers) {
      rows.attributes.push_back({name, {}, number(value_of, is != kind::number)});
      continue;
    }
    texts& column = text_columns.emplace_back(count);
    for (std::size_t i = 0; i < count; ++i) {
      for (const auto& each : requests[i].attributes) {
        if (each.name == name) column[i] = each.value.text();
      }
    }
    rows.attributes.push_back({name, column_of(column), {}});
  }
  pricepoint::decision_columns out;
  pricepoint::price_columns(pricer, rows, out, layout.parts);
  const auto names = [&](std::uint32_t set) { return joined(out.sets[set]); };
  const auto money = [](const std::optional<pricepoint::amount>& value) { return value ? value->minor : absent_value; };
  for (std::size_t i = 0; i < count; ++i) {
    const decision& one = expected[i % expected.size()];
    if (layout.parts == pricepoint::part::quote) {
      const std::string quote =
          quoted(out.status[i], out.price_minor[i], names(out.limited_by[i]), names(out.relaxed[i]));
      if (quote == quoted(one)) continue;
      return "  row " + std::to_string(i) + ": " + quoted(one) + "\n  quotes:  " + quote + "\n";
    }
    std::ostringstream wanted;
    std::ostringstream found;
    wanted << quoted(one) << ' ' << joined(one.discounts()) << joined(one.conflict()) << joined(one.missing())
           << joined(one.invalid()) << joined(one.advice()) << digits_of(one.target()) << ' ' << money(one.net()) << ' '
           << money(one.tax()) << ' ' << money(one.was()) << ' ' << one.saving_rate_percent() << ' ' << one.held()
           << ' ' << money(one.fallback_price()) << ' '
           << (one.next_change_at() ? one.next_change_at()->unix_ms : absent_value);
    for (const auto& credit : one.credits()) wanted << ' ' << credit.to << ':' << credit.due.minor;
    found << quoted(out.status[i], out.price_minor[i], names(out.limited_by[i]), names(out.relaxed[i])) << ' '
          << names(out.discounts[i]) << names(out.conflict[i]) << names(out.missing[i]) << names(out.invalid[i])
          << names(out.advice[i]);
    std::string target = "none";
    if (out.target_e4[i] != pricepoint::decision_columns::absent_target) {
      target.clear();
      pricepoint::detail::append_scaled(target, out.target_e4[i], 0);
    }
    found << target << ' ' << out.net_minor[i] << ' ' << out.tax_minor[i] << ' ' << out.was_minor[i] << ' '
          << out.saving_rate_percent[i] << ' ' << (out.held[i] != 0) << ' ' << out.fallback_price_minor[i] << ' '
          << out.next_change_at_unix_ms[i];
    for (std::size_t k = i == 0 ? 0 : out.credits_end[i - 1]; k < out.credits_end[i]; ++k) {
      found << ' ' << out.credits[k].to << ':' << out.credits[k].due.minor;
    }
    if (wanted.str() != found.str()) {
      return "  row " + std::to_string(i) + ": " + wanted.str() + "\n  columns: " + found.str() + "\n";
    }
  }
  return {};
}

}  // namespace

void compare(const generator::scenario& scenario, std::uint64_t seed, report& into, long long effort) {
  const auto describe = [&](const std::string& what, const reference::request* asked) {
    if (!into.first.empty()) return;
    std::ostringstream out;
    out << "seed " << seed << '\n' << what;
    if (asked != nullptr) {
      out << "request:";
      for (const auto& [name, value] : asked->fields) out << ' ' << name << '=' << value;
      out << '\n';
    }
    for (const auto& row : scenario.rates)
      out << "rate " << row.from << ',' << row.to << ',' << row.rate << ',' << row.at << '\n';
    out << scenario.policy_json << '\n';
    for (const auto& [name, text] : scenario.beside.files) out << name << ":\n" << text;
    into.first = out.str();
  };
  // Of every other policy each rule is read from its place in the text when a request needs it.
  pricepoint::policy_language::parse_limits limits;
  if (seed % 2 == 0) limits.max_resident_rules = 0;
  auto compiled = pricepoint::parse_policy(scenario.policy_json, "random", limits, files_of(scenario));
  if (!compiled) {
    ++into.refused_policies;
    describe("the parser refuses the policy:\n" + compiled.error().to_string(), nullptr);
    return;
  }
  std::vector<pricepoint::exchange_rate> rows;
  for (const auto& row : scenario.rates) {
    rows.push_back({*pricepoint::find_currency(row.from), *pricepoint::find_currency(row.to),
                    *pricepoint::parse_decimal(row.rate), *pricepoint::parse_instant(row.at)});
  }
  // A few policies need more than the usual limits, and decisions are what is compared. Who has little effort to spend
  // leaves such policies out.
  const bool is_patient = effort == std::numeric_limits<long long>::max();
  pricepoint::pricer_limits limits_of_pricer;
  if (is_patient) limits_of_pricer = {.max_automaton_states = 1u << 26, .max_decision_states = 1u << 28};
  pricepoint::pricer pricer(*compiled, std::make_shared<pricepoint::exchange_rates>(std::move(rows)), limits_of_pricer);
  const reference::policy slow(scenario.policy_json, scenario.beside);
  std::size_t count = 0;
  const auto check = [&](const reference::decision& expected, const decision& got, const reference::request& asked,
                         const std::string& how) {
    ++into.decisions;
    ++into.by_status[expected.status];
    const std::string found = difference(expected, got);  // empty where they agree
    if (found.empty()) return;
    ++into.differences;
    describe(how + ", " + expected.status + "\n" + found, &asked);
  };
  std::vector<reference::request> compared;
  std::vector<pricepoint::request> requests;
  std::vector<decision> singles;
  for (const reference::request& asked : scenario.requests) try {
      const pricepoint::request request = engine_request(asked.fields);
      const decision single = pricer.price(request);
      if (const std::string found = difference_of_bound(pricer, request, single); !found.empty()) {
        ++into.differences;
        describe("bound pricer\n" + found, &asked);
      }
      compared.push_back(asked);
      requests.push_back(request);
      singles.push_back(single);
      check(reference::decide(slow, asked, scenario.rates, nullptr, effort), single, asked, "one channel");
      if (++count % 4 != 0) continue;
      // All channels, or some: a price that is read may then be that of a channel nobody asked for.
      std::vector<std::string_view> channels = compiled->channels();
      if (count % 8 == 0) channels.assign(scenario.channels.begin(), scenario.channels.end());
      std::vector<decision> got;
      std::vector<std::string_view> decided;
      pricer.price_all(request, channels, got, decided);
      const std::vector<std::string> names(channels.begin(), channels.end());
      const auto expected = reference::decide_all(slow, asked, names, scenario.rates, nullptr, effort);
      const auto order = reference::decision_order(slow, asked, names, scenario.rates);
      // Of a request that cannot be priced anywhere nothing is looked at, and the order of its answers means nothing.
      const bool is_looked_at =
          asked.fields.contains("market") &&
          std::any_of(expected.begin(), expected.end(), [](const auto& one) { return one.status != "invalid"; });
      if (is_looked_at && std::vector<std::string>(decided.begin(), decided.end()) != order) {
        ++into.differences;
        describe("order of channels: reference " + joined(order) + ", engine " + joined(decided), &asked);
        continue;
      }
      for (std::size_t i = 0; i < got.size(); ++i) {
        const auto same = std::find(order.begin(), order.end(), decided[i]);
        check(expected[static_cast<std::size_t>(same - order.begin())], got[i], asked,
              "in one call with " + joined(names) + ", on " + *same);
      }
    } catch (const reference::undecided&) {
      ++into.undecided;
    }
  // Few rows, and enough for loops over columns, by each of the instruction sets that there are.
  static std::size_t next_set = 0;
  const auto sets = pricepoint::engine::lanes_here();
  pricepoint::engine::use_lanes(*sets[next_set++ % sets.size()]);
  for (const bool coded : {false, true}) {
    for (const std::uint32_t parts : {pricepoint::part::all, pricepoint::part::quote}) {
      const std::string found = difference_of_columns(pricer, requests, singles, coded ? 20 : 1, {coded, parts});
      if (found.empty()) continue;
      ++into.differences;
      describe("columns\n" + found, nullptr);
    }
  }
  // The same kinds with other money, near what the requests have. Where there is little effort to spend the single
  // price is the judge of the columns.
  constexpr long long most_looked_at = 200'000;  // amounts, by the reference evaluator: some have an end far away
  const std::vector<reference::request> varied = variations(pricer.policy(), compared, singles, seed);
  std::vector<pricepoint::request> near;
  std::vector<decision> judged;
  for (const reference::request& asked : varied) {
    near.push_back(engine_request(asked.fields));
    judged.push_back(pricer.price(near.back()));
    if (!is_patient) continue;
    try {
      check(reference::decide(slow, asked, scenario.rates, nullptr, most_looked_at), judged.back(), asked,
            "one channel, other money");
    } catch (const reference::undecided&) {
      ++into.undecided;
    }
  }
  for (const std::uint32_t parts : {pricepoint::part::all, pricepoint::part::quote}) {
    const std::string found = difference_of_columns(pricer, near, judged, 1, {true, parts});
    if (found.empty()) continue;
    ++into.differences;
    describe("columns of variations\n" + found, nullptr);
  }
  into.linear += pricer.stats().linear;
  into.in_blocks += pricer.stats().in_blocks;
}

}  // namespace agreement
