// SPDX-License-Identifier: Apache-2.0
//
// One random policy. Amounts are whole millionths of a currency unit while they are drawn, so that no floating point is
// involved. The values of rules lie near the level at which the prices of requests lie, so that bounds meet targets.
// What requests must know to come near the policy's edges is public.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "property/generator.hpp"
#include "property/generator/chance.hpp"
#include "property/generator/text.hpp"

namespace generator {

struct drawn_market {
  std::string name;
  std::string currency;
  bool gross = true;
  bool stored = false;
  bool taxed = false;
  std::string tax;  // of requests too, so that fields lie well
  micro unit = 0;   // as far as the policy says it; else the minor unit
};

class policy_writer {
 public:
  policy_writer(chance& luck, const options& asked) : wanted(asked), luck_(luck) {}

  const options wanted;

  std::vector<drawn_market> markets;
  std::vector<std::string> channels;  // traditional ones first
  std::vector<std::string> traditional;
  std::vector<long long> boundaries_unix_ms;
  std::vector<micro> cuts;  // at the common level
  bool has_role = false, has_tier = false, has_stock = false, has_wholesale = false, has_vip = false;
  bool has_handling = false;  // in audits only
  int year = 2026;
  std::map<std::string, std::vector<micro>> bands;  // by market: where those of its culture begin and end
  std::map<std::string, std::string> files;
  bool tight = false;  // a required corridor around the reference, for large amounts

  // What some policies have more of than others, so that it meets often enough.
  bool halves = false;          // targets on exact halves of a step, or between two prices of a shape
  bool bare = false;            // of these: few other rules, so that the half decides
  bool base_of_cost = false;    // the base is the cost, with its tax
  bool coarse = false;          // units of 0.05 to 10
  bool mixed_displays = false;  // channels with another display than their market's
  bool by_hand = false;         // `price` rules beside soft bounds and shapes
  bool circles = false;         // rules that read the prices of other channels, in any direction

  std::string write();

 private:
  // ---- money

  std::vector<std::string> currencies() const;

  /// Text made from an amount at the common level: one text for all currencies, or an object by currency that may leave
  /// some out.
  std::string by_currency(micro amount, const std::function<std::string(micro)>& text, int leave_out = 12);

  std::string money_json(micro amount);
  std::string money(micro amount, int leave_out = 12);

  /// Like `money`, for what money of currencies with any number of decimals can be a multiple of: 1, 2, 2.5, 5 times a
  /// power of ten.
  std::string round_money(micro mantissa, int exponent, int leave_out);

  // ---- markets

  std::string draw_markets();

  // ---- the market table

  /// What the table says of a market whose facts are drawn: the built-in one, then the file's.
  struct table_facts {
    std::string currency;
    std::optional<bool> gross;
  };

  /// A field of a market is given, or left to the table where that has it; `unit` is emptied where it is left.
  void leave_to_table(drawn_market& m, std::string& unit, members& fields);

  void note_built_in_culture(const std::string& market);
  void write_tables(const members& own);

  /// A fact with or without what it rests on.
  std::string fact(const std::string& value);

  std::string draw_own_market(const std::string& name, const std::string& currency,
                              const std::vector<std::string>& units);
  std::string draw_former_price();

  /// Endings that an amount with so many decimals can show.
  std::vector<std::string> endings_shown_with(int decimals);

  std::string draw_culture(const std::string& market, const std::string& currency);
  void draw_culture_rules();
  static std::vector<std::string> different(std::vector<std::string> words);

  // ---- channels, attributes, periods

  std::string draw_channels();
  std::string draw_attributes();
  std::string draw_periods();
  std::string draw_within_value();
  std::string draw_within();

  // ---- conditions

  std::string some_target_range();
  std::string some_number_range(long long low, long long high);

  struct asking {
    bool target = true;
    bool period = true;
  };

  /// So many conditions, each on another attribute. Those on target and period come when asked for.
  std::string draw_conditions(long long count, asking may);

  struct rule_options {
    bool target = true;  // may ask about the target
    int when_percent = 35;
    long long least_conditions = 1;
    bool strengths = false;
    std::string strength;  // given, where not empty
    bool skip = false;     // may have skip_if_missing
    int skip_percent = 30;
    int timed_percent = 6;  // `during`
    int except_percent = 14;
  };

  std::string draw_during();
  void add_rule(const std::string& effect, const std::string& value, const rule_options& options, members more = {});

  // ---- expressions

  std::string some_field();
  std::string net_name() { return has_wholesale && luck_.percent(40) ? "wholesale" : "cost"; }

  std::string literal(micro amount) { return amount_text(amount, 2, true); }

  std::string expression_json(const std::function<std::string(const std::string&)>& with_currency);
  std::string some_literal(const std::string& currency, micro low, micro high);

  /// About 0.75 to 1 of the price: where floors lie.
  std::string low_expression(const std::string& currency);

  /// About 1 to 1.3 of the price: where ceilings lie.
  std::string high_expression(const std::string& currency);

  // ---- shapes

  static const std::vector<std::vector<std::string>>& ending_sets();
  std::vector<std::string> draw_endings();
  std::string draw_avoid();
  std::string draw_prefer(bool only_digits);

  // ---- rules

  std::string soft_strength() { return luck_.word({"strong", "strong", "medium", "weak"}); }

  std::string bound_strength() {
    if (by_hand && luck_.percent(60)) return soft_strength();
    return luck_.percent(30) ? "" : luck_.percent(48) ? "required" : soft_strength();
  }

  std::string gap_end(long long low, long long high);
  std::string gap_to();
  std::string some_half(const std::string& currency);
  void draw_readings();
  void draw_prices_by_hand();

  std::string discount_value();
  void draw_bounds();
  void draw_shapes();

  /// The effects that serve the audit alone.
  void draw_audit_rules();

  std::string draw_rules();

  chance& luck_;
  std::vector<std::string> period_names_;
  std::vector<members> rules_;
  std::map<std::string, reference::listed_market> built_in_;
  std::map<std::string, table_facts> table_;
  std::map<std::string, std::vector<std::string>> culture_of_;  // by market: ids of entries
  std::string tables_;
};

}  // namespace generator
