// SPDX-License-Identifier: Apache-2.0
// Market tables in a policy: which one, what it knows of the policy's markets, and what their culture says as rules.
// Entries: reader::read_market_tables, known_market, read_culture, add_culture. Test:
// tests/unit/policy/parse_culture_test.cpp.
#include "market/market_file.hpp"
#include "policy/reader.hpp"
#include "text/each_once.hpp"

namespace pricepoint::policy_language {

namespace {

// Of a fact in both tables the shop's own counts.
template <class T>
void take_over(fact<T>& into, const fact<T>& own) {
  if (own.given) into = own;
}

strength strength_of(culture_strength value) { return static_cast<strength>(static_cast<int>(value) + 1); }

// The ends of the bands of entries, sorted: between two of them the same entries hold.
std::vector<decimal> ends_of_bands(const std::vector<const culture_entry*>& entries) {
  std::vector<decimal> ends;
  for (const culture_entry* one : entries) {
    if (one->from) ends.push_back(*one->from);
    if (one->below) ends.push_back(*one->below);
  }
  detail::keep_each_once(ends);
  return ends;
}

std::optional<condition> band(const std::optional<decimal>& from, const std::optional<decimal>& below, currency in) {
  if (!from && !below) return {};
  condition made;
  made.subject = subject::target;
  made.range = true;
  const auto amount = [&](const decimal& value) {
    money each;
    each.each.emplace_back(in, value);
    return each;
  };
  if (from) made.from_money = amount(*from);
  if (below) made.below_money = amount(*below);
  return made;
}

}  // namespace

std::vector<diagnostic> reader::take_mistakes() {
  std::vector<diagnostic> all = wrong_.take();
  all.insert(all.end(), std::make_move_iterator(elsewhere_.begin()), std::make_move_iterator(elsewhere_.end()));
  return all;
}

void reader::read_market_tables(const json_node& node) {
  const auto version = [&](const json_node& value) {
    const auto text = read_text(value, "the version of the market table");
    if (!text) return;
    if (const market_table* const found = find_market_table(*text)) {
      table_ = found;
      return;
    }
    tables_known_ = false;
    wrong_.add(codes::unknown_tables, value.offset,
               say("this library has no market table ", quote(*text), wrong_.nearest(*text, market_table_versions())),
               "leave the version away for the newest table, or use a release of the library that has this one");
  };
  if (node.type == json_node::kind::string) return version(node);
  if (node.type != json_node::kind::object) {
    wrong_type(node, "a version such as \"2026.11\", or an object with version and markets, for \"tables\"");
    return;
  }
  const json_node* file = nullptr;
  for (const auto& member : node.members) {
    if (member.key == "version") {
      version(member.value);
    } else if (member.key == "markets") {
      file = &member.value;
    } else if (!is_note(member.key)) {
      unknown_key(member, {"version", "markets"}, "\"tables\"");
    }
  }
  if (file == nullptr) return;
  if (file->type != json_node::kind::string) {
    wrong_type(*file, "the name of a file of markets beside the policy for \"markets\"");
    return;
  }
  tables_known_ = false;
  auto loaded = load_beside(*file, "the file of markets");
  if (!loaded) return;
  auto read = parse_markets(std::move(loaded->text), std::move(loaded->file), limits_, table_);
  if (!read) {
    elsewhere_ = read.error().diagnostics();
    return;
  }
  tables_known_ = true;
  own_table_ = std::move(*read);
}

std::shared_ptr<const market_entry> reader::known_market(std::string_view name) const {
  const market_entry* const built_in = table_->find(name);
  const market_entry* const own = own_table_ ? own_table_->find(name) : nullptr;
  if (own == nullptr) {
    // The library's own table lives as long as the program: nothing to own.
    return built_in == nullptr ? nullptr : std::shared_ptr<const market_entry>(std::shared_ptr<void>(), built_in);
  }
  auto made = std::make_shared<market_entry>(built_in == nullptr ? market_entry{} : *built_in);
  made->code = own->code;
  if (!own->name.empty()) made->name = own->name;
  // A unit and bands of another currency would mean something else.
  if (own->currency.given && own->currency.value != made->currency.value) {
    made->unit = {};
    std::erase_if(made->culture, [](const culture_entry& one) { return one.from || one.below; });
  }
  take_over(made->currency, own->currency);
  take_over(made->unit, own->unit);
  take_over(made->display, own->display);
  take_over(made->cash_step, own->cash_step);
  take_over(made->former_price, own->former_price);
  take_over(made->minimum_resale_price, own->minimum_resale_price);
  if (own->culture_given) made->culture = own->culture;
  return made;
}

std::optional<any_effect> rule_reader::read_culture(const json_node& node, const json_node* without) {
  effect::culture out;
  const std::size_t before = wrong_.count();
  if (node.type == json_node::kind::string && node.text == "all") {
    out.avoid = out.prefer = out.endings = true;
  } else if (node.type != json_node::kind::array && !node.cell) {
    wrong_type(node, "\"all\", or a list of \"avoid\", \"prefer\" and \"endings\", for \"culture\"",
               node.type == json_node::kind::string ? "such as [\"avoid\", \"prefer\"]" : "");
  } else {
    each_value(node, "\"culture\"", [&](const json_node& one) {
      if (const auto word = read_word(one, "\"culture\"", {"avoid", "prefer", "endings"})) {
        (*word == 0 ? out.avoid : *word == 1 ? out.prefer : out.endings) = true;
      }
    });
  }
  if (without != nullptr && without->type != json_node::kind::array) {
    wrong_type(*without, "a list of ids of culture entries for \"without\"",
               without->type == json_node::kind::string ? say("write [", quote(without->text), "]") : std::string());
  } else if (without != nullptr) {
    std::vector<std::string_view> known;
    for (const market& one : names_.markets) {
      if (!one.known) continue;
      for (const culture_entry& entry : one.known->culture) known.push_back(entry.id);
    }
    detail::keep_each_once(known);
    each_value(*without, "\"without\"", [&](const json_node& one) {
      auto id = read_text(one, "an id in \"without\"");
      if (!id) return;
      if (!std::binary_search(known.begin(), known.end(), *id) && markets_known_ && tables_known_) {
        wrong_.add(
            codes::unknown_culture_entry, one.offset,
            say("no market of this policy has an entry of culture called ", quote(*id), wrong_.nearest(*id, known)),
            "`pricepoint markets CODE` lists the entries of a market");
      }
      out.without.push_back(std::move(*id));
    });
    detail::keep_each_once(out.without);
  }
  if (wrong_.count() != before) return {};
  return any_effect(std::move(out));
}

void reader::add_culture() {
  const auto asked_by = static_cast<std::uint32_t>(document_.rules.size() - 1);
  const rule asking = document_.rules.back();
  const effect::culture& asked = std::get<effect::culture>(asking.effect);
  const auto left_out = [&](const culture_entry& one) {
    return std::binary_search(asked.without.begin(), asked.without.end(), one.id);
  };
  for (std::uint32_t i = 0; i < document_.markets.size(); ++i) {
    const market& in = document_.markets[i];
    if (!in.known) continue;
    const bool excluded = std::any_of(asking.when.begin(), asking.when.end(), [&](const condition& one) {
      return one.subject == subject::market && !std::binary_search(one.words.begin(), one.words.end(), in.name);
    });
    if (excluded) continue;
    // Where the table gives none, its bands and endings are in the policy's.
    const currency written_in = in.known->currency.value.value_or(in.currency);
    const bool own_currency = written_in == in.currency;
    const auto add = [&](std::string_view id, any_effect effect, culture_strength strength, std::string because,
                         const std::optional<decimal>& from, const std::optional<decimal>& below) {
      if (document_.rules.size() >= limits_.max_rules) {
        if (wrong_.count() == 0) {
          wrong_.add(codes::too_many, asking.effect_offset,
                     say("with the culture of its markets the policy has more than ", std::to_string(limits_.max_rules),
                         " rules"));
        }
        return;
      }
      rule made = asking;
      made.id = say(asking.id, "/", id);
      made.effect = std::move(effect);
      made.strength = strength_of(strength);
      made.because = std::move(because);
      made.of_market = i;
      made.asked_by = asked_by;
      if (auto where = band(from, below, written_in)) {
        where->offset = asking.effect_offset;
        made.when.push_back(std::move(*where));
      }
      document_.rules.push_back(std::move(made));
    };
    std::vector<const culture_entry*> preferred;
    for (const culture_entry& one : in.known->culture) {
      if (left_out(one)) continue;
      if (one.kind == culture_entry::kind::avoid && asked.avoid) {
        add(one.id, effect::avoid{std::get<shape::numbers>(one.what)}, one.strength(), one.note, one.from, one.below);
      } else if (one.kind == culture_entry::kind::endings && asked.endings && own_currency) {
        const auto* multiple = std::get_if<shape::multiple_of>(&one.what);
        money step;
        if (multiple != nullptr) step.any = multiple->step;
        add(one.id,
            multiple != nullptr ? any_effect(effect::multiple_of{std::move(step)})
                                : any_effect(effect::endings{std::get<shape::endings>(one.what)}),
            one.strength(), one.note, one.from, one.below);
      } else if (one.kind == culture_entry::kind::prefer && asked.prefer &&
                 (own_currency || !(one.from || one.below))) {
        preferred.push_back(&one);
      }
    }
    // All that are preferred act as one rule: one for each stretch of the target in which the same entries hold.
    const std::vector<decimal> ends = ends_of_bands(preferred);
    for (std::size_t stretch = 0; stretch <= ends.size(); ++stretch) {
      const std::optional<decimal> from = stretch == 0 ? std::optional<decimal>() : ends[stretch - 1];
      const std::optional<decimal> below = stretch == ends.size() ? std::optional<decimal>() : ends[stretch];
      effect::prefer made;
      culture_strength weakest = culture_strength::strong;
      std::string because;
      for (const culture_entry* one : preferred) {
        const bool holds =
            (!one->from || (from && *one->from <= *from)) && (!one->below || (below && *below <= *one->below));
        if (!holds) continue;
        made.value.any_of.push_back(std::get<shape::numbers>(one->what));
        weakest = std::max(weakest, one->strength());
        if (!one->note.empty()) because += because.empty() ? one->note : say("; ", one->note);
      }
      if (!made.value.any_of.empty()) add("prefer", std::move(made), weakest, std::move(because), from, below);
    }
  }
}

}  // namespace pricepoint::policy_language
