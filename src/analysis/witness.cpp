// SPDX-License-Identifier: Apache-2.0
// Witnesses of findings. Entry: prober::prove. Test: tests/golden/check_faults.py prices every one.
#include "analysis/witness.hpp"

#include <algorithm>

#include "money/big_exact.hpp"
#include "text/json_text.hpp"

namespace pricepoint::analysis {

namespace {

using part = enum engine::key_part::kind;

decimal scaled(const decimal& value, int numerator, int denominator, int digits) {
  const int scale = std::min(digits + 2, decimal::max_scale);
  detail::int128 coefficient = value.coefficient() * numerator;
  coefficient *= detail::powers_of_ten[static_cast<std::size_t>(std::max(0, scale - value.scale()))];
  const detail::int128 divisor =
      detail::int128{denominator} * detail::powers_of_ten[static_cast<std::size_t>(std::max(0, value.scale() - scale))];
  detail::int128 made = detail::divide(coefficient, divisor, rounding::half_up);
  int places = scale;
  while (places > digits && made % 10 == 0) {
    made /= 10;
    --places;
  }
  return decimal::from_parts(made, places);
}

// Whether every amount can be written in a request: a witness has to be read again.
bool can_be_written(const sample& one) {
  return std::all_of(one.money.begin(), one.money.end(),
                     [](const auto& field) { return parse_decimal(to_string(field.second)).has_value(); });
}

bool is_net_field(const machine& in, std::string_view name) {
  for (std::uint32_t slot = 0; slot < in.slots(); ++slot) {
    if (in.net_slot(slot) && in.slot_name(slot) == name) return true;
  }
  return false;
}

decimal of_minor(std::int64_t minor, currency in) { return decimal::from_parts(minor, in.digits()); }

}  // namespace

bool contains(const name_list& names, std::string_view id) {
  return std::find(names.begin(), names.end(), id) != names.end();
}

std::optional<fraction> target_of(const decision& made) {
  if (!made.target() || !made.currency()) return {};
  return fraction::minor_units(*made.target(), made.currency()->digits());
}

prober::prober(const policy& of, const request_space& where, std::size_t max_automaton_states)
    : policy_(of),
      space_(where),
      pricer_(of, {}, {.max_cells = 4096, .max_automaton_states = max_automaton_states}),
      memory_(engine::machine_of(of), {}, {.max_cells = 4096, .max_automaton_states = max_automaton_states}) {
  // A product that no rule names.
  sku_ = "witness";
  for (std::uint32_t key = 0; key < where.compiled().key_parts().size(); ++key) {
    if (where.compiled().key_parts()[key].what != part::sku) continue;
    while (where.compiled().words(key).contains(sku_)) sku_ += "-1";
  }
}

sample prober::start(const scenario& from) const {
  sample made;
  made.market = from.market;
  made.channel = from.channel;
  made.values = from.values;
  made.at = from.at;
  return made;
}

request prober::request_of(const sample& from) const {
  request out;
  out.market = space_.compiled().markets()[from.market].name;
  out.channel = space_.compiled().channels()[from.channel].name;
  if (from.at) out.at = instant{*from.at};
  out.tax = from.tax;
  out.sku = sku_;
  const auto& parts = space_.compiled().key_parts();
  for (const auto& [key, text] : from.values) {
    switch (parts[key].what) {
      case part::sku:
        out.sku = text;
        break;
      case part::category:
        out.category = text;
        break;
      case part::segment:
        out.segment = text;
        break;
      case part::audience:
        out.audience = text;
        break;
      case part::quantity:
        out.quantity = parse_decimal(text);
        break;
      case part::word_attribute:
      case part::text_attribute:
      case part::number_attribute:
        out.attributes.push_back({space_.compiled().attributes()[parts[key].attribute].name, attribute_value(text)});
        break;
    }
  }
  for (const auto& [name, text] : from.attributes) out.attributes.push_back({name, attribute_value(text)});
  for (const auto& [name, value] : from.money) {
    const std::string_view field = name;
    if (field.starts_with("price.")) {
      out.prices.push_back({field.substr(6), value});
    } else if (field == "list") {
      out.list = value;
    } else if (field == "msrp") {
      out.msrp = value;
    } else if (field == "map") {
      out.map = value;
    } else if (field == "current") {
      out.current = value;
    } else if (field == "lowest_prior") {
      out.lowest_prior = value;
    } else if (field == "cost") {
      out.cost = value;
    } else if (field == "shipping") {
      out.shipping = value;
    } else {
      out.attributes.push_back({field, attribute_value(value)});
    }
  }
  return out;
}

std::string prober::json_of(const sample& from) const { return json_of_request(request_of(from)); }

std::string json_of_request(const request& what) {
  std::string out = "{";
  const auto text = [&](std::string_view key, std::string_view value) {
    if (value.empty()) return;
    if (out.size() > 1) out += ',';
    detail::append_json_string(out, key);
    out += ':';
    detail::append_json_string(out, value);
  };
  const auto number = [&](std::string_view key, const std::optional<decimal>& value) {
    if (value) text(key, to_string(*value));
  };
  text("sku", what.sku);
  text("category", what.category);
  text("segment", what.segment);
  text("audience", what.audience);
  number("quantity", what.quantity);
  text("channel", what.channel);
  text("market", what.market);
  if (what.at) text("at", to_string(*what.at));
  if (!what.prices.empty()) {
    out += out.size() > 1 ? ",\"prices\":{" : "\"prices\":{";
    for (const channel_price& one : what.prices) {
      if (&one != &what.prices.front()) out += ',';
      detail::append_json_string(out, one.channel);
      out += ':';
      detail::append_json_string(out, to_string(one.price));
    }
    out += '}';
  }
  number("list", what.list);
  number("msrp", what.msrp);
  number("map", what.map);
  number("current", what.current);
  number("lowest_prior", what.lowest_prior);
  number("cost", what.cost);
  number("shipping", what.shipping);
  text("currency", what.currency);
  if (what.tax) text("tax", to_string(*what.tax));
  if (what.fee) text("fee", to_string(*what.fee));
  for (const named_attribute& one : what.attributes) {
    text(one.name, one.value.number() ? to_string(*one.value.number()) : std::string(one.value.text()));
  }
  return out + "}";
}

decision prober::price(const sample& from) { return pricer_.price(request_of(from)); }

void prober::fill(sample& from, const std::string& name, const decimal& value) const {
  if (name == "at") {
    from.at = 0;
  } else if (name == "tax") {
    from.tax = parse_rate("20%");
  } else if (name == "price.traditional" || name == "price.online") {
    const machine& in = space_.compiled();
    const bool traditional = name == "price.traditional";
    for (std::uint32_t other = 0; other < in.channels().size(); ++other) {
      if (other == from.channel || in.channels()[other].traditional != traditional) continue;
      from.money[in.slot_name(in.channel_slot(other))] = value;
    }
  } else {
    from.money[name] = value;
  }
}

// Fills in what decisions miss until one is not `incomplete`; false where that was not reached.
bool prober::complete(sample& from, const aim& wanted, const decimal& reference, const filling& how, decision& made) {
  const currency in = space_.currency_of(from.market);
  for (const auto& [name, value] : wanted.given) from.money[name] = value;
  bool has_base = false;
  for (int round = 0; round < 8; ++round) {
    pricer_.price(request_of(from), made);
    if (made.status() != status::incomplete) return true;
    has_base = has_base || made.target().has_value();
    decimal other = reference;
    if (has_base) {
      const decimal of = how.of_target ? *made.target() : reference;
      other = scaled(of, how.others_numerator, how.others_denominator, in.digits());
    }
    const std::vector<std::string> names = made.missing();
    for (const std::string& name : names) {
      // With costs of zero every margin is kept.
      const bool net = is_net_field(space_.compiled(), name);
      fill(from, name, has_base && net ? decimal(0) : other);
    }
  }
  return false;
}

bool prober::prove(sample& from, const aim& wanted, const claim& holds) {
  static constexpr filling fillings[] = {{1, 1, false}, {1, 1, true}, {21, 20, true}, {10, 9, true},
                                         {2, 1, true},  {1, 2, true}, {5, 1, true}};
  const currency in = space_.currency_of(from.market);
  const sample empty = from;
  const bool aims = wanted.first <= wanted.last;
  decision made;
  for (const filling& how : fillings) {
    decimal reference = of_minor(100 * detail::powers_of_ten[static_cast<std::size_t>(in.digits())], in);
    if (aims) {
      // A first guess shows how the target follows the reference.
      from = empty;
      if (!complete(from, wanted, reference, how, made) || !made.target() || made.target()->sign() <= 0) continue;
      const std::int64_t middle = wanted.first + (wanted.last - wanted.first) / 2;
      const detail::big_exact factor =
          detail::big_exact(fraction::of(reference)) / detail::big_exact(fraction::of(*made.target()));
      bool hit = false;
      for (const std::int64_t at : {middle, wanted.first, wanted.last}) {
        // In whole minor units where that will do, else with more decimals.
        for (int more = 0; !hit && more <= 4 && in.digits() + more <= decimal::max_scale; more += 2) {
          const detail::int128 scale = detail::powers_of_ten[static_cast<std::size_t>(more)];
          const std::int64_t minor =
              (factor * detail::big_exact(at) * detail::big_exact(static_cast<std::int64_t>(scale)))
                  .rounded(rounding::half_up, 100 * max_amount_minor);
          if (minor <= 0) continue;
          reference = decimal::from_parts(minor, in.digits() + more);
          from = empty;
          if (!complete(from, wanted, reference, how, made)) continue;
          const auto target = target_of(made);
          hit = target && *target >= fraction{wanted.first, 1} && *target <= fraction{wanted.last, 1};
        }
        if (hit && can_be_written(from) && holds(made)) return true;
        hit = false;
      }
      continue;
    }
    from = empty;
    if (complete(from, wanted, reference, how, made) && can_be_written(from) && holds(made)) return true;
  }
  from = empty;
  return false;
}

bool prober::is_on(const sample& from, const compiled_rule& rule, const decision& made) {
  memory_.bind(request_of(from));
  if (!memory_.invalid().empty() || !memory_.missing().empty()) return false;
  const engine::match found = engine::match_rule(space_.compiled(), rule, memory_.bound());
  if (!found.on_but_target) return false;
  if (!rule.asks_target) return true;
  const auto target = target_of(made);
  return target && found.found.holds_at(*target);
}

}  // namespace pricepoint::analysis
