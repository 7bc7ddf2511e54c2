// SPDX-License-Identifier: Apache-2.0
// Writes the canonical form of a document and hashes it. Entry: fingerprint. Covered by
// tests/unit/compile/fingerprint_test.cpp.
#include "compile/fingerprint.hpp"

#include <algorithm>
#include <string_view>
#include <tuple>

#include "compile/sha256.hpp"
#include "pricepoint/money/exact.hpp"
#include "text/each_once.hpp"
#include "text/source.hpp"

namespace pricepoint::engine {

namespace {

namespace language = policy_language;
using detail::fraction;

// Every value is written with its kind and its length, so that no two documents share a form.
class writer {
 public:
  // With a document, channels and attributes are written by its names for them, else by their numbers.
  explicit writer(const language::document* names = nullptr) : names_(names) {}

  bool by_name() const { return names_ != nullptr; }
  std::string take() { return std::move(out_); }

  void text(std::string_view value) {
    number(static_cast<std::int64_t>(value.size()));
    out_.append(value);
    out_.push_back(';');
  }
  void number(std::int64_t value) {
    out_.append(std::to_string(value));
    out_.push_back(':');
  }
  void tag(char what) { out_.push_back(what); }
  void channel(std::uint32_t index) {
    if (by_name()) return text(names_->channels[index].name);
    number(index);
  }
  void attribute(std::uint32_t index) {
    if (by_name()) return text(names_->attributes[index].name);
    number(index);
  }
  void value(const decimal& what) {
    const fraction lowest = fraction::of(what);
    tag('d');
    detail::append_scaled(out_, lowest.numerator, 0);
    out_.push_back('/');
    detail::append_scaled(out_, lowest.denominator, 0);
    out_.push_back(';');
  }
  void value(rate what) {
    tag('r');
    number(what.e8());
  }
  void value(const language::expression& what) {
    tag('e');
    number(static_cast<int>(what.op));
    switch (what.op) {
      case language::expression::kind::literal:
        value(what.number);
        break;
      case language::expression::kind::rate:
        value(what.percent);
        break;
      case language::expression::kind::field:
        number(static_cast<int>(what.field));
        if (what.field == language::money_field::channel_price) {
          channel(what.index);
        } else if (what.field == language::money_field::attribute) {
          attribute(what.index);
        } else {
          number(what.index);
        }
        number(what.optional ? 1 : 0);
        break;
      default:
        break;
    }
    each(what.operands);
  }
  void value(const std::string& what) { text(what); }
  void value(std::uint32_t what) { number(what); }
  template <class T>
  void value(const language::by_currency<T>& what) {
    tag('m');
    if (what.any) value(*what.any);
    for (const auto& [code, one] : what.each) {
      text(code.code());
      value(one);
    }
    tag(';');
  }
  void value(const language::rate_or_money& what) {
    std::visit([&](const auto& one) { value(one); }, what);
  }
  template <class T>
  void value(const std::optional<T>& what) {
    tag(what ? '+' : '-');
    if (what) value(*what);
  }
  template <class T>
  void each(const std::vector<T>& what) {
    number(static_cast<std::int64_t>(what.size()));
    for (const T& one : what) value(one);
  }
  template <class T>
  void sorted(std::vector<T> what) {
    detail::keep_each_once(what);
    each(what);
  }
  void value(const shape::numbers& what) {
    tag('n');
    number(what.digits);
    sorted(what.sequences);
    sorted(what.amounts);
    number(static_cast<int>(what.in));
  }
  void value(const language::span& what) {
    tag('s');
    tag(what.from_unix_ms ? '+' : '-');
    if (what.from_unix_ms) number(*what.from_unix_ms);
    tag(what.until_unix_ms ? '+' : '-');
    if (what.until_unix_ms) number(*what.until_unix_ms);
  }

 private:
  const language::document* names_;
  std::string out_;
};

struct effect_writer {
  writer& out;
  void operator()(const language::effect::base& e) const { out.value(e.value); }
  void operator()(const language::effect::discount& e) const {
    out.value(e.value);
    out.value(e.group);
    out.number(e.exclusive ? 1 : 0);
  }
  void operator()(const language::effect::price& e) const { out.value(e.value); }
  void operator()(const language::effect::gap& e) const {
    out.number(static_cast<int>(e.to));
    using kind = language::effect::gap::target_kind;
    if (e.to == kind::channel) {
      out.channel(e.channel);
    } else if (e.to == kind::channels) {
      out.number(static_cast<int>(e.channels.size()));
      for (const std::uint32_t one : e.channels) out.channel(one);
    } else {
      out.number(0);
    }
    out.value(e.min);
    out.value(e.max);
  }
  void operator()(const language::effect::floor& e) const { out.value(e.value); }
  void operator()(const language::effect::ceiling& e) const { out.value(e.value); }
  void operator()(const language::effect::margin& e) const {
    out.value(e.min);
    out.value(e.max);
  }
  void operator()(const language::effect::change& e) const { out.value(e.value); }
  void operator()(const language::effect::endings& e) const { out.sorted(e.value.patterns); }
  void operator()(const language::effect::multiple_of& e) const { out.value(e.value); }
  void operator()(const language::effect::avoid& e) const { out.value(e.value); }
  void operator()(const language::effect::prefer& e) const {
    for (const shape::numbers& one : e.value.any_of) out.value(one);
  }
  void operator()(const language::effect::hold& e) const { out.value(e.value); }
  void operator()(const language::effect::was& e) const { out.value(e.value); }
  void operator()(const language::effect::credit& e) const {
    out.channel(e.to);
    out.value(e.value);
  }
  void operator()(const language::effect::advise& e) const { out.text(e.code); }
  void operator()(const language::effect::withhold& e) const { out.text(e.code); }
  void operator()(const language::effect::culture& e) const {
    out.number((e.avoid ? 1 : 0) + (e.prefer ? 2 : 0) + (e.endings ? 4 : 0));
    out.each(e.without);
  }
  void operator()(const language::effect::squeeze& e) const {
    out.number(e.dealer);
    for (const auto& one : {e.wholesale, e.cost}) {
      out.number(static_cast<int>(one.field));
      out.number(one.index);
    }
    out.value(e.margin);
  }
  void operator()(const language::effect::leak& e) const { out.text(e.from); }
  void operator()(const language::effect::inverted& e) const { out.number(e.to); }
};

class canonical_form {
 public:
  explicit canonical_form(const language::document& document, bool by_name = false)
      : document_(document), out_(by_name ? &document : nullptr) {}

  std::string write_rule(const language::rule& one) {
    rule(one);
    return out_.take();
  }

  std::string write() {
    out_.text("pricepoint policy language 1");
    out_.text(document_.name);
    out_.number(static_cast<int>(document_.fallback));
    out_.number(static_cast<int>(document_.discounts));
    for (const language::market& one : document_.markets) {
      out_.tag('M');
      out_.text(one.name);
      out_.text(one.currency.code());
      out_.number(one.unit_minor);
      out_.number(static_cast<int>(one.display));
      out_.value(one.tax);
      out_.number(one.net_stored ? 1 : 0);
      if (one.known) known(*one.known);
    }
    for (const language::channel& one : document_.channels) {
      out_.tag('C');
      out_.text(one.name);
      out_.number(static_cast<int>(one.kind));
      out_.number(static_cast<int>(one.owner));
      out_.number(static_cast<int>(one.reference));
      out_.each(one.reference_channels);
      out_.value(one.fee);
      out_.number(one.display ? 1 + static_cast<int>(*one.display) : 0);
    }
    for (const language::attribute& one : document_.attributes) {
      out_.tag('A');
      out_.text(one.name);
      out_.number(static_cast<int>(one.kind));
      out_.each(one.words);
    }
    for (const language::period& one : document_.periods) {
      if (one.name.empty()) continue;  // written out in a rule: stands there
      out_.tag('P');
      out_.text(one.name);
      out_.each(one.spans);
    }
    for (const language::within& one : document_.within_by_strength) {
      out_.tag('W');
      out_.sorted(one.rates);
      out_.each(one.amounts);
    }
    std::vector<const language::rule*> rules;
    for (const language::rule& one : document_.rules) rules.push_back(&one);
    // Ids of culture come again in every market, there and in the bands of the target in the table's order.
    std::stable_sort(rules.begin(), rules.end(), [](const language::rule* a, const language::rule* b) {
      return std::tie(a->id, a->of_market) < std::tie(b->id, b->of_market);
    });
    for (const language::rule* one : rules) rule(*one);
    if (document_.source) {
      for (const auto& [name, text] : document_.source->tables()) {
        const auto digest = detail::sha256(text);
        out_.tag('T');
        out_.text(name);
        out_.text(std::string_view(reinterpret_cast<const char*>(digest.data()), digest.size()));
      }
    }
    for (const language::rule& one : document_.rules) {
      if (!std::holds_alternative<language::effect::base>(one.effect)) continue;
      out_.tag('B');
      out_.text(one.id);
    }
    return out_.take();
  }

 private:
  // What the market table adds to a market beside its culture, whose rules stand among the others.
  void known(const market_entry& one) {
    if (const auto& law = one.former_price.value; law && law->rule != former_price_rule::kind::none) {
      out_.tag('L');
      out_.number(static_cast<int>(law->rule));
      out_.number(law->progressive ? 1 : 0);
      for (const int days : {law->days, law->least_days, law->recent_days, law->most_days}) out_.number(days);
      out_.number(static_cast<std::int64_t>(law->earlier.size()));
      for (const auto& earlier : law->earlier) {
        out_.number(earlier.until_unix_ms);
        out_.number(earlier.days);
      }
    }
    if (one.minimum_resale_price.value) {
      out_.tag('V');
      out_.number(static_cast<int>(*one.minimum_resale_price.value));
    }
  }

  void rule(const language::rule& one) {
    out_.tag('R');
    if (!out_.by_name()) out_.text(one.id);
    if (one.of_market) {
      out_.tag('@');
      out_.text(document_.markets[*one.of_market].name);
    }
    out_.number(static_cast<std::int64_t>(one.effect.index()));
    std::visit(effect_writer{out_}, one.effect);
    conditions(one.when);
    out_.number(static_cast<std::int64_t>(one.except.size()));
    for (const language::conditions& object : one.except) conditions(object);
    periods(one.during);
    out_.number(static_cast<int>(one.strength));
    out_.number(one.skip_if_missing ? 1 : 0);
    if (!out_.by_name()) out_.text(one.because);
  }

  void conditions(const language::conditions& all) {
    std::vector<const language::condition*> sorted;
    for (const language::condition& one : all) sorted.push_back(&one);
    std::stable_sort(sorted.begin(), sorted.end(), [](const language::condition* a, const language::condition* b) {
      return std::pair(a->subject, a->index) < std::pair(b->subject, b->index);
    });
    out_.number(static_cast<std::int64_t>(sorted.size()));
    for (const language::condition* one : sorted) {
      out_.tag('c');
      out_.number(static_cast<int>(one->subject));
      if (one->subject == language::subject::declared) {
        out_.attribute(one->index);
      } else {
        out_.number(one->index);
      }
      out_.sorted(one->words);
      periods(one->periods);
      out_.each(one->numbers);
      out_.number(one->range ? 1 : 0);
      out_.value(one->from_number);
      out_.value(one->below_number);
      out_.value(one->from_money);
      out_.value(one->below_money);
    }
  }

  // By their spans, so that it makes no difference whether a period has a name or is written out.
  void periods(const std::vector<std::uint32_t>& which) {
    out_.number(static_cast<std::int64_t>(which.size()));
    for (const std::uint32_t one : which) out_.each(document_.periods[one].spans);
  }

  const language::document& document_;
  writer out_;
};

}  // namespace

std::string canonical(const language::document& document) { return canonical_form(document).write(); }

std::string canonical_rule(const language::document& document, const language::rule& rule) {
  return canonical_form(document, true).write_rule(rule);
}

std::string fingerprint(const language::document& document) {
  constexpr std::string_view digits = "0123456789abcdef";
  const auto digest = detail::sha256(canonical(document));
  std::string text = "pp1-";
  for (std::size_t i = 0; i < 16; ++i) {
    text.push_back(digits[digest[i] >> 4]);
    text.push_back(digits[digest[i] & 15]);
  }
  return text;
}

}  // namespace pricepoint::engine
