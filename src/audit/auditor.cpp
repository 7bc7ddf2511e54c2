// SPDX-License-Identifier: Apache-2.0
// Offers of one product to findings: prices are carried between the offers, each offer is checked, and where a rule is
// broken the offer is priced too, for the remedy. Entry: auditor::audit. Tests: tests/unit/audit/auditor_test.cpp and
// tests/property/agreement_audit_test.cpp.
#include "pricepoint/audit/auditor.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include "audit/checking.hpp"
#include "audit/figures.hpp"
#include "decide/decide.hpp"
#include "decide/workspace.hpp"
#include "match/refused.hpp"
#include "text/each_once.hpp"

namespace pricepoint {

namespace {

using auditing::bound_offer;
using auditing::broken_rule;
using auditing::check_result;
using auditing::fraction;
using auditing::other_offer;

decimal units_of(std::int64_t minor, currency in) { return decimal::from_parts(minor, in.digits()); }

// a - b; both have at most nine decimals.
decimal difference(const decimal& a, const decimal& b) {
  const int scale = std::max(a.scale(), b.scale());
  const auto scaled = [&](const decimal& one) {
    return one.coefficient() * detail::powers_of_ten[static_cast<std::size_t>(scale - one.scale())];
  };
  return decimal::from_parts(scaled(a) - scaled(b), scale);
}

std::string listed(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& one : names) text += (text.empty() ? "" : ", ") + one;
  return text;
}

// Whether the law forbids proposing a resale price to a reseller here.
bool resale_price_is_its_own(const engine::market_terms& market) {
  if (market.known == nullptr || !market.known->minimum_resale_price.value) return false;
  return *market.known->minimum_resale_price.value != resale_minimum::allowed;
}

}  // namespace

class auditor::work {
 public:
  work(pricepoint::policy policy, std::shared_ptr<const exchange_rates> rates, const pricer_limits& limits)
      : policy_(std::move(policy)),
        machine_(engine::machine_of(policy_)),
        memory_(machine_, std::move(rates), limits, engine::workspace::use::auditing),
        carried_(machine_.channels().size()),
        figures_(machine_) {}

  void audit(std::span<const offer> offers, std::optional<instant> until, std::vector<finding>& out) {
    gather(offers);
    for (std::size_t i = 0; i < offers.size(); ++i) {
      const std::size_t first = out.size();
      bound_offer& one = seen_[i];
      if (!one.valid) {
        out.push_back(std::move(one.why_not));
        figures_.count(offers[i], one, memory_.bound(), {out.data() + first, 1});
        continue;
      }
      memory_.exchange_bound(one.bound);
      take_carried(one);
      check(i, offers[i], one, out);
      figures_.count(offers[i], one, memory_.bound(), {out.data() + first, out.size() - first});
      if (until && offers[i].request.at) follow(i, offers[i], one, *until, first, out);
      memory_.exchange_bound(one.bound);
    }
    figures_.close_product({seen_.data(), offers.size()});
  }

  void clear_summary() { figures_.clear(); }

  const audit_summary& summary() const noexcept { return figures_.summary(); }
  const pricepoint::policy& policy() const noexcept { return policy_; }
  const pricer_stats& stats() noexcept { return memory_.stats(); }

 private:
  // The price of a channel that offers without it get from the others.
  struct lowest_price {
    bool any = false;
    decimal quantity;
    fraction price;
    bool gross = true;
    std::string_view seller;
  };

  // ---- what is seen

  void gather(std::span<const offer> offers) {
    if (seen_.size() < offers.size()) seen_.resize(offers.size());
    for (const std::uint32_t one : carried_channels_) carried_[one].any = false;
    carried_channels_.clear();
    others_.clear();
    for (std::size_t i = 0; i < offers.size(); ++i) {
      look_at(i, offers[i], seen_[i]);
      if (seen_[i].valid) carry(offers[i], seen_[i]);
    }
    if (!machine_.looks_for_leaks()) return;
    for (std::size_t i = 0; i < offers.size(); ++i) {
      const bound_offer& one = seen_[i];
      const request& asked = offers[i].request;
      if (!one.valid || one.price.is_public) continue;
      others_.push_back(
          {asked.audience, asked.segment, offers[i].seller, one.bound.channel, one.bound.gross, one.price.price});
    }
  }

  void look_at(std::size_t index, const offer& what, bound_offer& into) {
    memory_.bind(what.request);
    memory_.also_invalid(what.unreadable);
    std::vector<std::string> wrong = memory_.invalid();
    const engine::bound_request& bound = memory_.bound();
    if (!what.price || what.price->sign() <= 0) {
      wrong.emplace_back("price");
    } else if (bound.market_known) {
      into.price.price = fraction::minor_units(*what.price, bound.currency.digits());
      const detail::int128 most = static_cast<detail::int128>(max_amount_minor) * into.price.price.denominator;
      if (into.price.price.numerator > most) wrong.emplace_back("price");
    }
    into.valid = wrong.empty() && memory_.missing().empty();
    if (!into.valid) {
      const bool lacking = wrong.empty();
      if (lacking) wrong = memory_.missing();
      detail::keep_each_once(wrong);
      into.why_not = {};
      into.why_not.offer = index;
      into.why_not.effect = "invalid";
      into.why_not.severity = finding_severity::invalid;
      if (bound.market_known) into.why_not.currency = bound.currency;
      into.why_not.price = what.price;
      into.why_not.because = lacking ? "the offer lacks " + listed(wrong) : why_invalid(what, wrong);
      into.why_not.missing = std::move(wrong);
      return;
    }
    into.price.whole = into.price.price.denominator == 1;
    into.price.minor = into.price.whole ? static_cast<std::int64_t>(into.price.price.numerator) : 0;
    into.price.is_public = what.request.audience.empty() && what.request.segment.empty();
    memory_.exchange_bound(into.bound);
  }

  std::string why_invalid(const offer& what, const std::vector<std::string>& names) const {
    std::string text;
    for (const std::string& name : names) {
      text += text.empty() ? "" : "; ";
      const bool unread = std::find(what.unreadable.begin(), what.unreadable.end(), name) != what.unreadable.end();
      if (name != "price") {
        text += name + " " + engine::why_refused(machine_, what.request, name).value_or("cannot be read");
      } else if (what.price) {
        text += "price " + engine::why_no_amount(*what.price);
      } else {
        text += unread ? "price cannot be read" : "the offer lacks price";
      }
    }
    return text;
  }

  // A channel's price is its lowest at the smallest quantity; among equal ones the first seller by name gives it, so
  // that the order of the offers does not matter.
  void carry(const offer& what, const bound_offer& one) {
    if (!one.price.is_public) return;
    lowest_price& best = carried_[one.bound.channel];
    const decimal quantity = what.request.quantity.value_or(decimal(1));
    if (best.any) {
      if (quantity > best.quantity) return;
      if (quantity == best.quantity) {
        if (one.price.price > best.price) return;
        if (one.price.price == best.price && what.seller >= best.seller) return;
      }
    } else {
      carried_channels_.push_back(one.bound.channel);
    }
    best = {true, quantity, one.price.price, one.bound.gross, what.seller};
  }

  // Into the bound request, where it gives no price of its own; remembers which.
  void take_carried(bound_offer& one) {
    taken_.clear();
    for (const std::uint32_t channel : carried_channels_) {
      const lowest_price& from = carried_[channel];
      if (!memory_.bound().lacks(machine_.channel_slot(channel))) continue;
      taken_.push_back({channel, from.price, from.gross});
    }
    if (!taken_.empty()) memory_.set_decided(taken_);
    one.price.carried = taken_;
    one.price.others = others_;
  }

  const engine::market_terms& market() const { return machine_.markets()[memory_.bound().market]; }

  bool is_carried(std::uint32_t channel) const {
    return std::any_of(taken_.begin(), taken_.end(), [&](const auto& one) { return one.channel == channel; });
  }

  // ---- what is wrong

  void check(std::size_t index, const offer& what, const bound_offer& one, std::vector<finding>& out) {
    engine::silent nobody;
    try {
      auditing::checking<detail::fast_exact>(memory_, one.price, nobody, found_).run();
    } catch (const detail::exact_overflow&) {
      auditing::check_big(memory_, one.price, found_);
    }
    if (found_.broken.empty() && found_.missing.empty()) return;
    engine::decide(memory_, decision_, nobody);
    const auto price = decision_.price();
    const std::size_t first = out.size();
    for (const broken_rule& broken : found_.broken) {
      // What the policy's own price does not satisfy either is nobody's mistake.
      if (price && broken.rule != nullptr && is_soft(*broken.rule) && !broken.holds_at(price->minor)) continue;
      out.push_back(finding_of(index, what, broken));
    }
    std::sort(out.begin() + static_cast<std::ptrdiff_t>(first), out.end(), [](const finding& a, const finding& b) {
      const bool unit_a = a.effect == "unit";
      const bool unit_b = b.effect == "unit";
      return std::tie(unit_a, a.rule, a.against) < std::tie(unit_b, b.rule, b.against);
    });
    if (found_.missing.empty()) return;
    finding unchecked = blank(index, what);
    unchecked.effect = "unchecked";
    unchecked.severity = finding_severity::unchecked;
    unchecked.missing = std::move(found_.missing);
    detail::keep_each_once(unchecked.missing);
    if (decision_.status() == status::incomplete) unchecked.remedy = remedy::complete;
    unchecked.because = "not every rule could be checked without " + listed(unchecked.missing);
    out.push_back(std::move(unchecked));
  }

  static bool is_soft(const engine::compiled_rule& rule) {
    const bool has_strength = rule.effect != engine::effect_kind::withhold && !rule.of_audits();
    return has_strength && !rule.is_required();
  }

  static finding_severity severity_of(const engine::compiled_rule& rule) {
    if (rule.of_audits()) return finding_severity::warning;
    switch (rule.strength()) {
      case engine::strength::strong:
        return finding_severity::warning;
      case engine::strength::medium:
      case engine::strength::weak:
        return finding_severity::notice;
      case engine::strength::required:
        break;
    }
    return finding_severity::breach;
  }

  finding blank(std::size_t index, const offer& what) const {
    finding made;
    made.offer = index;
    made.currency = memory_.bound().currency;
    made.price = what.price;
    return made;
  }

  finding finding_of(std::size_t index, const offer& what, const broken_rule& broken) const {
    finding made = blank(index, what);
    const currency in = memory_.bound().currency;
    if (broken.rule == nullptr) {
      made.rule = made.effect = "unit";
      made.severity = finding_severity::warning;
      made.because =
          "prices in " + std::string(market().name) + " are multiples of " + to_string(amount{market().unit_minor, in});
    } else {
      made.rule = broken.rule->id();
      made.effect = to_string(broken.rule->effect);
      made.severity = severity_of(*broken.rule);
      made.because = broken.rule->source->because;
    }
    if (broken.min) made.min = amount{*broken.min, in};
    if (broken.max) made.max = amount{*broken.max, in};
    measure_excess(made, in);
    if (broken.has_against) {
      if (broken.against_price) made.against_price = amount{*broken.against_price, in};
      made.against = broken.against ? machine_.channels()[*broken.against].name : "list";
      if (broken.leaked != nullptr) {
        made.against_seller = broken.leaked->seller;
      } else if (broken.against && is_carried(*broken.against)) {
        made.against_seller = carried_[*broken.against].seller;
      }
    }
    if (broken.headroom) made.headroom = amount{*broken.headroom, in};
    made.max_discount_bp = broken.max_discount_bp;
    find_remedy(made);
    return made;
  }

  static void measure_excess(finding& one, currency in) {
    const auto measure = [&](const amount& end, bool below) {
      const decimal at = units_of(end.minor, in);
      one.excess = below ? difference(at, *one.price) : difference(*one.price, at);
      if (end.minor <= 0) return;
      const fraction size = fraction::minor_units(*one.excess, in.digits());
      const detail::int128 rate =
          detail::divide(size.numerator * 10'000, size.denominator * end.minor, rounding::half_up);
      if (detail::fits_int64(rate)) one.excess_rate_bp = static_cast<std::int64_t>(rate);
    };
    if (one.min && *one.price < units_of(one.min->minor, in)) {
      measure(*one.min, true);
    } else if (one.max && *one.price > units_of(one.max->minor, in)) {
      measure(*one.max, false);
    }
  }

  void find_remedy(finding& one) const {
    if (decision_.status() == status::incomplete) {
      one.remedy = remedy::complete;
      one.missing = decision_.missing();
      return;
    }
    const currency in = market().currency;
    if (machine_.channels()[memory_.bound().channel].reseller && resale_price_is_its_own(market())) return;
    if (decision_.status() == status::conflict) {
      one.remedy = remedy::separate;
      one.conflict = decision_.conflict();
      if (one.effect == "gap" && one.min && *one.price < units_of(one.min->minor, in)) one.credit = one.excess;
    } else if (const auto price = decision_.price(); price && !(units_of(price->minor, in) == *one.price)) {
      one.remedy = remedy::reprice;
      one.remedy_price = price;
    }
  }

  // ---- ahead in time

  void follow(std::size_t index, const offer& what, bound_offer& one, instant until, std::size_t first,
              std::vector<finding>& out) {
    const auto begin = [&] { return out.begin() + static_cast<std::ptrdiff_t>(first); };
    for (auto each = begin(); each != out.end(); ++each) each->from = what.request.at;
    std::size_t open = first;  // findings before it are over
    std::vector<finding> next;
    offer later = what;
    while (found_.next_change_at && *found_.next_change_at <= until) {
      const instant now = *found_.next_change_at;
      later.request.at = now;
      memory_.bind(later.request);
      take_carried(one);
      next.clear();
      check(index, later, one, next);
      for (finding& each : next) each.from = now;
      // A finding that goes on is the same, except for its beginning.
      std::vector<bool> goes_on(next.size(), false);
      std::size_t over = open;
      for (std::size_t i = open; i < out.size(); ++i) {
        bool found = false;
        for (std::size_t j = 0; j < next.size() && !found; ++j) {
          if (goes_on[j]) continue;
          next[j].from = out[i].from;
          found = next[j] == out[i];
          next[j].from = found ? next[j].from : std::optional<instant>(now);
          goes_on[j] = found;
        }
        if (found) continue;
        out[i].until = now;
        std::swap(out[i], out[over++]);
      }
      open = over;
      for (std::size_t j = 0; j < next.size(); ++j) {
        if (!goes_on[j]) out.push_back(std::move(next[j]));
      }
    }
    std::stable_sort(begin(), out.end(), [](const finding& a, const finding& b) {
      const auto place = [](const finding& of) { return of.effect == "unchecked" ? 2 : of.effect == "unit" ? 1 : 0; };
      const int place_a = place(a);
      const int place_b = place(b);
      return std::tie(place_a, a.rule, a.against, a.from) < std::tie(place_b, b.rule, b.against, b.from);
    });
  }

  pricepoint::policy policy_;
  const engine::machine& machine_;
  engine::workspace memory_;
  std::vector<bound_offer> seen_;
  std::vector<lowest_price> carried_;  // by channel
  std::vector<std::uint32_t> carried_channels_;
  std::vector<auditing::carried_price> taken_;
  std::vector<other_offer> others_;
  check_result found_;
  decision decision_;
  auditing::figures figures_;
};

auditor::auditor(pricepoint::policy policy, std::shared_ptr<const exchange_rates> rates, const pricer_limits& limits)
    : work_(std::make_unique<work>(std::move(policy), std::move(rates), limits)) {}
auditor::~auditor() = default;
auditor::auditor(auditor&&) noexcept = default;
auditor& auditor::operator=(auditor&&) noexcept = default;

void auditor::audit(std::span<const offer> offers, std::vector<finding>& out) { work_->audit(offers, {}, out); }

void auditor::audit_until(instant until, std::span<const offer> offers, std::vector<finding>& out) {
  work_->audit(offers, until, out);
}

const audit_summary& auditor::summary() const noexcept { return work_->summary(); }
void auditor::clear_summary() { work_->clear_summary(); }
const pricepoint::policy& auditor::policy() const noexcept { return work_->policy(); }
const pricer_stats& auditor::stats() const noexcept { return work_->stats(); }

}  // namespace pricepoint
