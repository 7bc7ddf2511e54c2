// SPDX-License-Identifier: Apache-2.0
// What a policy needs of a request, by channel: the query to write, and the key to cache answers by.
//
//   for (const auto& channel : policy.inputs().channels)
//     for (const auto& field : channel.fields) select(channel.name, field.name);
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace pricepoint {

struct policy_inputs {
  enum class need : std::uint8_t {
    required,  // without it some decision is `incomplete`
    one_of,    // without it and all others that are `one_of` for the same rule some decision is `incomplete`
    optional,  // used where it is there
  };
  struct field {
    std::string name;  // "price.store", "cost", "tax", "at", ...
    policy_inputs::need need = policy_inputs::need::optional;
    bool starts = false;               // discounts start from it: it is, or may be, the reference price
    std::vector<std::string> rules;    // that read it, by id
    std::vector<std::string> markets;  // where it is needed, if not in all
  };
  // What conditions ask about: with `channel` and `market`, all that tells two kinds of request apart.
  struct attribute {
    std::string name;
    std::vector<std::string> values;  // that conditions name, sorted: words, or the numbers and ends of ranges
    std::vector<std::string> rules;
  };
  struct channel {
    std::string name;
    std::vector<field> fields;  // required ones first, then by name
    std::vector<attribute> attributes;
    std::vector<std::string> periods;  // of its rules, by name, or by the rule where written out in one: their ends end
                                       // what may be cached
  };
  std::vector<channel> channels;  // by name
};

}  // namespace pricepoint
