// SPDX-License-Identifier: Apache-2.0
// Every code that a policy's text can earn, one line each. Codes are never renumbered and never reused; gaps are meant.
#pragma once

namespace pricepoint::policy_language::codes {

// The text.
inline constexpr char empty_text[] = "PP-J001";     // there is no JSON in the text
inline constexpr char not_json[] = "PP-J002";       // no JSON: says what was expected
inline constexpr char not_utf8[] = "PP-J003";       // a byte that UTF-8 does not allow
inline constexpr char too_deep[] = "PP-J004";       // objects and lists nested beyond the limit
inline constexpr char too_large[] = "PP-J005";      // more bytes or more values than the limits allow
inline constexpr char trailing_text[] = "PP-J006";  // something after the end of the policy
inline constexpr char exponent[] = "PP-J007";       // a number with an exponent where exact digits are needed
inline constexpr char duplicate_key[] = "PP-J008";  // a key twice in one object
inline constexpr char out_of_memory[] = "PP-J009";  // the machine's memory ran out while reading

// The policy as a whole.
inline constexpr char version_missing[] = "PP-P001";  // no "pricepoint": 1
inline constexpr char version_unknown[] = "PP-P002";  // a version of the language that this library does not read
inline constexpr char wrong_type[] = "PP-P003";       // a text where a list was expected, and the like
inline constexpr char unknown_key[] = "PP-P004";      // a key that the language does not have here
inline constexpr char missing_key[] = "PP-P005";      // a key that must be there
inline constexpr char unknown_word[] = "PP-P006";     // none of the words that may stand here
// PP-P007 was: in the language, but not in that version of the library.
inline constexpr char more_mistakes[] = "PP-P008";    // how many mistakes were left out of the report
inline constexpr char empty[] = "PP-P009";            // an empty object, list or text
inline constexpr char bad_name[] = "PP-P010";         // a name with characters that names may not have
inline constexpr char reserved_name[] = "PP-P011";    // a name that the language keeps for itself
inline constexpr char duplicate_name[] = "PP-P012";   // a rule's id or a word twice
inline constexpr char unknown_channel[] = "PP-P013";  // a channel that the policy does not declare
inline constexpr char unknown_market[] = "PP-P014";   // a market that the policy does not declare
inline constexpr char unknown_attribute[] =
    "PP-P015";  // a condition on an attribute that is neither built in nor declared
inline constexpr char unknown_period[] = "PP-P016";    // a period that the policy does not declare
inline constexpr char unknown_currency[] = "PP-P017";  // no currency of ISO 4217
inline constexpr char too_many[] = "PP-P018";          // more rules or patterns than the limits allow

// Amounts and rates.
inline constexpr char bad_money[] = "PP-P020";        // no amount of money
inline constexpr char too_many_digits[] = "PP-P021";  // beyond 15 digits and 9 decimals, or 6 and 6 of a rate
inline constexpr char bad_rate[] = "PP-P022";         // no rate
inline constexpr char percent_missing[] = "PP-P023";  // a rate without its percent sign
inline constexpr char out_of_range[] = "PP-P024";     // an amount or rate outside what is allowed here
inline constexpr char bad_unit[] = "PP-P025";         // a market's unit that is no whole number of minor units
inline constexpr char rate_for_money[] = "PP-P026";   // a rate where an amount of money was expected

// Channels' references.
inline constexpr char refers_to_itself[] = "PP-P030";  // a channel that is its own reference
inline constexpr char reference_circle[] = "PP-P031";  // channels priced against one another in a circle

// Periods.
inline constexpr char bad_time[] = "PP-P040";         // no date, local time or instant
inline constexpr char zone_missing[] = "PP-P041";     // a local time or a date without a zone
inline constexpr char unknown_zone[] = "PP-P042";     // no zone of the time zone data
inline constexpr char period_reversed[] = "PP-P043";  // `from` is not before `until`
inline constexpr char period_endless[] = "PP-P044";   // neither `from` nor `until`
inline constexpr char bad_zone_file[] = "PP-P045";    // a zone's file that cannot be read, or that is no such file

// Rules.
inline constexpr char no_effect[] = "PP-P050";        // a rule that says nothing
inline constexpr char several_effects[] = "PP-P051";  // a rule with more than one effect
inline constexpr char key_of_other_effect[] =
    "PP-P052";                                          // `group`, `exclusive` or `strength` on an effect that has none
inline constexpr char price_is_required[] = "PP-P053";  // `price` with a strength other than required

// Conditions.
inline constexpr char range_misplaced[] = "PP-P060";       // {from, below} on what is neither a number nor `target`
inline constexpr char range_reversed[] = "PP-P061";        // `from` is not less than `below`
inline constexpr char target_without_range[] = "PP-P062";  // `target` can only be asked about with {from, below}
inline constexpr char target_too_early[] = "PP-P063";      // a `base` or `discount` rule that asks about `target`
inline constexpr char money_in_condition[] = "PP-P064";    // a condition on a money field
inline constexpr char undeclared_word[] = "PP-P065";       // a word that the attribute's list does not have

// Effects.
inline constexpr char exclusive_in_group[] = "PP-P070";   // an exclusive discount with a group
inline constexpr char exclusive_surcharge[] = "PP-P071";  // an exclusive discount below zero
inline constexpr char discount_too_large[] = "PP-P072";   // a discount above 100%
inline constexpr char no_end[] = "PP-P073";               // a gap, margin or range with neither end
inline constexpr char ends_reversed[] = "PP-P074";        // `min` above `max`
inline constexpr char bad_ending[] = "PP-P080";           // no ending of a price
inline constexpr char ending_never_shown[] =
    "PP-P081";                                         // no currency of the rule's markets can show any of its endings
inline constexpr char bad_multiple[] = "PP-P082";      // not 1, 2, 2.5 or 5 times a power of ten
inline constexpr char bad_digits[] = "PP-P083";        // no digits, sequence or integer part
inline constexpr char sequence_at_last[] = "PP-P084";  // sequences with "in": "last"
inline constexpr char bad_advice[] = "PP-P085";        // an advice code that is empty or has spaces

// Rule tables.
inline constexpr char key_beside_table[] = "PP-T001";  // a key of a rule beside "table"
inline constexpr char bad_table_name[] = "PP-T002";    // no name of a file beside the policy
inline constexpr char table_unreadable[] = "PP-T003";  // the file cannot be read
inline constexpr char table_empty[] = "PP-T004";       // no row that names the columns
inline constexpr char bad_column[] = "PP-T005";        // a column that is no key of a rule, stands twice, or lacks
inline constexpr char bad_table_row[] = "PP-T006";  // a row with other cells than the header, or quotes that do not fit

// Market tables.
inline constexpr char no_market_table[] = "PP-M001";        // a file of markets without "pricepoint_markets": 1
inline constexpr char unknown_tables[] = "PP-M002";         // a version of the market table that this library lacks
inline constexpr char unknown_culture_entry[] = "PP-M003";  // an id in "without" that no market of the policy has

// Money expressions.
inline constexpr char expected_value[] = "PP-X001";        // an amount, a name or "(" was expected
inline constexpr char expected_operator[] = "PP-X002";     // an operator, "," or ")" was expected
inline constexpr char unknown_name[] = "PP-X003";          // a name that money expressions do not know
inline constexpr char money_times_money[] = "PP-X004";     // a product of two amounts
inline constexpr char rate_misplaced[] = "PP-X005";        // a rate that does not stand beside `*`
inline constexpr char bad_divisor[] = "PP-X006";           // `/` by something that is no literal number, or by zero
inline constexpr char optional_misplaced[] = "PP-X007";    // `name?` that is not itself an argument of min or max
inline constexpr char target_misplaced[] = "PP-X008";      // `target` outside floor and ceiling
inline constexpr char bad_literal[] = "PP-X009";           // a number or rate with too many digits or an exponent
inline constexpr char no_money_attribute[] = "PP-X010";    // a declared attribute that is no money
inline constexpr char expression_too_large[] = "PP-X011";  // more parts or parentheses than the limits allow
inline constexpr char bad_function[] = "PP-X012";          // min or max without its arguments, or another function

}  // namespace pricepoint::policy_language::codes
