// SPDX-License-Identifier: Apache-2.0
// [REL-78] Calls of pricepoint.h in any order that the contract allows, with texts and numbers of any kind.
//
// Promised: every call answers with a code that the header names, never with a mistake of the library's own; a failure
// leaves its out parameters NULL and, where asked for, an error that says why; views are readable from end to end and
// end with a zero byte; the same question gets the same answer from another call, another pricer, a kind that is bound
// to it, and as JSON; whatever was freed first, nothing is read that is gone.
//
// Input: calls one after the other, each a byte and its arguments.
#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz/diagnostics.hpp"
#include "fuzz/fuzz.hpp"
#include "fuzz/shop.hpp"
#include "pricepoint/pricepoint.h"

namespace {

using fuzz::expect;
using fuzz::input;

template <class Handle, void (*Free)(Handle*)>
struct freed {
  void operator()(Handle* handle) const { Free(handle); }
};
template <class Handle, void (*Free)(Handle*)>
using owned = std::unique_ptr<Handle, freed<Handle, Free>>;
using policy = owned<pricepoint_policy, pricepoint_policy_free>;
using rates = owned<pricepoint_rates, pricepoint_rates_free>;
using slot = owned<pricepoint_slot, pricepoint_slot_free>;
using pricer = owned<pricepoint_pricer, pricepoint_pricer_free>;
using kind = owned<pricepoint_kind, pricepoint_kind_free>;
using batch = owned<pricepoint_batch, pricepoint_batch_free>;
using error = owned<pricepoint_error, pricepoint_error_free>;
using text = owned<pricepoint_text, pricepoint_text_free>;

// ---- what comes back

std::string_view read(pricepoint_view of) {
  if (of.data == nullptr) {
    expect(of.size == 0, "a view of nothing that has a size");
    return {};
  }
  expect(of.data[of.size] == '\0', "a view that does not end with a zero byte");
  return {of.data, of.size};
}

std::string read(const pricepoint_names& of) {
  std::string all = "[";
  for (std::size_t i = 0; i < of.count; ++i) all.append(" ").append(read(of.names[i]));
  return all + "]";
}

// A code that may come back here, and what comes with it. `made`: the out parameter. By reference, since the call that
// sets them may stand beside them.
template <class Made>
bool good(pricepoint_result code, pricepoint_error* const& found, bool asked_for_error, const Made& made) {
  const error why(found);
  expect(code >= PRICEPOINT_OK && code <= PRICEPOINT_ERROR_STREAM, "a code that must not come back");
  if (code == PRICEPOINT_OK) {
    expect(why == nullptr, "an error where all went well");
    return true;
  }
  expect(made == nullptr, "an out parameter that a failure left set");
  expect((why != nullptr) == asked_for_error, "a failure that does not say why");
  const std::size_t count = pricepoint_error_count(why.get());
  expect(why == nullptr || count >= 1, "an error without diagnostics");
  for (std::size_t i = 0; i <= count; ++i) {
    pricepoint_diagnostic one = PRICEPOINT_DIAGNOSTIC_INIT;
    const auto got = pricepoint_error_get(why.get(), i, &one);
    expect((got == PRICEPOINT_OK) == (i < count), "a diagnostic beyond the last");
    if (got != PRICEPOINT_OK) continue;
    expect(read(one.code).starts_with("PP-") && !read(one.message).empty(), "a diagnostic without code or message");
    for (const auto& view : {one.hint, one.file, one.pointer, one.excerpt}) read(view);
  }
  read(pricepoint_error_text(why.get()));
  fuzz::hold_json(read(pricepoint_error_json(why.get())));
  return false;
}

std::string read(const pricepoint_decision& of) {
  std::string all = pricepoint_status_name(of.status);
  expect(!all.empty(), "a status that has no name");
  const bool priced = of.status == PRICEPOINT_PRICED || of.status == PRICEPOINT_COMPROMISED;
  expect((of.price != PRICEPOINT_ABSENT) == priced, "a price without its status");
  for (const std::int64_t value :
       {of.price, of.net, of.tax, of.was, of.saving, of.fallback_price, of.next_change_at_unix_ms,
        std::int64_t{of.held}, std::int64_t{of.digits}, std::int64_t{of.saving_rate_percent}})
    all += " " + std::to_string(value);
  expect(std::strlen(of.currency) <= 3, "a currency without its end");
  all.append(" ").append(of.currency).append(" ").append(read(of.target));
  for (const auto& names : {of.discounts, of.limited_by, of.relaxed, of.conflict, of.missing, of.invalid, of.advice})
    all += read(names);
  for (std::size_t i = 0; i < of.credit_count; ++i) {
    all.append(" ").append(read(of.credits[i].to)).append(":") += std::to_string(of.credits[i].minor);
  }
  read(of.policy);
  return all;
}

// ---- what goes in

const std::vector<std::string> words = {"CN",
                                        "DE",
                                        "JP",
                                        "KW",
                                        "US",
                                        "web",
                                        "store",
                                        "dealer",
                                        "tmall",
                                        "b2b",
                                        "traffic",
                                        "profit",
                                        "acme",
                                        "vip",
                                        "EUR",
                                        "USD",
                                        "CNY",
                                        "12.50",
                                        "29.90",
                                        "999999999999999",
                                        "0.000000001",
                                        "17",
                                        "-3",
                                        "19%",
                                        "role",
                                        "brand",
                                        "stock",
                                        "wholesale",
                                        "price.store",
                                        "price.web",
                                        "list",
                                        "cost",
                                        "map",
                                        "shipping",
                                        "current",
                                        "lowest_prior",
                                        "msrp",
                                        "shoes/boots",
                                        "X0",
                                        "nowhere",
                                        "price.nowhere",
                                        ""};

const std::vector<std::string> policies = {
    std::string(fuzz::shop_policy),
    R"({"pricepoint":1,"markets":{"CN":{"tax":"13%"}},"channels":{"web":{"kind":"online"}},"rules":[{"id":"e","endings":[".99"]}]})",
    R"({"pricepoint":1,"name":"two","markets":{"CN":{"tax":"0%"},"DE":{"tax":"7%"}},"channels":{"store":{"kind":"traditional"},)"
    R"("web":{"kind":"online","reference":"store"}},"attributes":{"role":"number"},"rules":[{"id":"m","margin":"99%"},)"
    R"({"id":"r","when":{"role":{"from":5}},"discount":"10%"}]})",
    R"({"pricepoint":1,"markets":{"CN":{}},"channels":{"web":{"kind":"offline"}},"rules":[]})"};

// By the number, so that the inputs that are kept mean what they meant: a few are neither absent nor given.
pricepoint_optional optional(std::int64_t of) {
  if (of == PRICEPOINT_ABSENT) return {0, of};
  return {of == 999'999'999'999'999 ? 2 : 1, of};
}

std::int64_t number(input& in) {
  switch (in.below(6)) {
    case 0:
      return static_cast<std::int64_t>(in.bits(8));
    case 1:
      return in.pick<std::int64_t>({INT64_MIN, INT64_MAX, INT64_MIN + 1, 0, -1, 1'000'000'000'000'000,
                                    1'000'000'000'000'001, 999'999'999'999'999, 100'000'000, 19'000'000,
                                    1'793'000'000'000});
    default:
      return in.between(0, 100'000);
  }
}

// The contract asks for UTF-8: bytes beyond ASCII become letters.
std::string in_utf8(std::string_view bytes) {
  std::string made;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      made += c;
    } else {
      made += static_cast<char>(0xC0 | byte >> 6);
      made += static_cast<char>(0x80 | (byte & 0x3F));
    }
  }
  return made;
}

// Arguments live until the call is over, each as long as it says to the byte.
class arguments {
 public:
  explicit arguments(input& in) : in_(in) {}

  pricepoint_view copy(std::string_view of) {
    auto& made = texts_.emplace_back(std::make_unique<char[]>(of.size()));
    std::copy(of.begin(), of.end(), made.get());
    return {made.get(), of.size()};
  }
  pricepoint_view view() {
    switch (in_.below(6)) {
      case 0:
        return {nullptr, 0};
      case 1:
        return {nullptr, in_.one_in(4) ? std::size_t{7} : std::size_t{0}};
      case 2:
        return copy(in_utf8(in_.text(40)));
      default:
        return copy(in_.one_of(words));
    }
  }
  pricepoint_number amount() {
    pricepoint_number made = PRICEPOINT_NUMBER_INIT;
    made.kind = static_cast<std::int32_t>(in_.one_in(32) ? in_.below(256) : in_.below(3));
    made.minor = number(in_);
    if (made.kind == PRICEPOINT_NUMBER_TEXT) made.text = view();
    return made;
  }

  // A struct of an older or a newer header: shorter is refused, longer has members that nobody knows.
  template <class Struct>
  Struct* sized(const Struct& from) {
    std::size_t size = sizeof(Struct);
    if (in_.one_in(12)) size = in_.below(2) == 0 ? in_.below(sizeof(Struct)) : sizeof(Struct) + in_.below(64);
    const std::size_t room = std::max(size, sizeof(std::size_t));
    auto& memory = structs_.emplace_back(
        std::make_unique<std::max_align_t[]>((room + sizeof(std::max_align_t) - 1) / sizeof(std::max_align_t)));
    std::memset(memory.get(), 0x5A, room);
    std::memcpy(memory.get(), &from, std::min(room, sizeof(Struct)));
    std::memcpy(memory.get(), &size, sizeof size);
    return reinterpret_cast<Struct*>(memory.get());
  }

  const pricepoint_request* request() {
    pricepoint_request made = PRICEPOINT_REQUEST_INIT;
    if (in_.one_in(40)) return nullptr;
    if (!in_.one_in(16)) {
      made.channel = copy(in_.pick<const char*>({"web", "store", "tmall", "b2b", "dealer"}));
      made.market = copy(in_.pick<const char*>({"CN", "CN", "DE", "JP", "US", "KW"}));
    } else {
      made.channel = view();
      made.market = view();
    }
    if (in_.flag()) made.sku = view();
    if (in_.flag()) made.at_unix_ms = optional(in_.one_in(4) ? number(in_) : 1'793'000'000'000);
    for (auto* const one : {&made.category, &made.segment, &made.audience}) {
      if (in_.one_in(4)) *one = view();
    }
    if (in_.one_in(6)) made.currency = view();
    if (in_.one_in(6)) made.current_since_unix_ms = optional(number(in_));
    for (auto* const one : {&made.quantity, &made.units, &made.list, &made.msrp, &made.map, &made.current,
                            &made.lowest_prior, &made.cost, &made.shipping}) {
      if (in_.one_in(3)) *one = amount();
    }
    if (in_.one_in(4)) made.tax_e8 = optional(number(in_));
    if (in_.one_in(4)) made.fee_e8 = optional(number(in_));
    made.price_count = in_.below(4);
    prices_ = std::make_unique<pricepoint_channel_price[]>(made.price_count);
    for (std::size_t i = 0; i < made.price_count; ++i) {
      prices_[i] = {in_.one_in(6) ? view() : copy(in_.pick<const char*>({"store", "dealer", "web"})), amount()};
    }
    made.prices = in_.one_in(32) ? nullptr : prices_.get();
    made.attribute_count = in_.below(4);
    attributes_ = std::make_unique<pricepoint_attribute[]>(made.attribute_count);
    for (std::size_t i = 0; i < made.attribute_count; ++i) {
      attributes_[i] = {
          in_.one_in(6) ? view() : copy(in_.pick<const char*>({"role", "brand", "stock", "wholesale", "vip"})), view(),
          amount()};
    }
    made.attributes = in_.one_in(32) ? nullptr : attributes_.get();
    return sized(made);
  }

 private:
  input& in_;
  std::vector<std::unique_ptr<char[]>> texts_;
  std::vector<std::unique_ptr<std::max_align_t[]>> structs_;
  std::unique_ptr<pricepoint_channel_price[]> prices_;
  std::unique_ptr<pricepoint_attribute[]> attributes_;
};

struct world {
  std::array<policy, 3> policies;
  std::array<rates, 2> rates_of;
  std::array<slot, 2> slots;
  std::array<pricer, 3> pricers;
  std::array<kind, 3> kinds;
  std::array<std::size_t, 3> fields{};  // of the kinds
  std::array<batch, 2> batches;
};

void hold_text(text& made, bool json) {
  const std::string_view got = read(pricepoint_text_get(made.get()));
  expect(!got.empty(), "a text that is empty");
  if (json) fuzz::hold_json(got);
}

void make_policy(input& in, policy& to) {
  arguments with(in);
  pricepoint_policy_options options = PRICEPOINT_POLICY_OPTIONS_INIT;
  if (in.one_in(4)) options.file = with.view();
  if (in.one_in(8)) options.max_bytes = in.below(4000);
  pricepoint_policy* made = nullptr;
  pricepoint_error* why = nullptr;
  const bool asked = !in.one_in(4);
  std::string source = in.one_of(policies);
  for (std::uint64_t i = in.one_in(3) ? in.below(4) : 0; i > 0; --i)
    source[in.below(source.size())] = static_cast<char>(in.byte());
  // One after the other: the order of a call's arguments would be the compiler's choice.
  const pricepoint_view given = in.one_in(16) ? with.view() : with.copy(source);
  const auto* const how = in.flag() ? with.sized(options) : nullptr;
  const auto code = pricepoint_policy_from_text(given, how, &made, asked ? &why : nullptr);
  if (!good(code, why, asked, made)) return;
  to.reset(made);
  read(pricepoint_policy_name(made));
  expect(read(pricepoint_policy_fingerprint(made)).size() == 36, "a fingerprint");
}

void ask_policy(input& in, const policy& of) {
  pricepoint_text* made = nullptr;
  pricepoint_error* why = nullptr;
  // The check has no limits here, and takes long of a policy that is not small.
  const bool inputs = in.flag() || read(pricepoint_policy_name(of.get())) == "shop";
  const auto code = inputs ? pricepoint_policy_inputs(of.get(), &made, &why)
                           : pricepoint_policy_check(of.get(), in.flag() ? number(in) : PRICEPOINT_ABSENT, &made, &why);
  if (!good(code, why, true, made)) return;
  text owner(made);
  if (inputs) return hold_text(owner, true);
  read(pricepoint_text_get(made));
}

void price(input& in, const pricer& with, const policy& of, const rates& converting) {
  arguments give(in);
  const pricepoint_request* const request = give.request();
  pricepoint_decision initial = PRICEPOINT_DECISION_INIT;
  pricepoint_decision* const out = give.sized(initial);
  pricepoint_error* why = nullptr;
  const auto code = pricepoint_price(with.get(), request, out, &why);
  if (!good(code, why, true, nullptr)) return;
  const bool whole = out->struct_size >= sizeof initial;
  expect(whole, "a decision in a struct that is too small");
  const std::string first = read(*out);

  pricepoint_decision again = PRICEPOINT_DECISION_INIT;
  expect(pricepoint_price(with.get(), request, &again, nullptr) == PRICEPOINT_OK && read(again) == first,
         "a second answer");
  // Of a slot the policy may be another by now.
  const bool same_policy = of && read(again.policy) == read(pricepoint_policy_fingerprint(of.get()));
  pricepoint_pricer* other = nullptr;
  if (same_policy && pricepoint_pricer_create(of.get(), converting.get(), &other, nullptr) == PRICEPOINT_OK) {
    const pricer owner(other);
    pricepoint_decision fresh = PRICEPOINT_DECISION_INIT;
    expect(pricepoint_price(other, request, &fresh, nullptr) == PRICEPOINT_OK, "another pricer that fails");
    // With other rates what needs one may differ.
    if (converting == nullptr && request->currency.size == 0) expect(read(fresh) == first, "another pricer's answer");
  }
  pricepoint_text* made = nullptr;
  const auto format = static_cast<std::int32_t>(in.one_in(16) ? in.below(9) : in.below(2));
  if (good(pricepoint_explain(with.get(), request, format, &made, &why), why, true, made)) {
    text owner(made);
    hold_text(owner, format == PRICEPOINT_FORMAT_JSON);
  }
}

void price_json(input& in, const pricer& with) {
  arguments give(in);
  static const std::vector<std::string> requests = {
      R"({"sku":"A1","channel":"web","market":"CN","role":"traffic","prices":{"store":"32.00","dealer":31},"cost":12,"shipping":"1"})",
      R"({"sku":17,"channel":"store","market":"DE","list":"9.99","current":"9.49","note":[1,{"a":null}],"at":"2026-11-05T12:00:00Z"})",
      R"({"channel":"b2b","market":"JP","list":12000,"quantity":10})"};
  std::string asked = in.one_of(requests);
  for (std::uint64_t i = in.below(6); i > 0; --i) asked[in.below(asked.size())] = static_cast<char>(in.byte());
  const auto view = in.one_in(16) ? give.view() : give.copy(asked);
  pricepoint_text* made = nullptr;
  pricepoint_error* why = nullptr;
  std::string first;
  if (good(pricepoint_price_json(with.get(), view, &made, &why), why, true, made)) {
    text owner(made);
    hold_text(owner, true);
    first = read(pricepoint_text_get(made));
  }
  made = nullptr;
  if (!first.empty()) {
    expect(pricepoint_price_json(with.get(), view, &made, nullptr) == PRICEPOINT_OK, "a second answer that fails");
    text owner(made);
    expect(read(pricepoint_text_get(made)) == first, "a second answer as JSON");
  }
  made = nullptr;
  const auto format = static_cast<std::int32_t>(in.one_in(16) ? in.below(9) : in.below(2));
  if (good(pricepoint_explain_json(with.get(), view, format, &made, &why), why, true, made)) {
    text owner(made);
    hold_text(owner, format == PRICEPOINT_FORMAT_JSON);
  }
}

void make_kind(input& in, const pricer& with, kind& to, std::size_t& fields) {
  arguments give(in);
  const std::size_t count = in.below(5);
  const auto names = std::make_unique<pricepoint_view[]>(count);
  for (std::size_t i = 0; i < count; ++i) {
    names[i] = in.one_in(12) ? give.view()
                             : give.copy(in.pick<const char*>({"price.store", "price.dealer", "cost", "list",
                                                               "shipping", "current", "map", "wholesale"}));
  }
  pricepoint_kind* made = nullptr;
  pricepoint_error* why = nullptr;
  const auto* const request = give.request();
  const auto code =
      pricepoint_kind_create(with.get(), request, in.one_in(32) ? nullptr : names.get(), count, &made, &why);
  if (!good(code, why, true, made)) return;
  to.reset(made);
  fields = count;
  // The arguments are gone when the kind is used: it must have kept what it needs.
}

void price_kind(input& in, const kind& with, std::size_t fields) {
  const std::size_t count = in.one_in(8) ? in.below(8) : fields;
  const auto values = std::make_unique<std::int64_t[]>(count);
  for (std::size_t i = 0; i < count; ++i) values[i] = in.one_in(8) ? PRICEPOINT_ABSENT : number(in);
  pricepoint_quote out;
  const auto ask = [&] {
    const auto code = pricepoint_kind_price(with.get(), values.get(), count, &out);
    expect(code == PRICEPOINT_OK || code == PRICEPOINT_ERROR_ARGUMENT || code == PRICEPOINT_ERROR_POLICY,
           "a code of a quote");
    expect(with != nullptr || code == PRICEPOINT_ERROR_ARGUMENT, "a quote of no kind");
    expect(with == nullptr || count <= fields || code == PRICEPOINT_ERROR_ARGUMENT, "more values than fields");
    const bool priced = out.status == PRICEPOINT_PRICED || out.status == PRICEPOINT_COMPROMISED;
    expect((out.price != PRICEPOINT_ABSENT) == priced, "a quote without its status");
    return std::to_string(code) + " " + std::to_string(out.status) + " " + std::to_string(out.price) +
           read(out.limited_by) + read(out.relaxed);
  };
  const std::string first = ask();
  expect(ask() == first, "a second quote");
}

// A table of three columns; the fuzzer of Arrow draws others.
void price_batch(input& in, const batch& with) {
  std::array<std::int64_t, 4> prices;
  for (auto& one : prices) one = number(in);
  const auto rows = static_cast<std::int64_t>(in.below(prices.size() + 1));
  const auto nothing = [](auto* of) { of->release = nullptr; };
  ArrowSchema column{"l", "price.store", nullptr, ARROW_FLAG_NULLABLE, 0, nullptr, nullptr, nothing, nullptr};
  ArrowSchema* columns[] = {&column};
  ArrowSchema schema{"+s", "", nullptr, 0, 1, columns, nullptr, nothing, nullptr};
  const void* buffers[] = {nullptr, prices.data()};
  ArrowArray values{rows, 0, 0, 2, 0, buffers, nullptr, nullptr, nothing, nullptr};
  ArrowArray* children[] = {&values};
  const void* none[] = {nullptr};
  ArrowArray array{rows, 0, 0, 1, 1, none, children, nullptr, nothing, nullptr};
  ArrowSchema out_schema{};
  ArrowArray out{};
  pricepoint_error* why = nullptr;
  if (!good(pricepoint_batch_array(with.get(), &schema, &array, &out_schema, &out, &why), why, true, out.private_data))
    return;
  expect(out.length == rows, "rows without an answer");
  out.release(&out);
  out_schema.release(&out_schema);
}

void make_batch(input& in, const policy& of, const slot& from, const rates& converting, batch& to) {
  arguments give(in);
  pricepoint_batch_options options = PRICEPOINT_BATCH_OPTIONS_INIT;
  options.threads = in.one_in(32) ? 2000 : 1;
  if (in.one_in(4)) options.parts = static_cast<std::uint32_t>(in.bits(in.flag() ? 4 : 1));
  options.rates = converting.get();
  options.channel = give.view();
  options.market = give.view();
  if (in.flag()) options.at_unix_ms = optional(number(in));
  options.integers = static_cast<std::uint32_t>(in.below(4));
  const auto* const how = in.one_in(8) ? nullptr : give.sized(options);
  pricepoint_batch* made = nullptr;
  pricepoint_error* why = nullptr;
  const auto code = in.flag() ? pricepoint_batch_create(of.get(), how, &made, &why)
                              : pricepoint_batch_from_slot(from.get(), how, &made, &why);
  if (good(code, why, true, made)) to.reset(made);
}

void call(input& in, world& all) {
  auto& a_policy = all.policies[in.below(all.policies.size())];
  auto& some_rates = all.rates_of[in.below(all.rates_of.size())];
  auto& a_slot = all.slots[in.below(all.slots.size())];
  const std::size_t which = in.below(all.pricers.size());
  auto& a_pricer = all.pricers[which];
  auto& a_kind = all.kinds[which];
  pricepoint_error* why = nullptr;
  switch (in.below(20)) {
    case 0:
      return make_policy(in, a_policy);
    case 1:
      return ask_policy(in, a_policy);
    case 2: {
      pricepoint_policy* made = nullptr;
      if (a_slot && in.flag()) {
        if (good(pricepoint_slot_get(a_slot.get(), &made, &why), why, true, made)) a_policy.reset(made);
      } else {
        made = pricepoint_policy_copy(a_policy.get());
        expect((made == nullptr) == (a_policy == nullptr), "a copy");
        all.policies[0].reset(made);
      }
      return;
    }
    case 3: {
      std::string csv(fuzz::shop_rates);
      for (std::uint64_t i = in.below(4); i > 0; --i) csv[in.below(csv.size())] = static_cast<char>(in.byte());
      arguments give(in);
      pricepoint_rates* made = nullptr;
      const auto code = pricepoint_rates_from_csv(give.copy(csv), &made, &why);
      if (good(code, why, true, made)) some_rates.reset(made);
      return;
    }
    case 4: {
      pricepoint_slot* made = nullptr;
      if (good(pricepoint_slot_create(a_policy.get(), &made, &why), why, true, made)) a_slot.reset(made);
      return;
    }
    case 5:
      good(pricepoint_slot_publish(a_slot.get(), a_policy.get(), &why), why, true, nullptr);
      return;
    case 6:
    case 7: {
      pricepoint_pricer* made = nullptr;
      const auto code = in.one_in(3) ? pricepoint_pricer_from_slot(a_slot.get(), some_rates.get(), &made, &why)
                                     : pricepoint_pricer_create(a_policy.get(), some_rates.get(), &made, &why);
      if (good(code, why, true, made)) a_pricer.reset(made);
      return;
    }
    case 8:
    case 9:
    case 10:
      return price(in, a_pricer, a_policy, some_rates);
    case 11:
      return price_json(in, a_pricer);
    case 12:
      return make_kind(in, a_pricer, a_kind, all.fields[which]);
    case 13:
    case 14:
      return price_kind(in, a_kind, all.fields[which]);
    case 15:
      return make_batch(in, a_policy, a_slot, some_rates, all.batches[in.below(2)]);
    case 16:
      return price_batch(in, all.batches[in.below(2)]);
    case 17: {
      arguments give(in);
      pricepoint_text* made = nullptr;
      const auto code = in.one_in(8) ? pricepoint_schema(&made, &why) : pricepoint_markets(give.view(), &made, &why);
      if (!good(code, why, true, made)) return;
      text owner(made);
      return hold_text(owner, true);
    }
    case 18:
      a_policy.reset();
      return;
    default:
      switch (in.below(5)) {
        case 0:
          return some_rates.reset();
        case 1:
          return a_slot.reset();
        case 2:
          return a_pricer.reset();
        case 3:
          return a_kind.reset();
        default:
          return all.batches[in.below(2)].reset();
      }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  input in(data, size);
  world all;
  // A pricer to begin with: most calls need one.
  const std::string_view source = fuzz::shop_policy;
  pricepoint_policy* policy_made = nullptr;
  pricepoint_pricer* pricer_made = nullptr;
  expect(pricepoint_policy_from_text({source.data(), source.size()}, nullptr, &policy_made, nullptr) == PRICEPOINT_OK,
         "policy");
  all.policies[0].reset(policy_made);
  expect(pricepoint_pricer_create(policy_made, nullptr, &pricer_made, nullptr) == PRICEPOINT_OK, "pricer");
  all.pricers[0].reset(pricer_made);
  for (int calls = 0; calls < 40 && !in.empty(); ++calls) call(in, all);
  return 0;
}
