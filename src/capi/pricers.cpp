// SPDX-License-Identifier: Apache-2.0
// Prices, explanations and kinds of pricepoint.h. Tests: tests/capi.
#include <optional>

#include "capi/border.hpp"
#include "capi/requests.hpp"
#include "pricepoint/explain/explanation.hpp"
#include "pricepoint/pricing/bound_pricer.hpp"
#include "pricepoint/pricing/policy_slot.hpp"
#include "pricepoint/pricing/pricer.hpp"
#include "rows/fields.hpp"
#include "rows/row_writer.hpp"
#include "rows/rows.hpp"

using namespace pricepoint;  // NOLINT(google-build-using-namespace): functions of C have no namespace to stand in

namespace pricepoint::capi {

namespace {

// Names of a decision as C has them. A view of C++ need not lie in memory as one of C does, so they are copied; most
// lists are empty.
class name_views {
 public:
  template <class Names>
  pricepoint_names of(const Names& names) {
    if (names.empty()) return {nullptr, 0};
    views_.clear();
    for (const std::string_view name : names) views_.push_back(view_of(name));
    return {views_.data(), views_.size()};
  }

 private:
  std::vector<pricepoint_view> views_;
};

// Requests of JSON, as one policy knows them.
struct json_side {
  explicit json_side(const pricepoint::policy& of)
      : policy(of),
        fields(policy),
        reader(fields, nullptr, {}),
        writer(rows::output_format::ndjson, nullptr, policy.fingerprint(), rows::row_keys(nullptr)) {}
  json_side(const json_side&) = delete;
  json_side& operator=(const json_side&) = delete;
  ~json_side() = default;

  pricepoint::policy policy;  // whose names the fields are
  rows::field_table fields;
  rows::row_reader reader;
  rows::row_writer writer;
  rows::row row;
};

constexpr pricepoint_decision nothing_decided = [] {
  pricepoint_decision made{};
  made.status = PRICEPOINT_INVALID;
  made.price = made.net = made.tax = made.was = made.saving = made.fallback_price = PRICEPOINT_ABSENT;
  made.next_change_at_unix_ms = PRICEPOINT_ABSENT;
  return made;
}();

std::int64_t minor_of(const std::optional<amount>& value) { return value ? value->minor : PRICEPOINT_ABSENT; }

}  // namespace

// A pricer and its memory, shared with the kinds that were made from it.
struct pricing {
  pricing(pricepoint::policy with, std::shared_ptr<const exchange_rates> rates)
      : fixed(std::in_place, std::move(with), std::move(rates)) {}
  pricing(const policy_slot& slot, std::shared_ptr<const exchange_rates> rates)
      : following(std::in_place, slot, std::move(rates)) {}

  std::optional<pricer> fixed;
  std::optional<slot_pricer> following;
  request asked;
  std::vector<std::string> invalid;
  decision made;
  std::unique_ptr<json_side> json;
  std::uint64_t json_number = 0;  // of the slot's policy it was made for

  // For one call: of a slot, the policy as it stands.
  pricer& take() { return fixed ? *fixed : following->take(); }

  // The request of a text, read as the policy of `with` has it.
  json_side& read(const pricer& with, std::string_view text) {
    const std::uint64_t number = following ? following->number() : 1;
    if (json == nullptr || json_number != number) {
      json = std::make_unique<json_side>(with.policy());
      json_number = number;
    }
    json->reader.read_alone(text, json->row);
    return *json;
  }

  void give(pricepoint_decision* out) {
    pricepoint_decision to = nothing_decided;
    to.status = static_cast<int32_t>(made.status());
    to.held = made.held() ? 1 : 0;
    if (made.currency()) {
      made.currency()->code().copy(to.currency, 3);
      to.digits = made.currency()->digits();
    }
    to.price = minor_of(made.price());
    to.net = minor_of(made.net());
    to.tax = minor_of(made.tax());
    to.was = minor_of(made.was());
    to.saving = minor_of(made.saving());
    to.saving_rate_percent = made.saving_rate_percent();
    to.fallback_price = minor_of(made.fallback_price());
    to.next_change_at_unix_ms = made.next_change_at() ? made.next_change_at()->unix_ms : PRICEPOINT_ABSENT;
    target_.clear();
    if (made.target()) append_target(target_, *made.target(), made.currency());
    to.target = view_of(target_);
    to.discounts = discounts_.of(made.discounts());
    to.limited_by = limited_by_.of(made.limited_by());
    to.relaxed = relaxed_.of(made.relaxed());
    to.conflict = conflict_.of(made.conflict());
    to.missing = missing_.of(made.missing());
    to.invalid = invalid_.of(made.invalid());
    to.advice = advice_.of(made.advice());
    credits_.clear();
    for (const credit_due& one : made.credits()) credits_.push_back({view_of(one.to), one.due.minor});
    to.credits = credits_.empty() ? nullptr : credits_.data();
    to.credit_count = credits_.size();
    to.policy = view_of(made.policy());
    capi::give(out, to);
  }

 private:
  // What the views of the last decision look at.
  std::string target_;
  name_views discounts_, limited_by_, relaxed_, conflict_, missing_, invalid_, advice_;
  std::vector<pricepoint_credit> credits_;
};

namespace {

constexpr const char* no_pricer = "the pricer is NULL";

std::shared_ptr<const exchange_rates> rates_of(const pricepoint_rates* rates) {
  return rates == nullptr ? nullptr : rates->rates;
}

const std::string& form_of(const explanation& what, int32_t format) {
  return format == PRICEPOINT_FORMAT_JSON ? what.json() : what.text();
}

void check_format(int32_t format) {
  if (format != PRICEPOINT_FORMAT_TEXT && format != PRICEPOINT_FORMAT_JSON) throw bad_argument{"an unknown format"};
}

pricepoint_result give_explanation(const explanation& what, int32_t format, pricepoint_text*& out) {
  auto made = std::make_unique<pricepoint_text>(pricepoint_text{form_of(what, format)});
  if (format == PRICEPOINT_FORMAT_JSON) made->text.push_back('\n');
  out = made.release();
  return PRICEPOINT_OK;
}

}  // namespace

}  // namespace pricepoint::capi

struct pricepoint_pricer {
  std::shared_ptr<capi::pricing> with;
};

struct pricepoint_kind {
  std::shared_ptr<capi::pricing> with;
  std::optional<bound_pricer> fixed;
  std::optional<slot_bound_pricer> following;
  std::size_t fields = 0;
  capi::name_views limited_by, relaxed;
};

extern "C" {

void pricepoint_request_init_sized(pricepoint_request* request, size_t struct_size) {
  if (request == nullptr || struct_size < sizeof struct_size) return;
  std::memset(static_cast<void*>(request), 0, struct_size);
  std::memcpy(static_cast<void*>(request), &struct_size, sizeof struct_size);
}

const char* pricepoint_status_name(int32_t status) {
  if (status < 0 || status > PRICEPOINT_CONFLICT) return "";
  return to_string(static_cast<enum status>(status)).data();
}

pricepoint_result pricepoint_pricer_create(const pricepoint_policy* policy, const pricepoint_rates* rates,
                                           pricepoint_pricer** out, pricepoint_error** error) {
  return capi::guarded(error, [&] {
    auto& made = capi::out(out);
    made = new pricepoint_pricer{
        std::make_shared<capi::pricing>(capi::needed(policy, "the policy is NULL").policy, capi::rates_of(rates))};
    return PRICEPOINT_OK;
  });
}

pricepoint_result pricepoint_pricer_from_slot(const pricepoint_slot* slot, const pricepoint_rates* rates,
                                              pricepoint_pricer** out, pricepoint_error** error) {
  return capi::guarded(error, [&] {
    auto& made = capi::out(out);
    made = new pricepoint_pricer{
        std::make_shared<capi::pricing>(capi::needed(slot, "the slot is NULL").slot, capi::rates_of(rates))};
    return PRICEPOINT_OK;
  });
}

void pricepoint_pricer_free(pricepoint_pricer* pricer) { delete pricer; }

pricepoint_result pricepoint_price(pricepoint_pricer* pricer, const pricepoint_request* request,
                                   pricepoint_decision* out, pricepoint_error** error) {
  return capi::guarded(error, [&] {
    capi::give(out, capi::nothing_decided);
    capi::pricing& with = *capi::needed(pricer, capi::no_pricer).with;
    auto& now = with.take();
    capi::request_of(now.policy(), request, with.asked, with.invalid);
    now.price(with.asked, with.made, with.invalid);
    with.give(out);
    return PRICEPOINT_OK;
  });
}

pricepoint_result pricepoint_price_json(pricepoint_pricer* pricer, pricepoint_view request, pricepoint_text** out,
                                        pricepoint_error** error) {
  return capi::guarded(error, [&] {
    auto& to = capi::out(out);
    capi::pricing& with = *capi::needed(pricer, capi::no_pricer).with;
    auto& now = with.take();
    auto& [policy, fields, reader, writer, row] = with.read(now, capi::view(request));
    auto made = std::make_unique<pricepoint_text>();
    if (row.problems.empty()) {
      now.price(row.request, with.made);
      writer.decided(made->text, row, row.request.channel, with.made);
    } else {
      writer.unreadable(made->text, row, row.request.channel);
    }
    to = made.release();
    return PRICEPOINT_OK;
  });
}

pricepoint_result pricepoint_price_json_z(pricepoint_pricer* pricer, const char* request, pricepoint_text** out,
                                          pricepoint_error** error) {
  return capi::with_text(request, out, error,
                         [&](pricepoint_view given) { return pricepoint_price_json(pricer, given, out, error); });
}

pricepoint_result pricepoint_explain(pricepoint_pricer* pricer, const pricepoint_request* request, int32_t format,
                                     pricepoint_text** out, pricepoint_error** error) {
  return capi::guarded(error, [&] {
    auto& to = capi::out(out);
    capi::check_format(format);
    capi::pricing& with = *capi::needed(pricer, capi::no_pricer).with;
    auto& now = with.take();
    capi::request_of(now.policy(), request, with.asked, with.invalid);
    return capi::give_explanation(explain(now, with.asked, with.invalid), format, to);
  });
}

pricepoint_result pricepoint_explain_json(pricepoint_pricer* pricer, pricepoint_view request, int32_t format,
                                          pricepoint_text** out, pricepoint_error** error) {
  return capi::guarded(error, [&] {
    auto& to = capi::out(out);
    capi::check_format(format);
    capi::pricing& with = *capi::needed(pricer, capi::no_pricer).with;
    auto& now = with.take();
    auto& side = with.read(now, capi::view(request));
    if (side.row.problems.empty()) return capi::give_explanation(explain(now, side.row.request), format, to);
    auto made = std::make_unique<pricepoint_text>();
    if (format == PRICEPOINT_FORMAT_JSON) {
      side.writer.unreadable(made->text, side.row, side.row.request.channel);
    } else {
      made->text = rows::unreadable_text(side.row, side.row.request.channel);
    }
    to = made.release();
    return PRICEPOINT_OK;
  });
}

pricepoint_result pricepoint_explain_json_z(pricepoint_pricer* pricer, const char* request, int32_t format,
                                            pricepoint_text** out, pricepoint_error** error) {
  return capi::with_text(request, out, error, [&](pricepoint_view given) {
    return pricepoint_explain_json(pricer, given, format, out, error);
  });
}

pricepoint_result pricepoint_kind_create(pricepoint_pricer* pricer, const pricepoint_request* same,
                                         const pricepoint_view* fields, size_t field_count, pricepoint_kind** out,
                                         pricepoint_error** error) {
  return capi::guarded(error, [&] {
    auto& to = capi::out(out);
    const auto& with = capi::needed(pricer, capi::no_pricer).with;
    capi::check_count(fields, field_count, "fields are NULL, but field_count is not 0",
                      "field_count is more than 4,096");
    std::vector<std::string_view> names;
    for (std::size_t i = 0; i < field_count; ++i) names.push_back(capi::view(fields[i]));
    auto& now = with->take();
    capi::request_of(now.policy(), same, with->asked, with->invalid);
    if (!with->invalid.empty()) {
      diagnostic one;
      one.code = "PP-A004";
      for (const std::string& name : with->invalid) one.message += (one.message.empty() ? "" : ", ") + name;
      one.message += ": no number";
      return capi::fail(error, PRICEPOINT_ERROR_POLICY, {one});
    }
    auto made = std::make_unique<pricepoint_kind>();
    made->with = with;
    made->fields = field_count;
    if (with->fixed) {
      auto bound = with->fixed->bind(with->asked, names);
      if (!bound) return capi::fail(error, PRICEPOINT_ERROR_POLICY, bound.error());
      made->fixed.emplace(std::move(*bound));
    } else {
      auto bound = with->following->bind(with->asked, names);
      if (!bound) return capi::fail(error, PRICEPOINT_ERROR_POLICY, bound.error());
      made->following.emplace(std::move(*bound));
    }
    to = made.release();
    return PRICEPOINT_OK;
  });
}

void pricepoint_kind_free(pricepoint_kind* kind) { delete kind; }

pricepoint_result pricepoint_kind_price(pricepoint_kind* kind, const int64_t* minor, size_t count,
                                        pricepoint_quote* out) {
  if (out == nullptr) return PRICEPOINT_ERROR_ARGUMENT;
  *out = {PRICEPOINT_INVALID, PRICEPOINT_ABSENT, {nullptr, 0}, {nullptr, 0}};
  if (kind == nullptr || (minor == nullptr && count != 0) || count > kind->fields) return PRICEPOINT_ERROR_ARGUMENT;
  return capi::guarded(nullptr, [&] {
    if (kind->following && !kind->following->follow()) return PRICEPOINT_ERROR_POLICY;
    bound_pricer& bound = kind->fixed ? *kind->fixed : kind->following->bound();
    const quote made = bound.price({minor, count});
    // In this order: where there is no memory for names, there is no answer.
    const pricepoint_names limited_by = kind->limited_by.of(made.limited_by);
    out->relaxed = kind->relaxed.of(made.relaxed);
    out->limited_by = limited_by;
    out->price = made.price_minor;
    out->status = static_cast<int32_t>(made.status);
    return PRICEPOINT_OK;
  });
}

}  // extern "C"
