// SPDX-License-Identifier: Apache-2.0
// What becomes of a discount once the looks are through with it: swallowed whole (K022), or turned into a higher price
// (K021); and quantities from which a piece costs more (K021). Entry: check_discounts. Test:
// tests/unit/analysis/steps_test.cpp.
#include <algorithm>
#include <map>
#include <set>

#include "analysis/checker.hpp"
#include "analysis/steps.hpp"
#include "match/discounts.hpp"

namespace pricepoint::analysis {

namespace {

using engine::effect_kind;

constexpr std::int64_t last_target = 1'000'000;
constexpr std::size_t most_prices = 400'000;     // that the runs of one check may take
constexpr std::size_t most_quantities = 20'000;  // thresholds that are priced from both sides

// One class of requests: its looks, and its target as a share of the base.
struct request_kind {
  std::vector<class_rule> looks;
  std::vector<const compiled_rule*> bases;
  fraction factor{1, 1};
  std::vector<std::string_view> counted;
};

class discount_check {
 public:
  explicit discount_check(checker& to) : to_(to) {}

  void run() {
    for (const compiled_rule& one : to_.compiled.rules()) {
      if (one.effect == effect_kind::discount) discount(one);
      if (one.effect == effect_kind::base || one.effect == effect_kind::price) quantities(one);
    }
  }

 private:
  // ---- discounts

  void discount(const compiled_rule& rule) {
    const engine::discount_effect& what = rule.discount();
    if (!what.part || what.part->numerator <= 0) return;
    if (!to_.wants(codes::swallowed) && !to_.wants(codes::dearer_by_discount)) return;
    check_finding* swallowed = nullptr;
    check_finding* dearer = nullptr;
    std::size_t places = 0;
    to_.any_place([&](std::uint32_t market, std::uint32_t channel) {
      const auto shown = to_.where.find_on(rule, market, channel);
      if (!shown) return false;
      compare(rule, to_.probe.start(*shown), swallowed, dearer);
      return ++places == 512;
    });
  }

  // The same request for which the rule is off: without the values that it asks for, or at another time.
  std::optional<sample> without(const compiled_rule& rule, const sample& on) {
    sample off = on;
    for (const compiled_condition& one : rule.when) {
      std::erase_if(off.values, [&](const auto& value) {
        return !one.is_target() && !one.is_period() && value.first == one.key &&
               one.about() != engine::subject::market && one.about() != engine::subject::channel;
      });
    }
    std::vector<std::optional<std::int64_t>> times = {on.at};
    if (rule.names_period) {
      for (const std::int64_t one : to_.where.instants()) times.emplace_back(one);
    }
    for (const auto& at : times) {
      off.at = at;
      to_.probe.memory().bind(to_.probe.request_of(off));
      if (!engine::match_rule(to_.compiled, rule, to_.probe.memory().bound()).on_but_target) return off;
    }
    return {};
  }

  std::optional<request_kind> kind_of(const sample& of) {
    engine::workspace& memory = to_.probe.memory();
    memory.bind(to_.probe.request_of(of));
    if (!memory.invalid().empty() || !memory.missing().empty()) return {};
    const engine::request_class& found = memory.find_class();
    if (found.needs_at || found.withheld || !engine::all_rates(found)) return {};
    request_kind made;
    const auto combined = engine::combine_discounts(found, to_.compiled.discounts_compound(), detail::fast_exact(1));
    made.factor = combined.target.lowest();
    made.counted.assign(combined.counted.begin(), combined.counted.end());
    made.bases = found.bases;
    found.rules->each([&](const class_rule& one) {
      if (engine::is_shape(one.rule->effect)) made.looks.push_back(one);
    });
    return made;
  }

  static bool counts(const request_kind& in, const compiled_rule& rule) {
    return std::find(in.counted.begin(), in.counted.end(), rule.id()) != in.counted.end();
  }

  struct stretch {
    std::int64_t first = 0, last = 0;  // bases
    price_run with, without;
    price_run targets;  // with the discount
    std::int64_t size() const { return last - first + 1; }
  };
  struct decade {  // bases
    std::int64_t first = 0, last = 0;
    std::int64_t size() const { return last - first + 1; }
  };
  struct tally {
    std::int64_t count = 0;
    stretch example;  // the longest
  };

  void compare(const compiled_rule& rule, const sample& asked, check_finding*& swallowed, check_finding*& dearer) {
    const auto other = without(rule, asked);
    if (!other) return;
    const auto on = kind_of(asked);
    const auto off = kind_of(*other);
    if (!on || !off || !counts(*on, rule) || counts(*off, rule) || on->bases != off->bases) return;
    if (on->factor.numerator <= 0 || on->factor >= off->factor) return;
    if (on->looks.empty()) return;
    const bool same_looks = on->looks == off->looks;
    const std::vector<price_run>& with = runs_of(asked, on->looks);
    const std::vector<price_run>& plain = runs_of(*other, off->looks);
    const std::int64_t unit = to_.compiled.markets()[asked.market].unit_minor;
    // Less than a step of prices is not the looks' to swallow.
    const fraction apart = (detail::fast_exact(off->factor) - detail::fast_exact(on->factor)).lowest();
    const auto from_a_unit = static_cast<std::int64_t>(
        detail::divide(detail::int128{unit} * apart.denominator, apart.numerator, rounding::up));
    const std::vector<decade> all = decades_of(to_.where.currency_of(asked.market));
    std::vector<tally> lost(all.size());
    std::vector<tally> higher(all.size());
    const auto bases_of = [](const price_run& of, const fraction& factor) {
      const auto whole = [&](std::int64_t target, rounding how) {
        return static_cast<std::int64_t>(
            detail::divide(detail::int128{target} * factor.denominator, factor.numerator, how));
      };
      return std::pair(whole(of.first, rounding::up), whole(of.last, rounding::down));
    };
    for (std::size_t i = 0, j = 0; i < with.size() && j < plain.size();) {
      const auto a = bases_of(with[i], on->factor);
      const auto b = bases_of(plain[j], off->factor);
      stretch both{std::max(a.first, b.first), std::min(a.second, b.second), with[i], plain[j], {}};
      if (with[i].price != 0 && plain[j].price != 0 && with[i].price >= plain[j].price) {
        const bool is_higher = with[i].price > plain[j].price;
        if (!is_higher) both.first = std::max(both.first, from_a_unit);
        if (both.first <= both.last) {
          for (std::size_t k = 0; k < all.size(); ++k) {
            stretch part = both;
            part.first = std::max(part.first, all[k].first);
            part.last = std::min(part.last, all[k].last);
            if (part.first > part.last) continue;
            part.targets.first = std::max(with[i].first, targets_of(part.first, on->factor, rounding::down));
            part.targets.last = std::min(with[i].last, targets_of(part.last, on->factor, rounding::up));
            tally& to = (is_higher ? higher : lost)[k];
            to.count += part.size();
            if (to.example.last == 0 || part.size() > to.example.size()) to.example = part;
          }
        }
      }
      if (a.second < b.second) {
        ++i;
      } else {
        ++j;
      }
    }
    if (const auto k = most(lost, all); k && lost[*k].count >= all[*k].size() / 10)
      report(rule, asked, *other, lost[*k], all[*k], swallowed);
    // With the same looks that is a step between two bands (K020).
    if (const auto k = most(higher, all); k && !same_looks) report(rule, asked, *other, higher[*k], all[*k], dearer);
  }

  // Where the largest share of the amounts of one size is.
  static std::optional<std::size_t> most(const std::vector<tally>& of, const std::vector<decade>& all) {
    std::optional<std::size_t> best;
    for (std::size_t k = 0; k < of.size(); ++k) {
      if (of[k].count == 0) continue;
      if (!best || detail::int128{of[k].count} * all[*best].size() > detail::int128{of[*best].count} * all[k].size())
        best = k;
    }
    return best;
  }

  // From 1.00 to 9.99, from 10.00 to 99.99 and so on: smaller amounts are too small for most discounts to be seen.
  static std::vector<decade> decades_of(currency in) {
    std::vector<decade> made;
    for (std::int64_t first = std::max<std::int64_t>(
             100, static_cast<std::int64_t>(detail::powers_of_ten[static_cast<std::size_t>(in.digits())]));
         first < last_target; first *= 10)
      made.push_back({first, 10 * first - 1});
    return made;
  }

  static std::int64_t targets_of(std::int64_t base, const fraction& factor, rounding how) {
    return static_cast<std::int64_t>(detail::divide(detail::int128{base} * factor.numerator, factor.denominator, how));
  }

  void report(const compiled_rule& rule, const sample& asked, const sample& other, const tally& of, const decade& size,
              check_finding*& found) {
    const stretch& at = of.example;
    const bool dearer = at.with.price > at.without.price;
    const char* const code = dearer ? codes::dearer_by_discount : codes::swallowed;
    if (!to_.wants(code)) return;
    if (found != nullptr && found->currency != to_.where.currency_of(asked.market)) return;
    const auto price_is = [](std::int64_t minor) {
      return [minor](const decision& made) { return made.price() && made.price()->minor == minor; };
    };
    // With the discount first; the base that it has is then priced without.
    sample with = asked;
    sample plain = other;
    std::optional<decimal> high;
    std::optional<decimal> low;
    const auto proven = [&](std::int64_t first, std::int64_t last) {
      with = asked;
      if (!to_.probe.prove(with, {.first = first, .last = last, .given = {}}, [&](const decision& made) {
            low = made.target();
            return price_is(at.with.price)(made) && contains(made.discounts(), rule.id());
          }))
        return false;
      prober::aim same;
      for (const auto& [name, value] : with.money) same.given.emplace_back(name, value);
      plain = other;
      return to_.probe.prove(plain, same, [&](const decision& made) {
        high = made.target();
        return price_is(at.without.price)(made) && high && *high > *low && !contains(made.discounts(), rule.id());
      });
    };
    const auto [first, last] = std::pair(at.targets.first, at.targets.last);
    const std::int64_t middle = first + (last - first) / 2;
    if (!proven(first, last) && !proven(middle, middle) && !proven(last, last) && !proven(first, first)) return;
    const currency in = to_.where.currency_of(asked.market);
    if (found == nullptr) {
      const std::string id = in_quotes(rule.id());
      const std::string share = std::to_string(of.count) + " of the " + std::to_string(size.size()) + " amounts from " +
                                figure(size.first, in) + " to " + figure(size.last, in) + " " + std::string(in.code());
      std::string text;
      if (dearer) {
        text = id + " makes the price higher: " + figure(at.without.price, in) + " without it, " +
               figure(at.with.price, in) + " with it; so for " + share;
      } else {
        text = "the looks swallow the discount " + id + " whole: with it and without it the price is " +
               figure(at.with.price, in) + "; so for " + share;
      }
      found = &to_.add(code, rule.source->effect_offset, std::move(text),
                       dearer ? "let the looks of both share their endings, or let a ceiling hold the lower price"
                              : "a larger discount, or looks that lie closer together, would be seen",
                       {&rule});
      found->currency = in;
      found->witnesses = {to_.probe.json_of(with), to_.probe.json_of(plain)};
      found->shows = dearer ? "the first, with the discount, has the higher price"
                            : "the first has the discount, the second does not; both have one price";
    }
    to_.at(*found, asked.market, asked.channel);
    found->currency = in;
  }

  // ---- prices of all targets

  const std::vector<price_run>& runs_of(const sample& asked, const std::vector<class_rule>& looks) {
    std::vector<std::uint32_t> key = {
        asked.market, to_.compiled.channels()[asked.channel].shows_gross(to_.compiled.markets()[asked.market])};
    for (const class_rule& one : looks) {
      key.push_back(one.rule->index);
      key.push_back(static_cast<std::uint32_t>(one.except.size()));
    }
    const auto [place, fresh] = runs_.try_emplace(std::move(key));
    if (fresh) place->second = make_runs(asked, looks);
    return place->second;
  }

  std::vector<price_run> make_runs(const sample& asked, const std::vector<class_rule>& looks) {
    std::vector<price_run> made;
    look_prices prices(to_, asked.market, asked.channel);
    const auto price = [&](std::int64_t target) {
      ++priced_;
      return prices.at(target);
    };
    std::int64_t usual = 0;  // how far the last run went
    for (const band& one : bands_of(looks)) {
      const auto whole = whole_targets(one.where);
      if (!whole || whole->first > last_target) continue;
      const std::int64_t last = std::min(whole->second, last_target);
      if (one.on.empty() || !prices.enter(one.on) || !prices.rises()) {
        made.push_back({whole->first, last, 0});
        continue;
      }
      std::int64_t here = price(whole->first);
      for (std::int64_t first = whole->first; first <= last;) {
        if (priced_ > most_prices) {
          to_.note_limit("what the looks make of discounts, beyond " +
                         figure(first, to_.where.currency_of(asked.market)) + " in " +
                         std::string(to_.compiled.markets()[asked.market].name));
          return made;
        }
        // Prices rise, so the run ends between a target of this price and one of another. Runs are often as long as the
        // one before.
        std::int64_t inside = first;
        std::int64_t outside = last + 1;
        std::int64_t next = 0;  // the price at `outside`
        const auto looks_at = [&](std::int64_t target) {
          const std::int64_t found = price(target);
          if (found == here) {
            inside = target;
          } else {
            outside = target;
            next = found;
          }
        };
        if (usual > 0 && first + usual < outside) looks_at(first + usual);
        for (std::int64_t step = 1; inside + 1 < outside && outside > last; step *= 2) {
          looks_at(std::min(inside + step, last));
        }
        while (inside + 1 < outside) looks_at(inside + (outside - inside) / 2);
        usual = inside - first;
        const bool as_it_is = inside == first && here == first;
        if (as_it_is && !made.empty() && made.back().price == 0 && made.back().last + 1 == first) {
          made.back().last = inside;
        } else {
          made.push_back({first, inside, as_it_is ? 0 : here});
        }
        first = inside + 1;
        here = next;
      }
    }
    return made;
  }

  // ---- quantities

  // From the quantity at which this rule begins a piece must not cost more than just below it.
  void quantities(const compiled_rule& rule) {
    if (!to_.wants(codes::dearer_by_discount) || rule.of_market()) return;
    const compiled_condition* asked = nullptr;
    for (const compiled_condition& one : rule.when) {
      if (one.about() == engine::subject::quantity && one.source->from_number) asked = &one;
    }
    if (asked == nullptr || asked->source->from_number->sign() <= 0) return;
    if (++thresholds_ > most_quantities) {
      to_.note_limit("quantities from which a piece costs more: more rules than the limit");
      return;
    }
    const decimal from = *asked->source->from_number;
    to_.any_place([&](std::uint32_t market, std::uint32_t channel) {
      const auto shown = to_.where.find_on(rule, market, channel);
      if (!shown) return false;
      sample more = to_.probe.start(*shown);
      sample fewer = more;
      const decimal below = decimal::from_parts(
          from.coefficient() - detail::powers_of_ten[static_cast<std::size_t>(from.scale())], from.scale());
      if (below.sign() <= 0) return true;
      for (sample* one : {&more, &fewer}) {
        for (auto& [key, text] : one->values) {
          if (key == asked->key) text = to_string(one == &more ? from : below);
        }
      }
      std::optional<amount> high;
      if (!to_.probe.prove(more, {}, [&](const decision& made) {
            high = made.price();
            return high && to_.probe.is_on(more, rule, made);
          }))
        return false;
      prober::aim same;
      for (const auto& [name, value] : more.money) same.given.emplace_back(name, value);
      std::optional<amount> low;
      const compiled_rule* instead = nullptr;
      if (!to_.probe.prove(fewer, same, [&](const decision& made) {
            low = made.price();
            if (!low || low->minor >= high->minor || to_.probe.is_on(fewer, rule, made)) return false;
            instead = same_kind(rule, fewer, made);
            return instead != nullptr;
          }))
        return false;
      const std::string in = " " + std::string(high->currency.code());
      check_finding& found =
          to_.add(codes::dearer_by_discount, rule.source->effect_offset,
                  "a piece costs more from " + to_string(from) + " on: " + figure(low->minor, low->currency) + " for " +
                      to_string(below) + " (" + in_quotes(instead->id()) + "), " + figure(high->minor, high->currency) +
                      in + " for " + to_string(from) + " (" + in_quotes(rule.id()) + ")",
                  "look at the amounts of both", {instead, &rule});
      found.witnesses = {to_.probe.json_of(more), to_.probe.json_of(fewer)};
      found.shows = "the first, of more pieces, has the higher price";
      to_.at(found, market, channel);
      return true;
    });
  }

  // Another rule of the same effect that is on for fewer pieces and asks about the quantity too.
  const compiled_rule* same_kind(const compiled_rule& rule, const sample& fewer, const decision& made) {
    to_.probe.memory().bind(to_.probe.request_of(fewer));
    std::vector<const compiled_rule*> candidates;
    const engine::bound_request& bound = to_.probe.memory().bound();
    to_.compiled.candidates(bound.codes, bound.market, candidates);
    for (const compiled_rule* one : candidates) {
      if (one->effect != rule.effect || one == &rule) continue;
      const bool by_quantity = std::any_of(one->when.begin(), one->when.end(), [](const compiled_condition& each) {
        return each.about() == engine::subject::quantity;
      });
      if (by_quantity && to_.probe.is_on(fewer, *one, made)) return one;
    }
    return nullptr;
  }

  checker& to_;
  std::map<std::vector<std::uint32_t>, std::vector<price_run>> runs_;
  std::size_t priced_ = 0;
  std::size_t thresholds_ = 0;
};

}  // namespace

void check_discounts(checker& to) { discount_check(to).run(); }

}  // namespace pricepoint::analysis
