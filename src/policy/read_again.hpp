// SPDX-License-Identifier: Apache-2.0
// One rule of a document, once more from its place in the text: a policy of very many rules keeps that place alone.
#pragma once

#include <cstddef>
#include <cstdint>

#include "policy/document.hpp"

namespace pricepoint::policy_language {

// Whether a rule stands in the text as itself, and not because a market's culture asks for it.
bool can_be_read_again(const rule& of) noexcept;

// The index of the first period that is written out in the rule; 0 where none is.
std::uint32_t first_written_out(const document& in, const rule& of) noexcept;

// What parse() made of the rule whose object or row begins at `offset`. `first` as first_written_out() gave it. The
// document's own rules are not looked at and may be gone.
rule read_again(const document& in, std::size_t offset, std::uint32_t first);

}  // namespace pricepoint::policy_language
