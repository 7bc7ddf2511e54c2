// SPDX-License-Identifier: Apache-2.0
// Turns a scenario into a whole request that shows something: fields are filled in until the request can be decided,
// the reference price is chosen so that the target lands where it should, and the decision itself is the proof.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "analysis/scenario.hpp"
#include "pricepoint/pricing/pricer.hpp"

namespace pricepoint::analysis {

// A request that owns its texts.
struct sample {
  std::uint32_t market = 0, channel = 0;
  std::vector<std::pair<std::uint32_t, std::string>> values;  // by key part
  std::map<std::string, std::string> attributes;              // others, by name
  std::optional<std::int64_t> at;
  std::map<std::string, decimal> money;  // by the name of the field: price.store, list, cost, ...
  std::optional<rate> tax;
};

class prober {
 public:
  prober(const policy& of, const request_space& where, std::size_t max_automaton_states);

  sample start(const scenario& from) const;
  // Borrows from the sample.
  request request_of(const sample& from) const;
  // A line of NDJSON without its newline.
  std::string json_of(const sample& from) const;
  decision price(const sample& from);

  using claim = std::function<bool(const decision&)>;
  struct aim {
    std::int64_t first = 1, last = 0;                    // whole minor units of the target; first > last: any
    std::vector<std::pair<std::string, decimal>> given;  // fields that keep their value
  };
  // Fills in what the sample lacks until the claim holds; false where that was not managed. `from` is the request then.
  bool prove(sample& from, const aim& wanted, const claim& holds);

  // Whether the rule is on in the request's decision, its target included.
  bool is_on(const sample& from, const compiled_rule& rule, const decision& made);
  engine::workspace& memory() { return memory_; }

 private:
  struct filling {
    int others_numerator, others_denominator;  // displayed fields other than the reference, as a share of it or of
                                               // the target
    bool of_target;
  };
  bool complete(sample& from, const aim& wanted, const decimal& reference, const filling& how, decision& made);
  void fill(sample& from, const std::string& name, const decimal& value) const;

  pricepoint::policy policy_;
  const request_space& space_;
  pricer pricer_;
  engine::workspace memory_;
  std::string sku_;
};

// A request as a line of NDJSON without its newline.
std::string json_of_request(const request& what);

bool contains(const name_list& names, std::string_view id);
// The exact target of a decision in minor units, as far as four more decimals say it.
std::optional<fraction> target_of(const decision& made);

}  // namespace pricepoint::analysis
