// SPDX-License-Identifier: Apache-2.0
// A topological order of what reads what, once the circles are cut. Entry: order_of. Test:
// tests/unit/compile/channel_order_test.cpp.
#include "compile/channel_order.hpp"

#include <algorithm>
#include <functional>
#include <queue>

#include "compile/machine.hpp"
#include "text/each_once.hpp"

namespace pricepoint::engine {

void price_reads::add(const machine& compiled, const compiled_rule& rule, currency in) {
  std::vector<std::uint32_t>& to = rule.effect == effect_kind::was || !rule.is_required() ? soft : required;
  const std::size_t before = to.size();
  const auto add_slot = [&](std::uint32_t slot) {
    const std::uint32_t channel = slot - slot::first_channel;
    if (slot >= slot::first_channel && channel < compiled.channels().size()) to.push_back(channel);
  };
  const auto add_term = [&](const term& one) {
    if (one.of.what == symbol::kind::field) {
      add_slot(one.of.slot);
    } else if (one.of.is_of_group()) {
      for (const std::uint32_t slot : compiled.groups()[one.of.slot].slots) add_slot(slot);
    }
  };
  if (is_bound(rule.effect)) {
    if (const bound* const asks = rule.bound_in(in)) each_term(*asks, add_term);
  } else if (rule.effect == effect_kind::base || rule.effect == effect_kind::was) {
    if (const formula* const value = rule.value_in(in)) each_term(*value, add_term);
  }
  if (to.size() != before) detail::keep_each_once(to);
}

void price_reads::add(const price_reads& others) {
  const auto join = [](std::vector<std::uint32_t>& to, const std::vector<std::uint32_t>& more) {
    if (more.empty()) return;
    to.insert(to.end(), more.begin(), more.end());
    detail::keep_each_once(to);
  };
  join(required, others.required);
  join(soft, others.soft);
}

namespace {

// Nodes are the channels asked for and, behind them, others that references lead through.
class reading_graph {
 public:
  reading_graph(const machine& compiled, std::span<const std::uint32_t> asked, std::span<const price_reads> reads)
      : asked_(asked.size()), channel_of_(asked.begin(), asked.end()), node_of_(compiled.channels().size(), none) {
    for (std::uint32_t node = 0; node < asked.size(); ++node) node_of_[asked[node]] = node;
    for (std::uint32_t node = 0; node < channel_of_.size(); ++node) {
      edges_.emplace_back();
      const channel_terms& terms = compiled.channels()[channel_of_[node]];
      if (terms.reference_is_list) continue;
      for (const std::uint32_t slot : terms.reference.slots) {
        const std::uint32_t named = slot - slot::first_channel;
        if (node_of_[named] == none) {
          node_of_[named] = static_cast<std::uint32_t>(channel_of_.size());
          channel_of_.push_back(named);
        }
        edges_[node].push_back({node_of_[named], reading::reference});
      }
    }
    for (std::uint32_t node = 0; node < reads.size(); ++node) {
      add(node, reads[node].required, reading::required);
      add(node, reads[node].soft, reading::soft);
    }
  }

  channel_order order() {
    channel_order made;
    drop(reading::soft, nullptr);
    drop(reading::required, &made.circular);
    std::vector<std::uint32_t> waits_for(edges_.size());
    std::vector<std::vector<std::uint32_t>> read_by(edges_.size());
    for (std::uint32_t node = 0; node < edges_.size(); ++node) {
      waits_for[node] = static_cast<std::uint32_t>(edges_[node].size());
      for (const edge& one : edges_[node]) read_by[one.to].push_back(node);
    }
    // Channels are numbered by name. Those that nobody asks for take no turn.
    std::priority_queue<std::uint32_t, std::vector<std::uint32_t>, std::greater<>> ready;
    std::vector<std::uint32_t> passed;
    const auto free = [&](std::uint32_t node) {
      if (node < asked_) {
        ready.push(node);
      } else {
        passed.push_back(node);
      }
    };
    for (std::uint32_t node = 0; node < edges_.size(); ++node) {
      if (waits_for[node] == 0) free(node);
    }
    while (!ready.empty() || !passed.empty()) {
      std::uint32_t node = 0;
      if (!passed.empty()) {
        node = passed.back();
        passed.pop_back();
      } else {
        node = ready.top();
        ready.pop();
        made.channels.push_back(channel_of_[node]);
      }
      for (const std::uint32_t reader : read_by[node]) {
        if (--waits_for[reader] == 0) free(reader);
      }
    }
    return made;
  }

 private:
  enum class reading : std::uint8_t { reference, required, soft };
  struct edge {
    std::uint32_t to = 0;
    reading by = reading::reference;
  };
  static constexpr std::uint32_t none = 0xFFFFFFFF;

  void add(std::uint32_t node, const std::vector<std::uint32_t>& channels, reading by) {
    for (const std::uint32_t one : channels) {
      const std::uint32_t read = node_of_[one];
      if (read < asked_ && read != node) edges_[node].push_back({read, by});
    }
  }

  // Drops these readings wherever they lie within a strongly connected component.
  void drop(reading what, std::vector<std::pair<std::uint32_t, std::uint32_t>>* dropped) {
    const std::vector<std::uint32_t> component = components();
    for (std::uint32_t node = 0; node < edges_.size(); ++node) {
      std::erase_if(edges_[node], [&](const edge& one) {
        const bool gone = one.by == what && component[one.to] == component[node];
        if (gone && dropped != nullptr) dropped->emplace_back(channel_of_[node], channel_of_[one.to]);
        return gone;
      });
    }
  }

  // Tarjan 1972, without recursion: references may be a chain of any length.
  std::vector<std::uint32_t> components() const {
    const auto n = static_cast<std::uint32_t>(edges_.size());
    std::vector<std::uint32_t> component(n, none);
    std::vector<std::uint32_t> number(n, none);
    std::vector<std::uint32_t> lowest(n);
    std::vector<std::uint32_t> open;
    std::vector<std::pair<std::uint32_t, std::size_t>> path;  // a node, and its next edge
    std::uint32_t next = 0;
    std::uint32_t found = 0;
    for (std::uint32_t root = 0; root < n; ++root) {
      if (number[root] != none) continue;
      path.emplace_back(root, 0);
      while (!path.empty()) {
        const std::uint32_t node = path.back().first;
        if (path.back().second == 0) {
          number[node] = lowest[node] = next++;
          open.push_back(node);
        }
        if (path.back().second < edges_[node].size()) {
          const std::uint32_t to = edges_[node][path.back().second++].to;
          if (number[to] == none) {
            path.emplace_back(to, 0);
          } else if (component[to] == none) {
            lowest[node] = std::min(lowest[node], number[to]);
          }
          continue;
        }
        path.pop_back();
        if (!path.empty()) lowest[path.back().first] = std::min(lowest[path.back().first], lowest[node]);
        if (lowest[node] != number[node]) continue;
        std::uint32_t member = none;
        do {
          member = open.back();
          open.pop_back();
          component[member] = found;
        } while (member != node);
        ++found;
      }
    }
    return component;
  }

  std::size_t asked_;
  std::vector<std::uint32_t> channel_of_, node_of_;
  std::vector<std::vector<edge>> edges_;
};

}  // namespace

channel_order order_of(const machine& compiled, std::span<const std::uint32_t> asked,
                       std::span<const price_reads> reads) {
  return reading_graph(compiled, asked, reads).order();
}

}  // namespace pricepoint::engine
