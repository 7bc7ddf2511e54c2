// SPDX-License-Identifier: Apache-2.0
// A narrative as one JSON object. Entry: json. Test: tests/unit/explain/explanation_test.cpp.
#include <algorithm>

#include "explain/narrative.hpp"
#include "pricepoint/explain/explanation.hpp"

namespace pricepoint::explaining {

namespace {

using engine::compiled_rule;

class writer {
 public:
  explicit writer(const narrative& of) : of_(of) {}

  std::string run() {
    open('{');
    if (!of_.what->sku.empty()) text("sku", of_.what->sku);
    if (!of_.what->channel.empty()) text("channel", of_.what->channel);
    if (!of_.what->market.empty()) text("market", of_.what->market);
    if (of_.what->quantity) text("quantity", to_string(*of_.what->quantity));
    if (!of_.what->segment.empty()) text("segment", of_.what->segment);
    if (!of_.what->audience.empty()) text("audience", of_.what->audience);
    if (of_.with_time && of_.what->at) text("at", to_string(*of_.what->at));
    comma();
    append_json_members(out_, *of_.made);
    after_value_ = true;
    rules();
    conversion();
    base();
    each("discount_terms", of_.discounts, [&](const discount_story& one) { discount(one); });
    each("bounds", of_.bounds, [&](const bound_story& one) { bound(one); });
    each("shapes", of_.shapes, [&](const shape_story& one) { shape(one); });
    each("ways_out", of_.ways_out, [&](const way_out& one) { way(one); });
    if (of_.nearest) text("nearest", figure(*of_.nearest, of_.in));
    each("candidates", of_.candidates, [&](const candidate_story& one) {
      text("price", figure(one.minor, of_.in));
      if (!one.rules.empty()) list("rules", one.rules);
      text("why", one.why);
    });
    hold();
    each("former", of_.former, [&](const recorder::was_heard& one) {
      text("rule", one.rule->id());
      text("amount", figure(one.minor, of_.in));
    });
    if (of_.prior_minor) text("former_at_most", figure(*of_.prior_minor, of_.in));
    close('}');
    return std::move(out_);
  }

 private:
  // ---- syntax

  void comma() {
    if (after_value_) out_ += ',';
    after_value_ = false;
  }
  void open(char bracket) {
    comma();
    out_ += bracket;
  }
  void close(char bracket) {
    out_ += bracket;
    after_value_ = true;
  }
  void key(std::string_view name) {
    comma();
    append_json_string(out_, name);
    out_ += ':';
  }
  void text(std::string_view name, std::string_view value) {
    key(name);
    append_json_string(out_, value);
    after_value_ = true;
  }
  void flag(std::string_view name, bool value) {
    key(name);
    out_ += value ? "true" : "false";
    after_value_ = true;
  }
  template <class List>
  void list(std::string_view name, const List& values) {
    key(name);
    open('[');
    for (const std::string_view one : values) {
      comma();
      append_json_string(out_, one);
      after_value_ = true;
    }
    close(']');
  }
  // An array of objects; nothing where there are none.
  template <class List, class Write>
  void each(std::string_view name, const List& all, const Write& write) {
    if (all.empty()) return;
    key(name);
    open('[');
    for (const auto& one : all) {
      open('{');
      write(one);
      close('}');
    }
    close(']');
  }

  // ---- parts

  void rules() {
    each("rules", of_.rules, [&](const rule_story& one) {
      text("id", one.rule->id());
      text("effect", to_string(one.rule->effect));
      key("on");
      out_ += one.state == rule_story::state::on ? "true" : one.state == rule_story::state::off ? "false" : "null";
      after_value_ = true;
      if (!one.why.empty()) text("why", one.why);
      if (!one.rule->source->because.empty()) text("because", one.rule->source->because);
    });
    if (of_.not_looked_at == 0) return;
    key("rules_not_looked_at");
    out_ += std::to_string(of_.not_looked_at);
    after_value_ = true;
  }

  void conversion() {
    if (of_.conversion == nullptr) return;
    key("conversion");
    open('{');
    text("from", of_.conversion->from.code());
    text("rate", to_string(of_.conversion->factor));
    text("at", to_string(of_.conversion->at));
    close('}');
  }

  void base() {
    if (!of_.base) return;
    key("base");
    open('{');
    text("amount", figure(*of_.base, of_.in));
    if (of_.base_rule != nullptr) text("rule", of_.base_rule->id());
    text("from", of_.base_from);
    close('}');
  }

  void discount(const discount_story& one) {
    const engine::discount_effect& effect = one.rule->discount();
    text("rule", one.rule->id());
    if (effect.part) text("rate", exact_percent(*effect.part));
    if (effect.group) text("group", *effect.group);
    if (effect.exclusive) flag("exclusive", true);
    text("off", figure(one.off, of_.in));
    flag("counts", one.counts);
    if (!one.why_not.empty()) text("why", one.why_not);
  }

  void bound(const bound_story& one) {
    text("rule", one.rule->id());
    text("strength", strength_word(one.rule->strength()));
    text("asks", one.asks);
    if (one.low && !one.no_price) text("min", figure(*one.low, of_.in));
    if (one.high && !one.no_price) text("max", figure(*one.high, of_.in));
    if (one.no_price) flag("never", true);
    if (!one.lacks.empty()) text("lacks", one.lacks);
    if (one.idle) {
      flag("idle", true);
    } else if (one.lacks.empty()) {
      flag("binds", one.target_breaks || one.price_on_it);
      if (of_.made->price()) flag("kept", !one.broken);
    }
  }

  void shape(const shape_story& one) {
    text("rule", one.rule->id());
    text("strength", strength_word(one.rule->strength()));
    text("asks", shape_words(*one.rule, of_.in));
    if (one.idle) flag("idle", true);
    if (one.has) {
      flag("kept", one.kept);
      flag("has", *one.has);
    }
  }

  void way(const way_out& one) {
    text("without", one.rule->id());
    text("status", to_string(one.made.status()));
    if (one.made.price()) text("price", figure(one.made.price()->minor, of_.in));
    if (one.limit_minor) text("limit", figure(*one.limit_minor, of_.in));
    if (one.excess_minor) text("excess", figure(*one.excess_minor, of_.in));
    if (one.excess_e4) text("excess_rate", percent_of(*one.excess_e4));
    if (!one.made.relaxed().empty()) list("relaxed", one.made.relaxed());
    if (!one.made.conflict().empty()) list("conflict", one.made.conflict());
    if (!one.made.missing().empty()) list("missing", one.made.missing());
    if (!one.made.invalid().empty()) list("invalid", one.made.invalid());
  }

  void hold() {
    if (!of_.hold) return;
    key("hold");
    open('{');
    text("rule", of_.hold->rules.front()->id());
    flag("kept", of_.hold->kept);
    text("instead_of", figure(*of_.chosen, of_.in));
    if (!of_.hold->why_not.empty()) text("why", of_.hold->why_not);
    close('}');
  }

  const narrative& of_;
  std::string out_;
  bool after_value_ = false;
};

}  // namespace

std::string json(const narrative& of) { return writer(of).run(); }

}  // namespace pricepoint::explaining
