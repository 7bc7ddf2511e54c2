// SPDX-License-Identifier: Apache-2.0
// How a price changes in time: decides again at every instant at which a period of a rule begins or ends, and at every
// new exchange rate, and reports what differs. Entries: timeline, timeline_all. Test:
// tests/unit/explain/timeline_test.cpp.
#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "decide/decide.hpp"
#include "explain/words.hpp"
#include "pricepoint/explain/explanation.hpp"
#include "pricepoint/pricing/pricer.hpp"
#include "text/harmless.hpp"

namespace pricepoint {

namespace {

using engine::compiled_rule;

constexpr std::size_t most_instants = 20'000;  // looked at
constexpr std::size_t most_changes = 1'000;    // reported

struct cause {
  enum class kind : unsigned char { begins, ends, period, rate, hold_ends, other_price } what = kind::period;
  const compiled_rule* rule = nullptr;  // of begins, ends and period
  std::string channel;                  // of other_price, where it is known
};

struct stretch {
  std::optional<instant> from;  // nothing where the request has no time
  decision made;
  std::vector<cause> causes;
};

struct channel_story {
  std::string heading;
  std::string channel, market, sku, quantity, segment, audience;
  std::vector<stretch> stretches;
  bool more = false;
};

bool same_answer(const decision& a, const decision& b) {
  return a.status() == b.status() && a.price() == b.price() && a.was() == b.was();
}

bool has_edge_at(const std::vector<engine::time_span>& spans, std::int64_t at) {
  return std::any_of(spans.begin(), spans.end(),
                     [&](const engine::time_span& one) { return one.from_unix_ms == at || one.until_unix_ms == at; });
}

// The rules that a period switches at `at`, where `bound` is the request then. Where none is switched (a hold that
// ends), those whose periods begin or end all the same.
std::vector<cause> causes_at(const engine::workspace& memory, std::int64_t at, bool new_rate) {
  const engine::machine& compiled = memory.compiled();
  engine::bound_request before = memory.bound();
  before.at = at - 1;
  std::vector<const compiled_rule*> rules;
  compiled.candidates(memory.bound().codes, memory.bound().market, rules);
  std::vector<cause> switched;
  std::vector<cause> edges;
  for (const compiled_rule* rule : rules) {
    const bool edge = std::any_of(rule->periods.begin(), rule->periods.end(),
                                  [&](std::uint32_t one) { return has_edge_at(compiled.spans(one), at); });
    if (!edge) continue;
    const engine::match now = engine::match_rule(compiled, *rule, memory.bound());
    if (!now.possible) continue;
    const engine::match then = engine::match_rule(compiled, *rule, before);
    // A condition on the target can come and go together with the period.
    if (now.on_but_target != then.on_but_target) {
      switched.push_back({now.on_but_target ? cause::kind::begins : cause::kind::ends, rule, {}});
    } else {
      edges.push_back({cause::kind::period, rule, {}});
    }
  }
  std::vector<cause>& told = switched.empty() ? edges : switched;
  if (new_rate) told.push_back({cause::kind::rate, nullptr, {}});
  return std::move(told);
}

class history {
 public:
  history(engine::workspace& memory, const exchange_rates* rates) : memory_(memory), rates_(rates) {}

  // `decide_at` decides all channels at one instant and calls back with (name, request, decision), the workspace bound.
  template <class DecideAt>
  std::vector<channel_story> run(const request& what, const DecideAt& decide_at) {
    std::optional<instant> at = what.at;
    for (std::size_t i = 0; i < most_instants; ++i) {
      std::optional<instant> next;
      std::size_t index = 0;
      request now = what;
      now.at = at;
      decide_at(now, [&](std::string_view channel, const decision& made) {
        if (made.next_change_at() && (!next || *made.next_change_at() < *next)) next = made.next_change_at();
        take(index++, channel, what, at, i == 0, made);
      });
      if (!next || !at) return std::move(stories_);
      at = next;
    }
    for (channel_story& one : stories_) one.more = true;
    return std::move(stories_);
  }

 private:
  void take(std::size_t index, std::string_view channel, const request& what, std::optional<instant> at, bool first,
            const decision& made) {
    if (first) {
      request titled = what;
      titled.channel = channel;
      channel_story& story = stories_.emplace_back();
      story.heading = explaining::heading(titled, false);
      story.channel = channel;
      story.market = what.market;
      story.sku = what.sku;
      if (what.quantity) story.quantity = to_string(*what.quantity);
      story.segment = what.segment;
      story.audience = what.audience;
      stories_.back().stretches.push_back({at, made, {}});
      return;
    }
    channel_story& story = stories_[index];
    if (story.more || same_answer(story.stretches.back().made, made)) return;
    if (story.stretches.size() > most_changes) {
      story.more = true;
      return;
    }
    const engine::bound_request& bound = memory_.bound();
    const bool converted = rates_ != nullptr && bound.given != bound.currency;
    const exchange_rate* rate = converted ? rates_->find(bound.given, bound.currency, *at) : nullptr;
    std::vector<cause> causes = causes_at(memory_, at->unix_ms, rate != nullptr && rate->at == *at);
    // A hold gives way where any period that could matter begins or ends.
    if (story.stretches.back().made.held() && !made.held()) causes.push_back({cause::kind::hold_ends, nullptr, {}});
    if (causes.empty()) {
      std::vector<std::string> changed;
      for (std::size_t i = 0; i < index; ++i) {
        if (stories_[i].stretches.back().from == at) changed.push_back(stories_[i].channel);
      }
      causes.push_back({cause::kind::other_price, nullptr, explaining::listed(changed, " or ")});
    }
    story.stretches.push_back({at, made, std::move(causes)});
  }

  engine::workspace& memory_;
  const exchange_rates* rates_;
  std::vector<channel_story> stories_;
};

// ---- as sentences and as JSON

std::string outcome(const decision& made) {
  std::string text;
  const auto ids = [](const auto& names) {
    return explaining::listed(std::vector<std::string>(names.begin(), names.end()), " and ");
  };
  switch (made.status()) {
    case status::priced:
    case status::compromised:
      text = explaining::money(made.price()->minor, *made.currency());
      if (made.was()) text += ", was " + explaining::money(made.was()->minor, *made.currency());
      return text;
    case status::withheld:
      return "not sold here (" + ids(made.advice()) + ")";
    case status::conflict:
      return "no price, since " + (made.conflict().size() == 1 ? "nothing satisfies " + std::string(made.conflict()[0])
                                                               : ids(made.conflict()) + " contradict one another");
    case status::incomplete:
      return "no price without " + ids(made.missing());
    case status::invalid:
      break;
  }
  return "no price, since " + ids(made.invalid()) + " cannot be";
}

std::string cause_words(const std::vector<cause>& causes) {
  std::vector<std::string> parts;
  for (const cause& one : causes) {
    switch (one.what) {
      case cause::kind::rate:
        parts.emplace_back("the exchange rate changes");
        continue;
      case cause::kind::hold_ends:
        parts.emplace_back("the current price is held no longer");
        continue;
      case cause::kind::other_price:
        parts.push_back("the price on " + (one.channel.empty() ? "another channel" : one.channel) + " changes");
        continue;
      case cause::kind::begins:
      case cause::kind::ends:
      case cause::kind::period:
        break;
    }
    std::string text(one.rule->id());
    text += one.what == cause::kind::begins ? " begins"
            : one.what == cause::kind::ends ? " ends"
                                            : " has a period that begins or ends";
    // The owner's reason for a rule does not explain why the rule ends.
    if (one.what != cause::kind::ends && !one.rule->source->because.empty())
      text += " (" + explaining::in_quotes(one.rule->source->because) + ")";
    parts.push_back(std::move(text));
  }
  return explaining::listed(parts, " and ");
}

std::string sentences(const channel_story& of, const engine::machine& compiled) {
  std::string text;
  const auto line = [&text](const std::string& one) {
    detail::append_harmless(text, one);
    text += ".\n";
  };
  const stretch& first = of.stretches.front();
  line(of.heading + (first.from ? ", at " + to_string(*first.from) : std::string()) + ": " + outcome(first.made));
  if (!first.from) return text;
  for (std::size_t i = 1; i < of.stretches.size(); ++i) {
    const stretch& one = of.stretches[i];
    line("From " + explaining::boundary(compiled, one.from->unix_ms) + ": " + outcome(one.made) +
         (one.causes.empty() ? std::string() : ", because " + cause_words(one.causes)));
  }
  if (of.more) return text + "More changes follow that are not shown.\n";
  return text + (of.stretches.size() == 1 ? "No change is known.\n" : "After that no change is known.\n");
}

std::string json(const channel_story& of) {
  std::string out = "{";
  const auto member = [&out](std::string_view key, std::string_view value) {
    if (value.empty()) return;
    append_json_string(out, key);
    out += ':';
    append_json_string(out, value);
    out += ',';
  };
  member("sku", of.sku);
  member("channel", of.channel);
  member("market", of.market);
  member("quantity", of.quantity);
  member("segment", of.segment);
  member("audience", of.audience);
  out += "\"timeline\":[";
  for (const stretch& one : of.stretches) {
    if (&one != &of.stretches.front()) out += ',';
    out += '{';
    if (one.from) member("from", to_string(*one.from));
    append_json_members(out, one.made);
    if (!one.causes.empty()) {
      out += ",\"causes\":[";
      for (const cause& each : one.causes) {
        if (&each != &one.causes.front()) out += ',';
        static constexpr std::string_view names[] = {"begins", "ends", "period", "rate", "hold_ends", "other_price"};
        out += '{';
        if (each.rule != nullptr) member("rule", each.rule->id());
        out += "\"change\":\"";
        out += names[static_cast<std::size_t>(each.what)];
        out += "\"}";
      }
      out += ']';
    }
    out += '}';
  }
  return out + (of.more ? "],\"more\":true}" : "]}");
}

std::vector<explanation> written(const std::vector<channel_story>& stories, const engine::machine& compiled) {
  std::vector<explanation> out;
  for (const channel_story& one : stories) out.emplace_back(sentences(one, compiled), json(one));
  return out;
}

}  // namespace

explanation timeline(pricer& with, const request& what) {
  engine::workspace& memory = engine::parts_of::memory(with);
  history tells(memory, memory.rates());
  decision made;
  const auto stories = tells.run(what, [&](const request& now, const auto& take) {
    memory.bind(now);
    engine::silent nobody;
    engine::decide(memory, made, nobody);
    take(now.channel, made);
  });
  return written(stories, memory.compiled()).front();
}

std::vector<explanation> timeline_all(pricer& with, const request& what, std::span<const std::string_view> channels) {
  engine::workspace& memory = engine::parts_of::memory(with);
  history tells(memory, memory.rates());
  decision made;
  const auto stories = tells.run(what, [&](const request& now, const auto& take) {
    engine::for_each_channel(memory.compiled(), memory, now, channels, {},
                             [&](std::string_view channel, const request&, bool) {
                               engine::silent nobody;
                               engine::decide(memory, made, nobody);
                               take(channel, made);
                               return engine::channel_outcome(made);
                             });
  });
  return written(stories, memory.compiled());
}

}  // namespace pricepoint
