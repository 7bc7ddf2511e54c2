// SPDX-License-Identifier: Apache-2.0
//
// Several channels of one product: what each reads of the others, the order that follows from it, and what of a later
// one's answer is old.

#include "property/reference/evaluation.hpp"

#include <algorithm>

namespace reference {

// ---- what one evaluation reads

std::set<std::string> evaluation::channels_named_in(const expression& e) {
  std::set<std::string> names;
  if (e.what == expression::kind::name && e.name.starts_with("price.")) names.insert(e.name.substr(6));
  for (const expression& part : e.parts) names.merge(channels_named_in(part));
  return names;
}

bool evaluation::names_reference(const expression& e) {
  return (e.what == expression::kind::name && e.name == "reference") ||
         std::any_of(e.parts.begin(), e.parts.end(), names_reference);
}

std::vector<reading> evaluation::readings() {
  read_request();
  std::vector<reading> result;
  if (!result_.invalid.empty() || !channel_ || !market_) return result;
  for (const rule& r : *rules_) {
    if (!could_match(r)) continue;
    const auto how =
        r.how != strength::required || r.effect == effect_kind::was ? reading::by_soft_rule_or_was : reading::by_rule;
    if (r.effect == effect_kind::gap) {
      for (const std::string& name : other_ends(r)) result.push_back({name, how});
    } else if (const expression* e = r.money.in(market_->currency)) {
      for (const std::string& name : channels_named_in(*e)) result.push_back({name, how});
    }
  }
  return result;
}

void evaluation::note_old_prices() {
  std::set<std::string> used;
  const auto uses = [&](const expression& e) {
    for (const std::string& name : channels_named_in(e)) {
      if (has_price(name)) used.insert(name);
    }
    if (!names_reference(e)) return;
    for (const std::string& name : channels_of_reference()) used.insert(name);
  };
  if (const rule* counting = base_rule()) {
    uses(*counting->money.in(market_->currency));
  } else {
    for (const std::string& name : channels_of_reference()) used.insert(name);
  }
  for (const rule& r : *rules_) {
    if (!is_on(r) || never_on_here(r)) continue;
    if (r.effect == effect_kind::gap) {
      std::set<std::string> lacks;
      if (!bounds_of(r, lacks)) continue;
      const auto from = r.to == "reference" ? channels_of_reference() : other_ends(r);
      for (const std::string& name : from) {
        if (has_price(name)) used.insert(name);
      }
    } else if (r.effect != effect_kind::base) {
      const expression* e = r.money.in(market_->currency);
      if (e && value_of(*e).amount) uses(*e);
    }
  }
  for (const std::string& name : used) {
    if (name != channel_name_ && asked_together_.contains(name) && !carried_.contains(name))
      add_advice("old-price-of-" + name);
  }
}

// ---- the order

namespace {

/// Which of the asked channels another one reads.
struct edge {
  std::string reader;
  std::string read;
  reading::way how;
};

/// One channel of a call on several: its own price of today is `current`.
request on_channel(const request& asked, const std::string& name) {
  request one = asked;
  one.fields["channel"] = name;
  one.fields.erase("current");
  if (const auto price = asked.fields.find("price." + name); price != asked.fields.end())
    one.fields["current"] = price->second;
  return one;
}

std::set<std::string> named_by_reference(const document& doc, const std::string& name) {
  std::set<std::string> result;
  const auto found = doc.channels.find(name);
  if (found == doc.channels.end()) return result;
  result.insert(found->second.reference.begin(), found->second.reference.end());
  if (found->second.lowest_traditional || found->second.highest_traditional) {
    for (const auto& [other, declared] : doc.channels) {
      if (declared.traditional && other != name) result.insert(other);
    }
  }
  return result;
}

/// The asked channels that it names, and those that are named by others that are not asked for.
void follow_references(const document& doc, const std::set<std::string>& asked, const std::string& name,
                       std::set<std::string>& seen) {
  for (const std::string& one : named_by_reference(doc, name)) {
    if (seen.insert(one).second && !asked.contains(one)) follow_references(doc, asked, one, seen);
  }
}

std::vector<edge> all_edges(const document& doc, const request& asked, const std::vector<std::string>& channels,
                            const std::vector<rate_row>& rates) {
  const std::set<std::string> together(channels.begin(), channels.end());
  std::vector<edge> edges;
  for (const std::string& reader : together) {
    std::set<std::string> before;
    follow_references(doc, together, reader, before);
    for (const std::string& name : before) edges.push_back({reader, name, reading::by_reference});
    const request one = on_channel(asked, reader);
    for (const auto& [name, how] : evaluation(doc, one, rates, {}, nullptr).readings())
      edges.push_back({reader, name, how});
  }
  std::erase_if(edges, [&](const edge& e) { return e.reader == e.read || !together.contains(e.read); });
  return edges;
}

/// Whether `reader` reads `read`, directly or through others.
bool reads(const std::vector<edge>& edges, const std::string& reader, const std::string& read) {
  std::set<std::string> reached = {reader};
  for (bool grown = true; grown;) {
    grown = false;
    for (const edge& e : edges) {
      if (!reached.contains(e.reader)) continue;
      if (e.read == read) return true;
      grown = reached.insert(e.read).second || grown;
    }
  }
  return false;
}

/// Without the readings of some ways inside of circles.
template <class Which>
std::vector<edge> without_in_circles(const std::vector<edge>& edges, Which which) {
  std::vector<edge> left;
  for (const edge& e : edges) {
    if (!which(e.how) || !reads(edges, e.read, e.reader)) left.push_back(e);
  }
  return left;
}

std::vector<std::string> order_of(const std::vector<std::string>& channels, const std::vector<edge>& all) {
  auto edges = without_in_circles(all, [](reading::way how) { return how == reading::by_soft_rule_or_was; });
  edges = without_in_circles(edges, [](reading::way how) { return how != reading::by_reference; });
  std::set<std::string> waiting(channels.begin(), channels.end());
  std::vector<std::string> order;
  while (!waiting.empty()) {
    const auto ready = std::find_if(waiting.begin(), waiting.end(), [&](const std::string& name) {
      return std::none_of(edges.begin(), edges.end(),
                          [&](const edge& e) { return e.reader == name && waiting.contains(e.read); });
    });
    if (ready == waiting.end()) fail("a circle of references");
    order.push_back(*ready);
    waiting.erase(ready);
  }
  return order;
}

}  // namespace

std::vector<std::string> decision_order(const policy& rules, const request& asked,
                                        const std::vector<std::string>& channels, const std::vector<rate_row>& rates) {
  return order_of(channels, all_edges(rules.get(), asked, channels, rates));
}

std::vector<decision> decide_all(const policy& rules, const request& asked, const std::vector<std::string>& channels,
                                 const std::vector<rate_row>& rates, std::vector<trace>* watched, long long effort) {
  const document& doc = rules.get();
  const std::set<std::string> together(channels.begin(), channels.end());
  const std::vector<edge> edges = all_edges(doc, asked, channels, rates);
  std::vector<decision> result;
  carried_prices carried;
  std::map<std::string, std::optional<long long>> changes;  // of those decided so far
  for (const std::string& name : order_of(channels, edges)) {
    const request one = on_channel(asked, name);
    trace seen;
    limit_effort(effort);
    decision d = evaluation(doc, one, rates, carried, &seen, together).decide();
    if (d.price_minor) {
      const market& m = doc.markets.at(asked.fields.at("market"));
      const bool gross = doc.channels.at(name).gross.value_or(m.gross);
      carried[name] = {
          rational(cpp_int(*d.price_minor), power_of_ten(static_cast<std::size_t>(m.decimals))), gross, {}};
    }
    // What those that it reads were decided from changes its own answer too.
    for (const edge& e : edges) {
      const auto before = changes.find(e.read);
      if (e.reader != name || before == changes.end() || !before->second) continue;
      if (!d.next_change_at_unix_ms || *before->second < *d.next_change_at_unix_ms)
        d.next_change_at_unix_ms = before->second;
    }
    changes[name] = d.next_change_at_unix_ms;
    result.push_back(d);
    if (watched) watched->push_back(seen);
  }
  return result;
}

}  // namespace reference
