// SPDX-License-Identifier: Apache-2.0
// Pricepoint: exact, explained prices across channels. This header includes everything a program needs.
//
//   text ── policy/parse ──► document ── engine/compile ──► policy (immutable, shared)
//   request ───────────────► engine/pricer ──► decision ──► explain
//   offers ────────────────► audit ──► findings, summary
//                                 ▲
//            money · market · shape    (what numbers are, where a price is shown, what it may look like)
//
//   money/    exact numbers: decimal, rate, rounding (always an argument), currency, amount
//   shape/    what a price may look like: pattern (endings, multiples, digits, sequences) → automaton → search
//   market/   what is known about markets: currency, unit, tax display, law, culture; price histories
//   policy/   a policy as data: source (text with positions), document, parse
//   engine/   a policy as a machine: policy, request, decision, pricer, bound_pricer, columns, batch, policy_slot
//   explain/  the same evaluation with a listener → sentences, JSON
//   audit/    observed prices held against the same policy: offer, finding, auditor, summary
//   analysis/ policies as a whole: what is wrong with one that reads well, and two of them compared
//   detail/   no promises
#pragma once

#include "pricepoint/analysis/check.hpp"
#include "pricepoint/analysis/compare.hpp"
#include "pricepoint/audit/auditor.hpp"
#include "pricepoint/audit/columns.hpp"
#include "pricepoint/audit/finding.hpp"
#include "pricepoint/audit/summary.hpp"
#include "pricepoint/engine/batch.hpp"
#include "pricepoint/engine/bound_pricer.hpp"
#include "pricepoint/engine/columns.hpp"
#include "pricepoint/engine/decision.hpp"
#include "pricepoint/engine/exchange_rates.hpp"
#include "pricepoint/engine/policy.hpp"
#include "pricepoint/engine/policy_slot.hpp"
#include "pricepoint/engine/pricer.hpp"
#include "pricepoint/engine/request.hpp"
#include "pricepoint/explain/explanation.hpp"
#include "pricepoint/explain/render.hpp"
#include "pricepoint/market/price_history.hpp"
#include "pricepoint/market/table.hpp"
#include "pricepoint/money/amount.hpp"
#include "pricepoint/money/currency.hpp"
#include "pricepoint/money/decimal.hpp"
#include "pricepoint/money/rate.hpp"
#include "pricepoint/money/rounding.hpp"
#include "pricepoint/result.hpp"
#include "pricepoint/shape/pattern.hpp"
#include "pricepoint/version.hpp"
