// SPDX-License-Identifier: Apache-2.0
// A narrative as sentences, one a line, for people who set prices. Entry: sentences. Test:
// tests/unit/explain/explanation_test.cpp.
#include <algorithm>

#include "explain/narrative.hpp"
#include "text/harmless.hpp"

namespace pricepoint::explaining {

namespace {

using engine::compiled_rule;

class writer {
 public:
  explicit writer(const narrative& of) : of_(of), made_(*of.made) {}

  std::string run() {
    headline();
    what_is_wrong();
    in_short();
    which_rules();
    base_and_target();
    bounds();
    for (const shape_story& one : of_.shapes) shape(one);
    candidates();
    if (!made_.relaxed().empty()) line("Given up: " + names(made_.relaxed()));
    what_comes_with_it();
    rules_off();
    return std::move(out_);
  }

 private:
  // Names of channels, markets and periods, and words of the request, are in many of the sentences.
  void line(const std::string& text) {
    detail::append_harmless(out_, text);
    out_ += ".\n";
  }
  // The sentence of a rule, and at the first one what its owner says about it.
  void line(const compiled_rule& rule, const std::string& text) {
    const bool is_first = first_because(rule);
    line(std::string(rule.id()) + text +
         (is_first ? ". Why it is there: " + in_quotes(rule.source->because) : std::string()));
  }
  std::string in_brackets(const compiled_rule& rule) {
    return first_because(rule) ? " (" + in_quotes(rule.source->because) + ")" : std::string();
  }
  std::string with_reasons(const std::vector<const compiled_rule*>& rules) {
    std::vector<std::string> parts;
    for (const compiled_rule* rule : rules) parts.push_back(std::string(rule->id()) + in_brackets(*rule));
    return listed(parts, " and ");
  }
  bool first_because(const compiled_rule& rule) {
    if (rule.source->because.empty() || std::find(told_.begin(), told_.end(), &rule) != told_.end()) return false;
    told_.push_back(&rule);
    return true;
  }

  template <class List>
  static std::string names(const List& list) {
    return listed(std::vector<std::string>(list.begin(), list.end()), " and ");
  }

  const engine::market_terms& market() const { return of_.compiled->markets()[of_.bound->market]; }

  void headline() {
    out_ = heading(*of_.what, of_.with_time) + ": ";
    const std::string status(to_string(made_.status()));
    if (made_.price()) {
      out_ += money(made_.price()->minor, of_.in) + " (" + status + (made_.held() ? ", held" : "") + ")";
    } else if (made_.status() == status::withheld) {
      std::vector<std::string> codes;
      for (const compiled_rule* rule : of_.advising) {
        if (rule->effect == effect_kind::withhold) codes.push_back(one_line(rule->advice()));
      }
      out_ += "not sold here (" + status + ": " + listed(codes, ", ") + ")";
    } else {
      out_ += "no price (" + status + ")";
    }
    out_ += "\n";
  }

  // ---- what keeps a decision from a price

  void what_is_wrong() {
    switch (made_.status()) {
      case status::invalid:
        invalid();
        break;
      case status::incomplete:
        incomplete();
        break;
      case status::conflict:
        conflict();
        break;
      case status::withheld:
        for (const compiled_rule* rule : of_.advising) {
          if (rule->effect == effect_kind::withhold) line(*rule, " withholds the product");
        }
        break;
      case status::compromised: {
        std::vector<const compiled_rule*> strong;
        for (const bound_story& one : of_.bounds) {
          if (one.broken && one.rule->strength() == engine::strength::strong) strong.push_back(one.rule);
        }
        for (const shape_story& one : of_.shapes) {
          const bool relaxed =
              std::find(made_.relaxed().begin(), made_.relaxed().end(), one.rule->id()) != made_.relaxed().end();
          if (relaxed && one.rule->strength() == engine::strength::strong) strong.push_back(one.rule);
        }
        std::sort(strong.begin(), strong.end(),
                  [](const compiled_rule* a, const compiled_rule* b) { return a->id() < b->id(); });
        line("The price breaks " + with_reasons(strong) +
             (strong.size() == 1 ? ", a strong rule" : ", which are strong rules"));
        break;
      }
      case status::priced:
        break;
    }
    if (made_.fallback_price()) {
      const bool current = of_.compiled->falls_back_to() == engine::fallback::current;
      line("Meanwhile the shop may show " + money(made_.fallback_price()->minor, of_.in) + ", " +
           (current ? "the current price" : "the reference price") + ", which was not checked against any rule");
    }
  }

  void invalid() {
    for (const std::string& one : of_.refusals) line(one);
    if (!of_.refusals.empty()) return;
    for (const std::string& name : made_.invalid()) {
      const std::optional<decimal>& value = name == "base" ? of_.base : of_.target;
      if (name != "base" && name != "target") {
        line(name);
      } else if (value) {
        line("The " + name + " would be " + money(*value, of_.in) + ", which is " +
             (value->sign() > 0 ? "too much" : "not above zero"));
      }
    }
  }

  void incomplete() {
    std::vector<std::string> fields;
    for (const std::string& name : made_.missing()) fields.push_back(field_words(name));
    // One of the channels that a reference price may come from is enough.
    const bool any = of_.rules_known && of_.lacking.empty() && !of_.base && fields.size() > 1;
    const std::string please = "Please send " + listed(fields, any ? " or " : " and ");
    if (of_.lacking.size() == 1 && of_.base && lacks_all(of_.lacking[0])) {
      line(please + "; " + std::string(of_.lacking[0].rule->id()) + (fields.size() == 1 ? " needs it" : " needs them"));
      return;
    }
    line(please);
    for (const recorder::lack& one : of_.lacking) {
      line(std::string(one.rule->id()) + " needs " + listed(each_once(one.names), " and "));
    }
    if (!of_.rules_known || !of_.lacking.empty()) return;
    if (made_.missing() == std::vector<std::string>{"at"} && !of_.base) {
      line("Rules with a period could apply, so the time must be known");
    } else if (!of_.base) {
      line((any ? std::string("Without one of them") : std::string("Without it")) +
           " there is no reference price to start from");
    } else if (made_.missing() == std::vector<std::string>{"tax"}) {
      line("This market keeps prices without tax, so the tax must be known");
    }
  }

  // Whether a rule lacks all that is missing.
  bool lacks_all(const recorder::lack& one) const {
    return std::all_of(made_.missing().begin(), made_.missing().end(), [&](const auto& name) {
      return std::find(one.names.begin(), one.names.end(), name) != one.names.end();
    });
  }

  void conflict() {
    const auto in_conflict = [&](const compiled_rule& rule) {
      return std::find(made_.conflict().begin(), made_.conflict().end(), rule.id()) != made_.conflict().end();
    };
    const bool alone = made_.conflict().size() == 1;
    if (alone && std::any_of(of_.bounds.begin(), of_.bounds.end(),
                             [&](const bound_story& one) { return in_conflict(*one.rule) && one.no_price; })) {
      // The demand below says it already.
    } else if (alone) {
      line("No price satisfies " + std::string(made_.conflict()[0]));
    } else {
      line("These rules contradict one another: " + names(made_.conflict()));
    }
    // Where several rules limit one side, only the tightest takes part.
    std::optional<std::int64_t> highest_low, lowest_high;
    for (const bound_story& one : of_.bounds) {
      if (!in_conflict(*one.rule) || one.no_price) continue;
      if (one.low && (!highest_low || *one.low > *highest_low)) highest_low = one.low;
      if (one.high && (!lowest_high || *one.high < *lowest_high)) lowest_high = one.high;
    }
    std::vector<std::string> demands;
    for (const bound_story& one : of_.bounds) {
      if (!in_conflict(*one.rule)) continue;
      const bool low = one.low && one.low == highest_low;
      const bool high = one.high && one.high == lowest_high;
      std::string demand(one.rule->id());
      if (one.no_price && one.rule->effect == effect_kind::price) {
        demand.append(" sets ").append(free_words(one));
      } else if (one.no_price) {
        demand.append(" asks for ").append(one.asks).append(no_price_words(one));
      } else if (one.low && one.low == one.high) {
        demand.append(" asks for exactly ").append(money(*one.low, of_.in));
      } else if (low == high) {
        demand.append(" allows ").append(limits(one));
      } else if (low) {
        demand.append(" asks for at least ").append(money(*one.low, of_.in));
      } else {
        demand.append(" allows at most ").append(money(*one.high, of_.in));
      }
      demands.push_back(demand.append(in_brackets(*one.rule)));
    }
    for (const shape_story& one : of_.shapes) {
      if (in_conflict(*one.rule))
        demands.push_back(std::string(one.rule->id()) + " asks for " + shape_words(*one.rule, of_.in) +
                          in_brackets(*one.rule));
    }
    std::string all;
    for (const std::string& one : demands) all += (all.empty() ? "" : "; ") + one;
    line(all);
    if (market().unit_minor != 1) line("Prices here are multiples of " + money(market().unit_minor, of_.in));
    ways_out();
  }

  void ways_out() {
    if (of_.ways_out.size() > 1) out_ += "Ways out, the one that gives up least first:\n";
    for (const way_out& one : of_.ways_out) {
      std::string text = "Without " + std::string(one.rule->id()) + ": ";
      if (!one.made.price()) {
        text += "still no price";
        if (one.made.conflict().size() > 1) text += "; then " + names(one.made.conflict()) + " contradict one another";
        if (one.made.conflict().size() == 1) text += "; then no price satisfies " + std::string(one.made.conflict()[0]);
        if (one.made.conflict().empty()) text += " (" + std::string(to_string(one.made.status())) + ")";
        line(text);
        continue;
      }
      text += money(one.made.price()->minor, of_.in);
      if (one.excess_minor) {
        const bool below = *one.excess_minor < 0;
        const std::int64_t size = below ? -*one.excess_minor : *one.excess_minor;
        text += ", which is " + money(size, of_.in);
        if (one.excess_e4) text += " (" + short_percent(*one.excess_e4) + ")";
        text += (below ? " below the " : " above the ") + money(*one.limit_minor, of_.in) + " that it " +
                (one.rule->effect == effect_kind::price ? "sets"
                 : below                                ? "asks for"
                                                        : "allows");
      } else if (!one.unlimited && !one.excess_minor) {
        text += ", which " + shape_broken(*one.rule, of_.in);
      }
      if (!one.made.relaxed().empty()) text += "; it gives up " + names(one.made.relaxed());
      line(text);
    }
  }

  // ---- how the price came about

  void which_rules() {
    if (!of_.rules_known) {
      line("The rules were not looked at");
      return;
    }
    std::vector<std::string> on;
    std::size_t off = of_.not_looked_at;
    for (const rule_story& one : of_.rules) {
      if (one.state == rule_story::state::on) {
        on.emplace_back(one.rule->id());
      } else {
        ++off;
      }
    }
    if (on.empty()) {
      line(off == 0 ? "The policy has no rules" : "No rule applies, for the reasons at the end");
      return;
    }
    std::string text = "Rules that apply: " + listed(on, " and ");
    if (off == 1) text += "; one more does not, for the reason at the end";
    if (off > 1) text += "; " + std::to_string(off) + " others do not, for the reasons at the end";
    line(text);
  }

  void base_and_target() {
    if (of_.conversion != nullptr) {
      line("Amounts in " + std::string(of_.conversion->from.code()) + " count " +
           money(of_.conversion->factor, of_.in) + " each, the exchange rate of " + to_string(of_.conversion->at));
    }
    if (of_.base) {
      const std::string value = money(*of_.base, of_.in);
      if (of_.base_rule == nullptr) {
        line("The base is the reference price, " + source_words(of_.base_from) + ": " + value);
      } else {
        const std::string from = base_words(of_.compiled->document(), *of_.base_rule, of_.in, of_.bound->gross);
        line(*of_.base_rule, " sets the base to " + from + (from == value ? "" : ": " + value));
      }
    }
    for (const discount_story& one : of_.discounts) {
      const bool surcharge = one.off.sign() < 0;
      const decimal size = surcharge ? -one.off : one.off;
      std::string text = surcharge ? " adds " : " takes off ";
      if (std::optional<detail::fraction> part = one.rule->discount().part) {
        if (part->numerator < 0) part->numerator = -part->numerator;
        text += exact_percent(*part) + ", which is ";
      }
      text += money(size, of_.in);
      if (!one.counts && !one.why_not.empty())
        text = std::string(" would") + (surcharge ? " add " : " take off ") + text.substr(surcharge ? 6 : 11) +
               ", but does not count: " + one.why_not;
      line(*one.rule, text);
    }
    if (made_.discounts().size() > 1 && of_.base && of_.target && made_.status() != status::invalid) {
      // Both have the same decimals.
      const decimal together =
          decimal::from_parts(of_.base->coefficient() - of_.target->coefficient(), of_.base->scale());
      const bool compound = of_.compiled->discounts_compound();
      const bool more = together.sign() < 0;
      line(std::string(compound ? "Taken one after the other, they " : "Together they ") +
           (more ? "add " : "take off ") + money(more ? -together : together, of_.in));
    }
    if (of_.target && made_.status() != status::invalid) line("The target is " + money(*of_.target, of_.in));
  }

  // How the target became the price. The derivation follows; this is the answer.
  void in_short() {
    if (!made_.price() || !of_.target || !of_.nearest) return;
    if (made_.held()) hold();
    std::vector<const compiled_rule*> by_hand, limits, shapes;
    for (const bound_story& one : of_.bounds) {
      if (one.idle || !one.lacks.empty()) continue;
      if (one.rule->effect == effect_kind::price) by_hand.push_back(one.rule);
      if (one.moves) limits.push_back(one.rule);
    }
    if (!by_hand.empty()) {
      line("This price is set by hand, by " + with_reasons(by_hand));
      return;
    }
    for (const auto strength : {engine::strength::strong, engine::strength::medium, engine::strength::weak}) {
      for (const shape_story& one : of_.shapes) {
        if (one.moves && one.rule->strength() == strength) shapes.push_back(one.rule);
      }
    }
    const std::int64_t nearest = *of_.nearest, chosen = *of_.chosen;
    const bool whole = *of_.target == decimal::from_parts(nearest, of_.in.digits());
    if (whole && chosen == nearest && limits.empty() && of_.refusing.empty()) {
      line(made_.held() ? "The new price would be the target itself" : "This is the target itself; no rule moves it");
      return;
    }
    std::string text = "The target is " + money(*of_.target, of_.in);
    limits.insert(limits.end(), of_.refusing.begin(), of_.refusing.end());
    const bool refused = !limits.empty();
    if (refused) text += ", which " + with_reasons(limits) + (limits.size() == 1 ? " does" : " do") + " not allow";
    const std::string allowed = of_.narrowing.empty() ? ""
                                                      : " that " + with_reasons(of_.narrowing) +
                                                            (of_.narrowing.size() == 1 ? " allows" : " allow");
    if (refused) {
      text += "; the nearest price" + (allowed.empty() ? " that is allowed" : allowed + " too") + " is ";
      text += money(nearest, of_.in);
    } else if (!whole) {
      const std::string shown = figure(*of_.target, of_.in);
      const auto decimals = [](const std::string& text_of) {
        return text_of.size() - std::min(text_of.find('.'), text_of.size());
      };
      const bool in_steps = decimals(shown) == decimals(figure(nearest, of_.in));
      text +=
          !market().net_stored || !of_.bound->gross
              ? ", and prices go in steps of " + money(market().unit_minor, of_.in) + "; the nearest" + allowed + " is "
          : in_steps ? ", which no price without tax gives; the nearest possible price" + allowed + " is "
                     : "; the nearest possible price" + allowed + " is ";
      text += money(nearest, of_.in);
    }
    if (chosen != nearest) {
      text += !refused && whole ? "; " : ", and ";
      text += shapes.empty() ? "the rules prefer "
                             : with_reasons(shapes) + (shapes.size() == 1 ? " moves" : " move") + " it to ";
      text += money(chosen, of_.in);
    }
    line(text);
  }

  // Those with the same reason in one sentence.
  void candidates() {
    std::vector<bool> said(of_.candidates.size());
    for (std::size_t i = 0; i < of_.candidates.size(); ++i) {
      if (said[i]) continue;
      std::vector<std::string> amounts;
      for (std::size_t j = i; j < of_.candidates.size(); ++j) {
        if (of_.candidates[j].why != of_.candidates[i].why) continue;
        said[j] = true;
        amounts.push_back(figure(of_.candidates[j].minor, of_.in));
      }
      const bool one = amounts.size() == 1;
      line(listed(amounts, " and ") + " " + std::string(of_.in.code()) + (one ? " was" : " were") +
           " turned down: " + (one ? of_.candidates[i].why : of_.candidates[i].why_all));
    }
  }

  std::string free_words(const bound_story& one) const {
    return *one.low < 1 ? money(*one.low, of_.in) + ", but prices are above zero; a free product is not priced"
                        : "less than " + money(1, of_.in) + ", which no price is";
  }

  std::string no_price_words(const bound_story& one) const {
    const engine::bound& asks = *one.rule->bound_in(of_.in);
    const bool limits_above = std::any_of(asks.ends.begin(), asks.ends.end(), [](const engine::bound_end& end) {
      return end.is == engine::bound_end::side::high;
    });
    return asks.is_margin() && !limits_above ? ", which no price earns" : ", which no price satisfies";
  }

  std::string limits(const bound_story& one) const {
    const bool low = one.low && (*one.low > 0 || !one.high);
    if (low && one.high) {
      if (*one.low == *one.high) return "exactly " + money(*one.low, of_.in);
      if (*one.low > *one.high)
        return "no price: at least " + money(*one.low, of_.in) + " and at most " + money(*one.high, of_.in);
      return figure(*one.low, of_.in) + " to " + money(*one.high, of_.in);
    }
    if (low) return "at least " + money(*one.low, of_.in);
    return "at most " + money(*one.high, of_.in);
  }

  void bounds() {
    for (const bound_story& one : of_.bounds) {
      const bool by_hand = one.rule->effect == effect_kind::price;
      std::string text = " (" + std::string(strength_word(one.rule->strength())) + "): " + one.asks;
      if (one.idle) {
        text += idle_words;
      } else if (!one.lacks.empty()) {
        text += "; its amount is unknown without " + one.lacks;
      } else if (one.no_price && by_hand) {
        text = text.substr(0, text.find(": ") + 2) + "set by hand to " + free_words(one);
      } else if (one.no_price) {
        text += no_price_words(one);
      } else {
        if (is_literal(*one.rule, of_.in)) {
          text = text.substr(0, text.find(": ") + 2) + limits(one);
        } else {
          text += (by_hand ? ", " : ", so ") + limits(one);
        }
        if (one.by_hand) {
          if (one.broken) {
            text += "; " + money(made_.price()->minor, of_.in) + ", set by hand, is " +
                    (one.low && made_.price()->minor < *one.low ? "below" : "above") + " that";
          }
          line(*one.rule, text);
          continue;
        }
        if (one.target_breaks) text += "; the target breaks it";
        if (one.broken) text += one.target_breaks ? ", and so does the price" : "; the price breaks it";
        if (one.price_on_it && !by_hand)
          text += one.target_breaks ? ", and the price lies on that limit" : "; the price lies on that limit";
      }
      line(*one.rule, text);
    }
  }

  void shape(const shape_story& one) {
    std::string text = " (" + std::string(strength_word(one.rule->strength())) + "): " + shape_words(*one.rule, of_.in);
    if (one.idle) {
      text += idle_words;
    } else if (one.kept) {
      text += "; kept";
    } else if (one.has == true) {
      text += "; satisfied, though it alone could have moved the price by " + one.reach + " at most";
    } else if (one.has) {
      text += "; not kept";
    }
    line(*one.rule, text);
  }

  // ---- what comes with the price

  void what_comes_with_it() {
    const auto price = made_.price();
    if (of_.hold && !made_.held()) hold();
    if (price && !of_.former.empty()) was();
    for (const credit_due& one : made_.credits()) credit(one);
    if (price && made_.net()) {
      const std::string tax = money(made_.tax()->minor, of_.in);
      line(of_.bound->gross ? "Without tax the price is " + money(made_.net()->minor, of_.in) + "; the tax is " + tax
                            : "The tax comes on top: " + tax);
    }
    if (made_.status() != status::withheld) {
      for (const compiled_rule* rule : of_.advising) {
        if (rule->effect == effect_kind::advise) line(*rule, " advises: " + one_line(rule->advice()));
      }
      for (const std::string_view code : made_.advice()) own_advice(code);
    }
    if (made_.next_change_at()) {
      const std::int64_t at = made_.next_change_at()->unix_ms;
      const auto& periods = of_.compiled->boundaries();
      line("This may change at " + boundary(*of_.compiled, at) +
           (std::binary_search(periods.begin(), periods.end(), at) ? ", when a period begins or ends"
                                                                   : ", when the exchange rate changes"));
    }
  }

  // Advice that no rule of the policy gives.
  void own_advice(std::string_view code) {
    if (std::any_of(of_.advising.begin(), of_.advising.end(),
                    [&](const compiled_rule* rule) { return rule->advice() == code; })) {
      return;
    }
    constexpr std::string_view old_price = "old-price-of-";
    if (code.starts_with(old_price)) {
      const std::string channel = one_line(code.substr(old_price.size()));
      line("This was decided with the price on " + channel + " that the request gives (" + one_line(code) +
           "): " + channel + " is decided later, or has no price now. Once " + channel +
           " has its new price, decide this one again");
    } else if (code == "unit-too-coarse" && of_.step_nearest && *of_.step_nearest > 0) {
      const bool finer = market().unit_minor > 1;
      line("The steps are too coarse for this price (unit-too-coarse): of the prices that are possible here, " +
           money(*of_.step_nearest, of_.in) + " is the nearest to the target, and more than 5% away from it. " +
           (finer ? "Give the market a finer unit" : "Price a pack of several pieces instead"));
    }
  }

  void hold() {
    const std::string current = of_.hold->kept ? money(made_.price()->minor, of_.in) : std::string();
    std::string text = of_.hold->kept ? " holds" : " would hold";
    text += " the current price within " + exact_percent(of_.hold->rules.front()->hold());
    if (of_.hold->kept) {
      text += ": ";
      text += current == money(*of_.chosen, of_.in) ? current + " is the new price too"
                                                    : current + " stays, instead of " + money(*of_.chosen, of_.in);
    } else {
      text += ", but not " + (of_.hold->current ? money(*of_.hold->current, of_.in) : std::string("this one")) + ": " +
              of_.hold->why_not;
    }
    line(*of_.hold->rules.front(), text);
  }

  void was() {
    const auto least = std::min_element(of_.former.begin(), of_.former.end(),
                                        [](const auto& a, const auto& b) { return a.minor < b.minor; });
    const std::int64_t price = made_.price()->minor;
    for (const recorder::was_heard& one : of_.former) {
      std::string text = " gives the former price " + money(one.minor, of_.in);
      if (one.rule != least->rule) {
        text += "; " + std::string(least->rule->id()) +
                (one.minor == least->minor ? " gives the same" : " gives a lower one");
      } else if (of_.lacks_prior) {
        text += "; it is not announced: the law here compares with " + law_words() +
                ", and the request does not give it (lowest_prior)";
      } else if (made_.was()) {
        const std::int64_t announced = made_.was()->minor;
        const bool by_law = of_.prior_minor && *of_.prior_minor < one.minor;
        const bool lowered = announced < (by_law ? *of_.prior_minor : one.minor);
        if (by_law) {
          text += "; the law here compares with " + law_words() + (lowered ? ", " : ", so ") +
                  money(*of_.prior_minor, of_.in) + (lowered ? "" : " is announced");
        }
        if (lowered)
          text += "; " + money(announced, of_.in) + " is announced, the next lower amount that can be a price";
        const auto percent = made_.saving_rate_percent();
        text += "; the saving is " + money(made_.saving()->minor, of_.in) + ", which is " +
                (percent == 0 ? "less than 1%" : std::to_string(percent) + "%");
      } else if (of_.prior_minor && *of_.prior_minor < one.minor && *of_.prior_minor <= price) {
        text += "; the law here compares with " + law_words() + ", " + money(*of_.prior_minor, of_.in) +
                ", which is not above the price, so none is announced";
      } else if (price < one.minor && of_.former_possible) {
        text += "; it is not announced, since the next lower amount that can be a price" +
                (*of_.former_possible > 0 ? ", " + money(*of_.former_possible, of_.in) + "," : std::string()) +
                " is not above the price";
      } else {
        text += "; it is not announced, since it is not above the price";
      }
      line(*one.rule, text);
    }
  }

  std::string law_words() const {
    const former_price_rule& law = *market().former_price;
    using kind = enum former_price_rule::kind;
    if (law.rule == kind::majority) return "the price charged for most of the time before the reduction";
    if (law.rule == kind::half_time) return "the price charged right before the reduction";
    return law.earlier.empty() ? "the lowest price of the " + std::to_string(law.days) + " days before the reduction"
                               : "the lowest price of a number of days before the reduction";
  }

  void credit(const credit_due& due) {
    std::vector<std::string> parts;
    for (const rule_story& one : of_.rules) {
      if (one.state != rule_story::state::on) continue;
      if (one.rule->effect != effect_kind::credit) continue;
      const engine::credit_effect& owed = one.rule->credit();
      if (of_.compiled->channels()[owed.to].name != due.to) continue;
      parts.push_back(to_string(rate::from_e8(owed.e8)) + " by " + std::string(one.rule->id()) +
                      in_brackets(*one.rule));
    }
    line(std::string(due.to) + " is owed " + money(due.due.minor, of_.in) + ": " + listed(parts, " and "));
  }

  void rules_off() {
    for (const rule_story& one : of_.rules) {
      if (one.state == rule_story::state::off) line(*one.rule, " is off: " + one.why);
      if (one.state == rule_story::state::open) line(*one.rule, " is left open: " + one.why);
    }
    if (of_.not_looked_at == 1) line("One more rule was not looked at; it asks for another product");
    if (of_.not_looked_at > 1) {
      line(std::to_string(of_.not_looked_at) + " more rules were not looked at; they ask for other products or buyers");
    }
  }

  static constexpr std::string_view idle_words = "; has no effect, since the price is set by hand";

  const narrative& of_;
  const decision& made_;
  std::vector<const compiled_rule*> told_;  // rules whose `because` has been said
  std::string out_;
};

}  // namespace

std::string sentences(const narrative& of) { return writer(of).run(); }

}  // namespace pricepoint::explaining
