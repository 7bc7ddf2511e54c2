// SPDX-License-Identifier: Apache-2.0
// All of the library. A smaller program includes the headers that it uses.
//
//   auto policy = pricepoint::load_policy("policy.json");            // text or file → an immutable, shared policy
//   if (!policy) return complain(policy.error().to_string());        // every mistake at once, each with a caret
//
// One price. A pricer is cheap to keep and dear to make anew: keep one for each thread.
//
//   pricepoint::pricer pricer(*policy);
//   const auto decision = pricer.price({.sku = "A1", .channel = "web", .market = "DE", .prices = {{"store", store}}});
//   if (const auto price = decision.price()) show(to_string(*price));
//   else explain_to_people(explain(pricer, request).text());
//
// A batch: one column a field, one vector a member of the decisions.
//
//   pricepoint::request_columns rows{.rows = n, .channel = pricepoint::text_column::all("web"), .market = markets};
//   pricepoint::decision_columns out;
//   pricepoint::price_columns(pricer, rows, out, pricepoint::part::quote);
//
// An audit: the offers of one product in one market, on any number of channels.
//
//   pricepoint::auditor auditor(*policy);
//   auditor.audit(offers, findings);
//
// A swap: publish from any thread, while others price.
//
//   pricepoint::policy_slot slot(*policy);
//   pricepoint::slot_pricer follows(slot);                           // one for each thread
//   slot.publish(*pricepoint::load_policy("policy.json"));
//
// Errors. What cannot be loaded or bound is a `result` with diagnostics: stable codes, places, carets. What cannot be
// priced is a decision whose status says why. Nothing throws but std::bad_alloc, and result::value() on an error.
// Threads. Policies, exchange rates and market tables are immutable and shared. Pricers, auditors, comparers and
// histories belong to one thread at a time. A policy_slot is for all threads at once.
// Lifetimes. Requests borrow their text until the call returns. Decisions and findings name rules by views into the
// policy they were made with: keep a copy of that policy, which costs one count.
// Cost. The first request of a kind makes a plan, later ones take none of the memory: docs/performance.md has figures.
// Time. Nothing here reads a clock, a file (but load_policy), the locale or the environment: `at` is in the request.
#pragma once

#include "pricepoint/analysis/check.hpp"
#include "pricepoint/analysis/compare.hpp"
#include "pricepoint/audit/auditor.hpp"
#include "pricepoint/explain/explanation.hpp"
#include "pricepoint/instant.hpp"
#include "pricepoint/market/price_history.hpp"
#include "pricepoint/market/table.hpp"
#include "pricepoint/money/amount.hpp"
#include "pricepoint/money/currency.hpp"
#include "pricepoint/money/decimal.hpp"
#include "pricepoint/money/rate.hpp"
#include "pricepoint/money/rounding.hpp"
#include "pricepoint/pricing/bound_pricer.hpp"
#include "pricepoint/pricing/columns.hpp"
#include "pricepoint/pricing/decision.hpp"
#include "pricepoint/pricing/exchange_rates.hpp"
#include "pricepoint/pricing/policy.hpp"
#include "pricepoint/pricing/policy_slot.hpp"
#include "pricepoint/pricing/pricer.hpp"
#include "pricepoint/pricing/request.hpp"
#include "pricepoint/reading.hpp"
#include "pricepoint/result.hpp"
#include "pricepoint/shape/pattern.hpp"
#include "pricepoint/version.hpp"
