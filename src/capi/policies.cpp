// SPDX-License-Identifier: Apache-2.0
// Policies, what is known of them and of markets, rates and slots of pricepoint.h. Tests: tests/capi.
#include <algorithm>

#include "capi/border.hpp"
#include "compile/machine.hpp"
#include "pricepoint/analysis/check.hpp"
#include "pricepoint/market/table.hpp"
#include "pricepoint/reading.hpp"
#include "rows/rates.hpp"
#include "rows/reports.hpp"
#include "text/codes.hpp"
#include "text/json_text.hpp"

using namespace pricepoint;  // NOLINT(google-build-using-namespace): functions of C have no namespace to stand in

namespace {

struct source {
  std::string file, directory;
  policy_language::parse_limits limits;
  policy_language::table_loader tables;  // none where no directory is given
  result<policy_language::zone_source> zones = policy_language::zone_source();
};

source source_of(const pricepoint_policy_options* options) {
  const pricepoint_policy_options given = capi::taken(options);
  source made;
  made.file = capi::view(given.file);
  made.directory = capi::view(given.directory);
  if (given.max_bytes != 0) made.limits.max_bytes = given.max_bytes;
  made.limits.allow_tables = given.no_tables == 0;
  if (!made.directory.empty()) made.tables = tables_beside(made.directory);
  if (const auto zones = capi::view(given.zones); !zones.empty()) {
    if (zones.find('\0') != std::string_view::npos) throw capi::bad_argument{"a folder of time zones with a zero byte"};
    made.zones = zones_in(std::string(zones));
  }
  return made;
}

pricepoint_result give_policy(result<policy> read, pricepoint_policy*& out, pricepoint_error** error) {
  if (!read) {
    const auto why = read.error().diagnostics();
    if (!why.empty() && why.front().code == policy_language::codes::out_of_memory) throw std::bad_alloc();
    // A rule table that cannot be read is a mistake of the policy that names it.
    const bool no_file = !why.empty() && why.front().code.starts_with("PP-F");
    return capi::fail(error, no_file ? PRICEPOINT_ERROR_FILE : PRICEPOINT_ERROR_POLICY, why);
  }
  out = new pricepoint_policy{std::move(*read)};
  return PRICEPOINT_OK;
}

pricepoint_result give_text(std::string text, pricepoint_text*& out) {
  out = new pricepoint_text{std::move(text)};
  return PRICEPOINT_OK;
}

template <class Named>
void append_names(std::string& out, const char* key, const std::vector<Named>& from) {
  out += out.empty() ? "{\"" : "],\"";
  out.append(key).append("\":[");
  for (const Named& one : from) {
    if (out.back() != '[') out += ',';
    detail::append_json_string(out, one.name);
  }
}

constexpr const char* no_policy = "the policy is NULL";

}  // namespace

extern "C" {

pricepoint_result pricepoint_policy_from_text(pricepoint_view text, const pricepoint_policy_options* options,
                                              pricepoint_policy** out, pricepoint_error** error) {
  return capi::guarded(error, [&] {
    auto& made = capi::out(out);
    source from = source_of(options);
    if (!from.zones) return give_policy(from.zones.error(), made, error);
    return give_policy(parse_policy(std::string(capi::view(text)), from.file.empty() ? "policy" : std::move(from.file),
                                    from.limits, from.tables, *from.zones),
                       made, error);
  });
}

pricepoint_result pricepoint_policy_from_text_z(const char* text, const pricepoint_policy_options* options,
                                                pricepoint_policy** out, pricepoint_error** error) {
  return capi::with_text(
      text, out, error, [&](pricepoint_view given) { return pricepoint_policy_from_text(given, options, out, error); });
}

pricepoint_result pricepoint_policy_from_file(pricepoint_view path, const pricepoint_policy_options* options,
                                              pricepoint_policy** out, pricepoint_error** error) {
  return capi::guarded(error, [&] {
    auto& made = capi::out(out);
    const source from = source_of(options);
    const std::string name(capi::view(path));
    if (name.find('\0') != std::string::npos) throw capi::bad_argument{"a path with a zero byte"};
    if (!from.zones) return give_policy(from.zones.error(), made, error);
    return give_policy(load_policy(name, from.limits, from.tables, *from.zones), made, error);
  });
}

pricepoint_result pricepoint_policy_from_file_z(const char* path, const pricepoint_policy_options* options,
                                                pricepoint_policy** out, pricepoint_error** error) {
  return capi::with_text(
      path, out, error, [&](pricepoint_view given) { return pricepoint_policy_from_file(given, options, out, error); });
}

pricepoint_policy* pricepoint_policy_copy(const pricepoint_policy* policy) {
  return policy == nullptr ? nullptr : new (std::nothrow) pricepoint_policy{*policy};
}

void pricepoint_policy_free(pricepoint_policy* policy) { delete policy; }

pricepoint_view pricepoint_policy_name(const pricepoint_policy* policy) {
  return capi::view_of(policy == nullptr ? std::string_view("") : policy->policy.name());
}

const char* pricepoint_policy_name_z(const pricepoint_policy* policy) { return pricepoint_policy_name(policy).data; }

pricepoint_view pricepoint_policy_fingerprint(const pricepoint_policy* policy) {
  return capi::view_of(policy == nullptr ? std::string_view("") : policy->policy.fingerprint());
}

const char* pricepoint_policy_fingerprint_z(const pricepoint_policy* policy) {
  return pricepoint_policy_fingerprint(policy).data;
}

pricepoint_result pricepoint_policy_inputs(const pricepoint_policy* policy, pricepoint_text** out,
                                           pricepoint_error** error) {
  return capi::guarded(error, [&] {
    auto& made = capi::out(out);
    const auto& of = capi::needed(policy, no_policy).policy;
    return give_text(rows::inputs_json(of.inputs(), of.fingerprint(), of.zones_version()), made);
  });
}

pricepoint_result pricepoint_policy_names(const pricepoint_policy* policy, pricepoint_text** out,
                                          pricepoint_error** error) {
  return capi::guarded(error, [&] {
    auto& made = capi::out(out);
    const auto& document = engine::machine_of(capi::needed(policy, no_policy).policy).document();
    std::string text;
    append_names(text, "channels", document.channels);
    append_names(text, "markets", document.markets);
    append_names(text, "attributes", document.attributes);
    return give_text(std::move(text.append("]}\n")), made);
  });
}

pricepoint_result pricepoint_policy_check(const pricepoint_policy* policy, int64_t at_unix_ms, pricepoint_text** out,
                                          pricepoint_error** error) {
  return capi::guarded(error, [&] {
    auto& made = capi::out(out);
    check_options wanted;
    wanted.at = capi::instant_or_none(at_unix_ms, "at_unix_ms is not within the years 1970 to 9999");
    const check_report report = check(capi::needed(policy, no_policy).policy, wanted);
    std::string text;
    for (const check_finding& one : report.findings) text.append(to_json(one)).push_back('\n');
    rows::append_not_searched(text, report);
    return give_text(std::move(text), made);
  });
}

pricepoint_result pricepoint_markets(pricepoint_view code, pricepoint_text** out, pricepoint_error** error) {
  return capi::guarded(error, [&] {
    auto& made = capi::out(out);
    const std::string_view wanted = capi::view(code);
    const market_table& table = built_in_markets();
    std::vector<const market_entry*> chosen;
    for (const market_entry& one : table.markets) {
      if (wanted.empty() || one.code == wanted) chosen.push_back(&one);
    }
    if (chosen.empty()) throw capi::bad_argument{"the market table has no market of this code"};
    return give_text(rows::markets_json(chosen, table.version), made);
  });
}

pricepoint_result pricepoint_markets_z(const char* code, pricepoint_text** out, pricepoint_error** error) {
  return pricepoint_markets(code == nullptr ? pricepoint_view{nullptr, 0} : capi::view_of(code), out, error);
}

pricepoint_result pricepoint_schema(pricepoint_text** out, pricepoint_error** error) {
  return capi::guarded(error, [&] { return give_text(std::string(policy_schema()), capi::out(out)); });
}

pricepoint_result pricepoint_rates_from_csv(pricepoint_view csv, pricepoint_rates** out, pricepoint_error** error) {
  return capi::guarded(error, [&] {
    auto& made = capi::out(out);
    auto read = rows::parse_rates(std::string(capi::view(csv)), "rates");
    if (!read) return capi::fail(error, PRICEPOINT_ERROR_POLICY, read.error());
    made = new pricepoint_rates{std::move(*read)};
    return PRICEPOINT_OK;
  });
}

pricepoint_result pricepoint_rates_from_csv_z(const char* csv, pricepoint_rates** out, pricepoint_error** error) {
  return capi::with_text(csv, out, error,
                         [&](pricepoint_view given) { return pricepoint_rates_from_csv(given, out, error); });
}

void pricepoint_rates_free(pricepoint_rates* rates) { delete rates; }

pricepoint_result pricepoint_slot_create(const pricepoint_policy* policy, pricepoint_slot** out,
                                         pricepoint_error** error) {
  return capi::guarded(error, [&] {
    auto& made = capi::out(out);
    made = new pricepoint_slot{policy_slot(capi::needed(policy, no_policy).policy)};
    return PRICEPOINT_OK;
  });
}

pricepoint_result pricepoint_slot_publish(pricepoint_slot* slot, const pricepoint_policy* policy,
                                          pricepoint_error** error) {
  return capi::guarded(error, [&] {
    capi::needed(slot, "the slot is NULL").slot.publish(capi::needed(policy, no_policy).policy);
    return PRICEPOINT_OK;
  });
}

pricepoint_result pricepoint_slot_get(const pricepoint_slot* slot, pricepoint_policy** out, pricepoint_error** error) {
  return capi::guarded(error, [&] {
    auto& made = capi::out(out);
    made = new pricepoint_policy{capi::needed(slot, "the slot is NULL").slot.get()};
    return PRICEPOINT_OK;
  });
}

void pricepoint_slot_free(pricepoint_slot* slot) { delete slot; }

}  // extern "C"
