// SPDX-License-Identifier: Apache-2.0
// The check as a whole, its findings as JSON, and what they mean for a catalogue. Entries: check, check_catalogue.
// Test: tests/unit/analysis/check_test.cpp.
#include "pricepoint/analysis/check.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "analysis/checker.hpp"
#include "analysis/unmatched.hpp"
#include "text/json_text.hpp"

namespace pricepoint {

const std::vector<check_code>& check_codes() {
  using enum severity;
  namespace codes = analysis::codes;
  static const std::vector<check_code> all = {
      {codes::never_on, warning, "A rule can never be on"},
      {codes::never_base, warning, "A base never counts: an earlier one is on wherever it is"},
      {codes::over, warning, "The time of a rule is over"},
      {codes::bounds_contradict, error, "Required bounds contradict each other"},
      {codes::bounds_contradict_for_some, warning, "Required bounds contradict each other for some targets"},
      {codes::impossible_margin, error, "A margin that no price can leave"},
      {codes::shapes_contradict, error, "No price has the shapes that are required"},
      {codes::shape_between_bounds, error, "No price between required bounds has a required shape"},
      {codes::overlap, warning, "Bands of the target overlap"},
      {codes::hole, warning, "A hole between bands of the target"},
      {codes::cut_off, warning, "A required bound cuts a promotion off"},
      {codes::dead_zone, warning, "Dead zones: targets without a price of the wanted look within reach"},
      {codes::dead_zone_of_wishes, note, "Dead zones of weaker looks, or of numbers to avoid or prefer"},
      {codes::never_together, warning, "Soft rules that can never be kept together"},
      {codes::never_kept, warning, "A soft shape that no price can have"},
      {codes::unused_attribute, note, "An attribute that no rule uses"},
      {codes::amount_in_currencies, warning, "An amount without a currency in markets of several"},
      {codes::prior_missing, note, "A former price that needs lowest_prior"},
      {codes::resale_price, warning, "A minimum resale price where it is forbidden"},
      {codes::step_down, note, "A lower target gives a higher price"},
      {codes::dearer_by_discount, warning, "With a discount, or for more pieces, the price is higher"},
      {codes::swallowed, note, "The looks swallow a discount whole"},
      {codes::lost_surcharge, warning, "A surcharge that is lost beside a discount without a group"},
      {codes::period_of_zones, warning, "One period of several zones in several markets"},
      {codes::money_for_rate, warning, "A discount in money that looks like a rate"},
      {codes::digits_of_number, warning, "Digits that look like a number"},
      {codes::no_culture, warning, "A culture rule in a market that has none"},
      {codes::matches_no_row, warning, "A rule that no row can match"},
      {codes::dropped_reading, warning, "Channels that are priced by one another in a circle"},
  };
  return all;
}

bool check_report::clean() const noexcept {
  return std::all_of(findings.begin(), findings.end(),
                     [](const check_finding& one) { return one.what.severity == severity::note; });
}

check_report check(const policy& of, const check_options& options) {
  analysis::checker made(of, options);
  analysis::check_rules(made);
  analysis::check_bounds(made);
  analysis::check_promotions(made);
  analysis::check_shapes(made);
  analysis::check_discounts(made);
  analysis::check_slips(made);
  analysis::check_orders(made);
  made.finish();
  return std::move(made.report);
}

std::string to_json(const check_finding& one) {
  std::string out = to_json(one.what);
  out.pop_back();
  const auto list = [&](const char* key, const std::vector<std::string>& all) {
    if (all.empty()) return;
    out.append(",\"").append(key).append("\":[");
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (i > 0) out += ',';
      detail::append_json_string(out, all[i]);
    }
    out += ']';
  };
  const auto text = [&](const char* key, const std::string& value) {
    out.append(out.back() == '{' ? "\"" : ",\"").append(key).append("\":");
    detail::append_json_string(out, value);
  };
  list("rules", one.rules);
  list("markets", one.markets);
  list("channels", one.channels);
  if (one.currency) text("currency", std::string(one.currency->code()));
  if (!one.targets.empty() && one.currency) {
    out += ",\"targets\":[";
    for (std::size_t i = 0; i < one.targets.size(); ++i) {
      const target_band& band = one.targets[i];
      out += i > 0 ? ",{" : "{";
      text("first", analysis::figure(band.first, *one.currency));
      if (band.last < max_amount_minor) text("last", analysis::figure(band.last, *one.currency));
      if (band.below != 0) text("below", analysis::figure(band.below, *one.currency));
      if (band.above != 0) text("above", analysis::figure(band.above, *one.currency));
      out += '}';
    }
    out += ']';
    if (one.more_targets > 0) out += ",\"more_targets\":" + std::to_string(one.more_targets);
  }
  if (!one.witnesses.empty()) {
    out += ",\"witnesses\":[";
    for (std::size_t i = 0; i < one.witnesses.size(); ++i) {
      if (i > 0) out += ',';
      out += one.witnesses[i];
    }
    out += ']';
  }
  if (!one.shows.empty()) text("shows", one.shows);
  return out + "}";
}

// ---- a catalogue

struct check_catalogue::state {
  state(const policy& of, const check_report& report, const check_options& wanted,
        std::shared_ptr<const exchange_rates> rates)
      : from(of),
        options(wanted),
        pricing(of, rates),
        memory(engine::machine_of(of), std::move(rates), {}),
        unmatched(engine::machine_of(of)),
        touched(report.findings.size(), 0) {
    const engine::machine& compiled = engine::machine_of(of);
    std::map<std::string_view, const engine::compiled_rule*> by_id;
    for (const engine::compiled_rule& one : compiled.rules()) by_id.emplace(one.id(), &one);
    for (const check_finding& one : report.findings) {
      finding made;
      for (const std::string& id : one.rules) made.rules.push_back(by_id.at(id));
      made.targets = one.targets;
      made.currency = one.currency;
      made.markets = one.markets;
      findings.push_back(std::move(made));
    }
    std::set<std::string> segments_named;
    std::set<std::string> audiences_named;
    for (std::uint32_t key = 0; key < compiled.key_parts().size(); ++key) {
      using kind = engine::key_part::kind;
      const kind what = compiled.key_parts()[key].what;
      if (what != kind::segment && what != kind::audience) continue;
      for (const auto& [word, code] : compiled.words(key))
        (what == kind::segment ? segments_named : audiences_named).emplace(word);
    }
    // No word, a word that no rule names, and each that some rule names.
    const auto fill = [](const std::set<std::string>& named, std::vector<std::string>& to) {
      to.emplace_back();
      if (named.empty()) return;
      std::string other = "other";
      while (named.contains(other)) other += "-1";
      to.push_back(other);
      to.insert(to.end(), named.begin(), named.end());
    };
    fill(segments_named, segments);
    fill(audiences_named, audiences);
    boundaries = compiled.boundaries();
  }

  struct finding {
    std::vector<const engine::compiled_rule*> rules;
    std::vector<target_band> targets;
    std::optional<pricepoint::currency> currency;
    std::vector<std::string> markets;
  };

  bool touches(const finding& one, const decision& made) const {
    if (one.rules.empty()) return false;
    const auto target = analysis::target_of(made);
    for (const engine::compiled_rule* rule : one.rules) {
      const engine::match found = engine::match_rule(engine::machine_of(from), *rule, memory.bound());
      if (!found.on_but_target) return false;
      if (!rule->asks_target || !one.targets.empty()) continue;
      if (!target || !found.found.holds_at(*target)) return false;
    }
    if (one.targets.empty()) return true;
    if (!target || made.currency() != one.currency) return false;
    return std::any_of(one.targets.begin(), one.targets.end(), [&](const target_band& band) {
      return *target >= detail::fraction{band.first, 1} && *target <= detail::fraction{band.last, 1};
    });
  }

  const policy from;
  check_options options;
  pricer pricing;
  engine::workspace memory;
  analysis::unmatched_rules unmatched;
  std::vector<finding> findings;
  std::vector<std::size_t> touched;
  std::size_t rows = 0;
  std::size_t without_prior = 0;
  std::string without_prior_witness;  // the first
  std::vector<std::string> segments, audiences;
  std::vector<std::int64_t> boundaries;
  decision answer;
};

check_catalogue::check_catalogue(const policy& of, const check_report& report, const check_options& options,
                                 std::shared_ptr<const exchange_rates> rates)
    : state_(std::make_unique<state>(of, report, options, std::move(rates))) {}
check_catalogue::~check_catalogue() = default;
check_catalogue::check_catalogue(check_catalogue&&) noexcept = default;

std::size_t check_catalogue::rows() const noexcept { return state_->rows; }
const std::vector<std::size_t>& check_catalogue::touched() const noexcept { return state_->touched; }

void check_catalogue::see(const request& what) {
  state& on = *state_;
  ++on.rows;
  on.pricing.price(what, on.answer);
  on.memory.bind(what);
  if (on.memory.bound().market_known) on.unmatched.see(on.memory.bound());
  if (!on.memory.invalid().empty() || !on.memory.missing().empty()) return;
  for (std::size_t i = 0; i < on.findings.size(); ++i) {
    if (on.touches(on.findings[i], on.answer)) ++on.touched[i];
  }
  if (analysis::contains(on.answer.advice(), "prior-price-missing") && on.without_prior++ == 0)
    on.without_prior_witness = analysis::json_of_request(what);
}

check_catalogue::lowest_price check_catalogue::lowest(const request& what) {
  state& on = *state_;
  lowest_price best;
  std::vector<std::optional<instant>> times;
  times.push_back(what.at ? what.at : on.options.at);
  for (const std::int64_t one : on.boundaries) {
    if (!times.front() || one > times.front()->unix_ms) times.push_back(instant{one});
  }
  request asked = what;
  for (const std::string& segment : on.segments) {
    for (const std::string& audience : on.audiences) {
      for (const auto& at : times) {
        if (best.combinations == on.options.limits.max_combinations) {
          best.complete = false;
          return best;
        }
        ++best.combinations;
        asked.segment = segment;
        asked.audience = audience;
        asked.at = at;
        on.pricing.price(asked, on.answer);
        const auto price = on.answer.price();
        if (!price || (best.price && best.price->minor <= price->minor)) continue;
        best.price = price;
        best.segment = segment;
        best.audience = audience;
        if (!on.boundaries.empty()) best.at = at;
      }
    }
  }
  return best;
}

std::optional<check_finding> check_catalogue::prior_missing() const {
  const state& on = *state_;
  if (on.without_prior == 0) return {};
  check_finding made;
  made.what.code = analysis::codes::prior_missing;
  made.what.severity = severity::warning;
  made.what.message = std::to_string(on.without_prior) + " of " + std::to_string(on.rows) +
                      " rows announce no former price, since they do not say lowest_prior";
  made.what.hint = "send lowest_prior, or let --history of pricepoint price fill it";
  made.witnesses.push_back(on.without_prior_witness);
  made.shows = "advice prior-price-missing";
  return made;
}

std::optional<check_finding> check_catalogue::unmatched() const {
  const state& on = *state_;
  if (on.rows == 0) return {};
  const std::vector<const engine::compiled_rule*> left = on.unmatched.left();
  if (left.empty()) return {};
  constexpr std::size_t most_named = 3;
  std::vector<const engine::compiled_rule*> named(
      left.begin(), left.begin() + static_cast<std::ptrdiff_t>(std::min(left.size(), most_named)));
  std::string text = analysis::names_of(named);
  if (left.size() > most_named) text += " and " + std::to_string(left.size() - most_named) + " more rules";
  text += left.size() == 1 ? " can match no row" : " can match no row, each for itself";
  text += " of the " + std::to_string(on.rows) + ": none has the sku, category or attributes that it asks for";
  analysis::checker to(on.from, on.options);
  check_finding made = to.add(analysis::codes::matches_no_row, left.front()->source->offset, std::move(text),
                              "look for a slip in its words, or for a column that the file lacks", left);
  to.any_place([&](std::uint32_t market, std::uint32_t channel) {
    const auto shown = to.where.find_on(*left.front(), market, channel);
    if (!shown) return false;
    analysis::sample one = to.probe.start(*shown);
    if (!to.probe.prove(one, {}, [&](const decision& done) { return to.probe.is_on(one, *left.front(), done); }))
      return false;
    made.witnesses.push_back(to.probe.json_of(one));
    to.at(made, market, channel);
    return true;
  });
  made.shows = "a request for which " + analysis::in_quotes(left.front()->id()) + " is on; no row is like it";
  return made;
}

}  // namespace pricepoint
