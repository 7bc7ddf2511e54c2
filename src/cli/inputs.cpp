// SPDX-License-Identifier: Apache-2.0
// `pricepoint inputs`: what a policy needs of requests, as text or as JSON.
// Entry: run_inputs. Test: tests/golden/cases (inputs*).
#include "pricepoint/pricing/policy.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "cli/files.hpp"
#include "cli/job.hpp"
#include "cli/namespace.hpp"
#include "cli/run.hpp"
#include "rows/problems.hpp"
#include "rows/reports.hpp"
#include "rows/text.hpp"
#include "text/harmless.hpp"

namespace pricepoint::cli {
namespace {

using need = policy_inputs::need;

constexpr std::size_t most_values = 12;  // shown in the text; JSON has them all

std::string joined(const std::vector<std::string>& all, std::size_t most = SIZE_MAX) {
  std::string text;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (i == most) return text + " and " + number(all.size() - most) + " more";
    text.append(text.empty() ? "" : ", ").append(all[i]);
  }
  return text;
}

void append_line(std::string& out, std::string_view name, const std::string& what) {
  const std::string shown = detail::harmless(name);
  out.append("  ").append(shown);
  out.append(shown.size() < 14 ? 14 - shown.size() : 1, ' ');
  detail::append_harmless(out, what);
  out.push_back('\n');
}

std::string field_line(const policy_inputs::field& one) {
  std::vector<std::string> parts;
  if (one.starts) parts.emplace_back("the price that discounts start from");
  if (!one.rules.empty()) parts.push_back(joined(one.rules, most_values));
  if (one.name == "at")
    parts.emplace_back(one.rules.empty() ? "chooses the exchange rate" : "this program's clock, if left out");
  if (one.name == "currency") parts.emplace_back("of the amounts, where it is not the market's");
  if (one.name == "tax") {
    if (one.need == need::required && one.rules.empty()) parts.emplace_back("net prices are stored");
    if (one.need != need::required) parts.emplace_back("where it is not that of the policy");
  }
  if (one.name == "fee") parts.emplace_back("where it is not that of the policy");
  if (parts.empty()) parts.emplace_back("to fall back on");
  std::string text;
  for (const std::string& part : parts) text.append(text.empty() ? "" : "; ").append(part);
  if (!one.markets.empty()) text += " (in " + joined(one.markets) + ")";
  return text;
}

std::string as_text(const policy_inputs& of, std::string_view zones) {
  std::string out;
  for (const auto& channel : of.channels) {
    if (!out.empty()) out.push_back('\n');
    out.append(detail::harmless(channel.name)).append(" needs, beside channel and market\n");
    std::size_t shown = 0;
    const auto section = [&](need level, std::string_view title) {
      bool any = false;
      for (const auto& one : channel.fields) {
        if (one.need != level) continue;
        if (!any && !title.empty()) out.append(title);
        any = true;
        ++shown;
        append_line(out, one.name, field_line(one));
      }
    };
    section(need::required, "");
    if (shown == 0) out.append("  nothing\n");
    section(need::one_of, "at least one of\n");
    section(need::optional, "and uses, where given\n");
    if (!channel.attributes.empty()) out.append("These decide which rules apply, with channel and market\n");
    for (const auto& one : channel.attributes) {
      append_line(out, one.name, joined(one.values, most_values) + " (" + joined(one.rules, most_values) + ")");
    }
    if (!channel.periods.empty()) append_line(out, "at", joined(channel.periods, most_values));
  }
  out.append(out.empty() ? "" : "\n").append("Time zones: ").append(zones).push_back('\n');
  return out;
}

}  // namespace

int run_inputs(const options& what) {
  const auto policy = load_policy_from(what.policy, what);
  if (!policy) {
    tell(policy.error().diagnostics());
    return no_run;
  }
  policy_inputs inputs = policy->inputs();
  if (!what.channels.empty()) {
    if (const auto unknown = check_names(what, *policy); !unknown.empty()) {
      tell(unknown);
      return no_run;
    }
    std::erase_if(inputs.channels, [&](const policy_inputs::channel& one) {
      return std::find(what.channels.begin(), what.channels.end(), one.name) == what.channels.end();
    });
  }
  auto out = output_file::open(what.out);
  if (!out) {
    tell_output_failed(what, "--out", out.error().diagnostics().front());
    return no_run;
  }
  const bool json = what.format == output_format::json;
  if (!out->write(json ? inputs_json(inputs, policy->fingerprint(), policy->zones_version())
                       : as_text(inputs, policy->zones_version())) ||
      !out->commit()) {
    if (out->closed_by_reader()) return pipe_closed;
    tell_output_failed(what, "--out", out->failed());
    return no_run;
  }
  return all_decided;
}

}  // namespace pricepoint::cli
