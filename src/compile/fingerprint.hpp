// SPDX-License-Identifier: Apache-2.0
// The identity of what a policy means.
#pragma once

#include <string>

#include "policy/document.hpp"

namespace pricepoint::engine {

// "pp1-" and 32 hexadecimal digits over the canonical form of the document: names sorted, numbers in lowest form,
// periods as UTC instants, markets with every field, the language's version. Spacing, comments, the order of keys and
// of rules (but of `base` rules), owner's notes and spellings of one number do not count.
std::string fingerprint(const policy_language::document& document);

// The canonical form itself; for tests.
std::string canonical(const policy_language::document& document);

// One rule in a form that says the same in every document: channels and attributes by their names, and without its id
// and its reason, which decide nothing. For comparisons of policies.
std::string canonical_rule(const policy_language::document& document, const policy_language::rule& rule);

}  // namespace pricepoint::engine
