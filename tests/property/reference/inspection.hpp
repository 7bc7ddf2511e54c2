// SPDX-License-Identifier: Apache-2.0
//
// One offer of an audit: the questions of an evaluation, asked about a price that is given.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "property/reference/evaluation.hpp"
#include "property/reference_audit.hpp"

namespace reference {

/// What the other offers of a product may know of one.
struct observation {
  const offer* source = nullptr;
  rational price;  // in units of the market's currency
  std::string channel;
  bool gross = true;
  rational quantity;

  const std::string* field(const char* name) const {
    const auto found = source->asked.fields.find(name);
    return found == source->asked.fields.end() ? nullptr : &found->second;
  }
  /// Without audience and segment: for everybody.
  bool is_public() const { return field("audience") == nullptr && field("segment") == nullptr; }
};

/// One offer and the rules. The questions are those of an evaluation; the answers are about a price that is given.
class inspection : private evaluation {
 public:
  inspection(const document& doc, const offer& seen, const std::vector<rate_row>& rates, const carried_prices& carried);

  /// The fields for which the offer is not looked at.
  const std::vector<std::string>& invalid() const { return invalid_; }
  const observation& here() const { return here_; }

  std::vector<finding> check(const std::vector<observation>& all, const decision& decided);

 private:
  static finding named(const std::string& rule, const std::string& effect, const char* severity);

  /// About a rule of the policy; soft ones are warnings and notices.
  static finding about(const rule& r);

  /// `decision_has_it_too`: the decision's price does not satisfy the rule either.
  void suspect(const rule& r, const finding& found, bool decision_has_it_too = false) {
    suspicions_.push_back({found, r.how != strength::required, is_shape(r.effect), decision_has_it_too});
  }

  // ---- which rules are on

  /// The target, or what it lacks.
  void find_target();

  enum class state { off, on, wants_time, wants_target };

  /// Nothing where only the target could tell.
  std::optional<bool> may_hold(const condition& c) const;
  std::optional<bool> may_all_hold(const conditions& all) const;
  state state_of(const rule& r) const;

  /// Where the effects that serve the audit alone have nothing to say.
  bool never_audited_here(const rule& r) const;

  /// Whether the rule is on; what keeps it from being known is noted.
  bool is_on_surely(const rule& r);

  std::set<std::string>& lacking_for(const rule& r);

  // ---- bounds and shapes

  static bool uses_target(const expression& e);

  /// Whether the bound of a rule that is on depends on the target beyond its conditions.
  bool bound_wants_target(const rule& r) const;

  void look_at(const rule& r);
  void look_at_bound(const rule& r);
  std::set<std::string> lacks_of_margin() const;

  /// The channels from whose prices a gap is measured, "list" for the list price. They all have one.
  std::vector<std::string> measured_against(const rule& gap) const;

  std::string channel_of_reference() const;
  void look_at_gap(const rule& r, const std::string& name, const std::vector<inequality>& all);
  bool channel_has_reference() const;
  void say_against(finding& found, const std::string& name, const rational& price, bool is_channel) const;

  /// Notes a finding where the price is outside. `all`: the inequalities of the whole rule.
  void judge(const rule& r, const std::vector<inequality>& bounds, const std::vector<inequality>& all, finding found);

  void say_ends(finding& found, const std::optional<rational>& low, const std::optional<rational>& high) const;

  /// Also where there is nothing to check, because the price is no whole number of minor units.
  bool shape_holds(const rule& r, const rational& price) const;
  void look_at_shape(const rule& r);

  /// The `prefer` entries of a culture that are on are one rule, of the weakest of their strengths. Where one of them
  /// waits for the target, so does that rule.
  void look_at_preferences();

  // ---- what serves the audit alone

  void look_at_what_serves_the_audit(const rule& r, const std::vector<observation>& all);
  void look_at_squeeze(const rule& r, finding& found);
  void look_at_leak(const rule& r, finding& found, const std::vector<observation>& all);
  void look_at_inverted(const rule& r, finding& found);

  /// The offer's price and another, as they are compared: as they stand on one display, both on the gross one on two;
  /// nothing where that cannot be done.
  struct two_prices {
    rational here, other;
  };
  std::optional<two_prices> compared(const rational& other, bool gross) const;

  /// What a net amount shows with the tax, which is known.
  rational shown_gross(const rational& net) const { return in_whole_steps(net * (1 + *tax_)); }

  // ---- remedies

  void add_remedy(finding& one, const decision& decided) const;

  struct suspicion {
    finding found;
    bool soft = false;
    bool shape = false;
    bool decision_has_it_too = false;
  };
  static constexpr const char* closed[] = {"audience", "segment"};

  const offer& seen_;
  std::vector<std::string> invalid_;
  observation here_;
  std::set<std::string> target_lacks_;  // empty where the target is known
  std::optional<rational> decided_price_;
  std::vector<suspicion> suspicions_;
  std::map<std::string, std::vector<const rule*>> preferences_;  // of the culture, by id
  std::set<std::string> lacking_;
  std::set<std::string> lacking_of_soft_;
};

}  // namespace reference
