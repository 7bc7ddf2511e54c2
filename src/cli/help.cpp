// SPDX-License-Identifier: Apache-2.0
// What --help says.
// Entry: help_text (options.hpp). Test: tests/golden/cases/help.
#include <string>
#include <string_view>

#include "cli/options.hpp"

namespace pricepoint::cli {
namespace {

constexpr std::string_view overview = R"(Pricepoint: exact, explained prices across channels.

usage: pricepoint price --policy P --items F [flags]             one decision a row
       pricepoint explain --policy P --items F --sku S [flags]   why that price, in sentences
       pricepoint check --policy P [--items F] [flags]           what is wrong with a policy that reads well
       pricepoint compare --before P --after P --items F [flags] what a new policy would change
       pricepoint audit --policy P --offers F [flags]            which rules do observed prices break
       pricepoint inputs --policy P [flags]                      what the policy needs to be sent
       pricepoint markets [CODE...] [flags]                      what is known about markets, and where from
       pricepoint schema [--out F]                               the JSON Schema of policies
       pricepoint replay --record F [flags]                      decides recorded requests again
       pricepoint COMMAND --help
       pricepoint --version
)";

constexpr std::string_view price_usage = R"(usage: pricepoint price --policy P --items F [flags]

One decision a row, in the order of the rows.

  --policy P            the policy, a JSON file
  --tables DIR          where the files are that the policy names (default: the folder of the policy)
  --no-tables           a policy that names files is an error: for policies of others
  --items F             the products, CSV or NDJSON
  --format FORMAT       table, csv or ndjson, also called json (default: table on a terminal, else csv)
  --out F               write to F instead of standard output; F is replaced when all is done
  --explain             add the explanation to each row (with --format ndjson)
  --max-unread RATE     what share of the rows may be unreadable before the exit status is 1 for that (default: 0%)
  --record F            also write to F, one NDJSON line a decision, all that it was made of: for pricepoint replay
  --threads N           default: all cores; the output is the same for any number
)";

constexpr std::string_view explain_usage = R"(usage: pricepoint explain --policy P --items F --sku S [flags]

Why each row of that product has its price, on each channel asked for.

  --policy P            the policy, a JSON file
  --tables DIR          where the files are that the policy names (default: the folder of the policy)
  --no-tables           a policy that names files is an error: for policies of others
  --items F             the products, CSV or NDJSON
  --sku S               the product
  --timeline            instead: every change of that price from --at on, with what causes it
  --format FORMAT       text (default), or json: one object a row
  --out F               write to F instead of standard output; F is replaced when all is done
  --record F            also write to F, one NDJSON line a decision, all that it was made of: for pricepoint replay
)";

constexpr std::string_view audit_usage = R"(usage: pricepoint audit --policy P --offers F [flags]

Checks observed prices with the rules that price: one finding for each rule that an offer breaks, how far it is off, and
what would mend it; then figures on how the channels stand to each other.

  --policy P            the policy, a JSON file
  --tables DIR          where the files are that the policy names (default: the folder of the policy)
  --no-tables           a policy that names files is an error: for policies of others
  --offers F            the observed prices, CSV or NDJSON: the fields of a request, price (as displayed, in the market's
                        currency) and seller
  --until T             look ahead as well: at every instant until T at which a period begins or ends. Findings then say
                        from when and until when they hold
  --summary F           write the figures to F, as CSV
  --format FORMAT       table, csv or ndjson, also called json (default: table on a terminal, else csv). Tables end with
                        the figures, and so does NDJSON unless they have a file of their own; CSV has the findings alone
  --out F               write to F instead of standard output; F is replaced when all is done
  --max-unread RATE     what share of the offers may be unreadable before the exit status is 1 for that (default: 0%)
  --sorted              the offers are sorted by sku, then market, byte by byte: do not look, and take them from a pipe
                        as they come. Without it they are sorted on disk (in TMPDIR) where need be
  --threads N           default: all cores; the output is the same for any number

For offers that do not say:
  --channel C           the channel
  --market M            the market
  --at T                the time, with its offset: 2026-11-11T00:00:00+08:00 (default: now, read once)

  --rates F             exchange rates, CSV with the columns from,to,rate,at
  --zones DIR           TZif files of this folder (/usr/share/zoneinfo) instead of the program's own time zones
  --input-format FORMAT csv or ndjson, where the name of the offers does not say (.csv, .ndjson, .jsonl)
  --quiet               no warnings, no progress

With --format json or ndjson, mistakes and warnings are JSON too, one object a line on standard error.

- is standard input or output. A channel's price that an offer does not give is the lowest among the public offers of
the same product, market and channel. Other columns than fields are carried through, as in.NAME where a finding has that
name.

Exit status: 0 no breach, and all offers could be read; 1 some breach, more offers could not be read than --max-unread
says, or none could; 2 usage, an unreadable file or a policy with errors. That offers could not be read is always said.
)";

constexpr std::string_view compare_usage = R"(usage: pricepoint compare --before P --after P --items F [flags]

What a new policy would change: every row that gets another price or status, with the rules that differ and are on, then
the figures of all rows.

  --before P            the policy in force, a JSON file
  --after P             the new policy
  --tables DIR          where the files are that the policy names (default: the folder of the policy)
  --no-tables           a policy that names files is an error: for policies of others
  --items F             the products, CSV or NDJSON
  --format FORMAT       table, csv or ndjson, also called json (default: table on a terminal, else csv)
  --out F               write to F instead of standard output; F is replaced when all is done
  --summary F           write the figures to F, as CSV, instead of behind the rows (of csv: to standard error)
  --threads N           default: all cores; the output is the same for any number

To fail, with exit status 1:
  --max-change RATE     where a price changes by more than this, up or down: 20%
  --max-changed RATE    where more than this share of the rows changes: 10%
  --no-new-conflicts    where a row becomes a conflict

For rows that do not say:
  --channel C[,C...]    the channel; of several, each row is decided for each, each after those whose price it reads
  --market M            the market
  --at T                the time, with its offset: 2026-11-11T00:00:00+08:00 (default: now, read once)

  --rates F             exchange rates, CSV with the columns from,to,rate,at
  --zones DIR           TZif files of this folder (/usr/share/zoneinfo) instead of the program's own time zones
  --input-format FORMAT csv or ndjson, where the name of the items does not say (.csv, .ndjson, .jsonl)
  --quiet               no warnings, no progress, no figures on standard error

With --format json or ndjson, mistakes, warnings and exceeded gates are JSON too, one object a line on standard error.

- is standard input or output. A change is a percentage of the price before, rounded to two decimals, half up; gates and
figures are about that. Where the items have "units", the figures have revenue and, with costs, margin.

Exit status: 0 compared; 1 a gate is exceeded; 2 usage, an unreadable file or a policy with errors: then nothing is
written.
)";

constexpr std::string_view replay_usage = R"(usage: pricepoint replay --record F [flags]

Decides again what --record of price or explain wrote, and tells every decision that is another one now: which line and
product, and each member that differs, as it was and as it is.

  --record F            the record, NDJSON
  --policy P            decide with P (default: the policy that the record names)
  --tables DIR          where the files are that the policy names (default: the folder of the policy)
  --no-tables           a policy that names files is an error: for policies of others
  --zones DIR           TZif files of this folder (/usr/share/zoneinfo) instead of the program's own time zones
  --format FORMAT       table, csv or ndjson (default: table on a terminal, else csv)
  --out F               write to F instead of standard output; F is replaced when all is done
  --threads N           default: all cores; the output is the same for any number
  --quiet               no progress, no summary

- is standard input or output. The fingerprint of the policy is not compared; where it is another one, the summary says
so. Rows that could not be read have no request and are not replayed. A line that is no record is told, and the lines
after it go on.

Exit status: 0 every decision is the same; 1 some differ; 2 usage, an unreadable file, a policy with errors, or some
line is no record.
)";

constexpr std::string_view inputs_usage = R"(usage: pricepoint inputs --policy P [flags]

What a policy reads of requests, by channel: the fields it needs, those it uses where they are given, and the attributes
that decide which rules apply. Two requests of one channel and market that agree in all of these, between two ends of
its periods, have the same decision.

  --policy P            the policy, a JSON file
  --tables DIR          where the files are that the policy names (default: the folder of the policy)
  --no-tables           a policy that names files is an error: for policies of others
  --zones DIR           TZif files of this folder (/usr/share/zoneinfo) instead of the program's own time zones
  --channel C[,C...]    only these channels
  --format FORMAT       text (default), or json
  --out F               write to F instead of standard output; F is replaced when all is done

Exit status: 0 it is written; 2 usage, an unreadable file or a policy with errors.
)";

constexpr std::string_view markets_usage = R"(usage: pricepoint markets [CODE...] [flags]

The built-in market table: of every market a line, of those named all that is known: currency, unit, tax display, law and
culture, each with where it is known from and how sure it is. The ids of culture entries are those that a policy's
"without" names and that explanations show.

  --policy P            what this policy knows of its own markets instead, its own file of markets counted in
  --tables DIR          where the files are that the policy names (default: the folder of the policy)
  --no-tables           a policy that names files is an error: for policies of others
  --zones DIR           TZif files of this folder (/usr/share/zoneinfo) instead of the program's own time zones
  --format FORMAT       text (default), or json
  --out F               write to F instead of standard output; F is replaced when all is done

How sure: law (the law or an official text was seen), paper (a paper or a report of it), computed (from data), reputable
(a reputable page or several), weak (a weak page), common (common knowledge), none (no evidence was found).

Exit status: 0 it is written; 2 usage, an unknown market, an unreadable file or a policy with errors.
)";

constexpr std::string_view check_usage = R"(usage: pricepoint check --policy P [--items F] [flags]

What is wrong with a policy that reads well: rules that can never be on, bounds that contradict each other, bands of the
target with holes and overlaps, dead zones, and more. Every finding has a witness: a request that shows it, as a line of
NDJSON for pricepoint price or explain.

  --policy P            the policy, a JSON file
  --tables DIR          where the files are that the policy names (default: the folder of the policy)
  --no-tables           a policy that names files is an error: for policies of others
  --zones DIR           TZif files of this folder (/usr/share/zoneinfo) instead of the program's own time zones
  --items F             products, CSV or NDJSON: what share of them each finding touches, and for each product the lowest
                        price that any segment, any audience and any time can reach
  --at T                what can still happen from then on: 2026-11-11T00:00:00+08:00 (default: at any time)
  --format FORMAT       table (default) for people, or ndjson, also called json
  --out F               write to F instead of standard output; F is replaced when all is done

For items that do not say, or are in another currency:
  --channel C[,C...]    the channel, or several
  --market M            the market
  --rates F             exchange rates, CSV with the columns from,to,rate,at
  --input-format FORMAT csv or ndjson, where the name of the items does not say
  --quiet               no warnings about the items

Exit status: 0 no error and no warning, notes do not count; 1 some error or warning; 2 usage, an unreadable file or a
policy that cannot be read: then nothing is written.
)";

constexpr std::string_view schema_usage = R"(usage: pricepoint schema [--out F]

The JSON Schema (draft 2020-12) of policies, for editors and validators.

  --out F               write to F instead of standard output; F is replaced when all is done

It describes the whole policy language. Policies may have comments and trailing commas: read them as JSON with comments.
What no schema can say, such as that a name is declared, only the program finds.
)";

constexpr std::string_view common = R"(
For rows that do not say:
  --channel C[,C...]    the channel; of several, each row is decided for each, each after those whose price it reads
  --market M            the market
  --at T                the time, with its offset: 2026-11-11T00:00:00+08:00 (default: now, read once)

  --rates F             exchange rates, CSV with the columns from,to,rate,at
  --history F           prices as they were charged, CSV with the columns sku,channel,market,at,price: fills lowest_prior
  --zones DIR           TZif files of this folder (/usr/share/zoneinfo) instead of the program's own time zones
  --input-format FORMAT csv or ndjson, where the name of the items does not say (.csv, .ndjson, .jsonl)
  --quiet               no warnings, no progress, no summary

With --format json or ndjson, mistakes and warnings are JSON too, one object a line on standard error.

- is standard input or output. Columns are the fields of a request: sku, category, segment, audience, quantity, channel,
market, at, price.CHANNEL, list, msrp, map, current, lowest_prior, cost, shipping, currency, tax, fee, current_since,
units, and the policy's attributes; in NDJSON the prices are one map, "prices". An empty cell and null are absent. Other
columns are carried through, as in.NAME where the output has that name; those of NDJSON only into NDJSON.

Exit status: 0 all rows are priced, compromised or withheld; 1 some row is not; 2 usage, an unreadable file or a policy
with errors: then nothing is written. That rows could not be read is always said.
)";

}  // namespace

std::string help_text(std::string_view about) {
  if (about.empty()) return std::string(overview);
  if (about == "audit") return std::string(audit_usage);
  if (about == "inputs") return std::string(inputs_usage);
  if (about == "markets") return std::string(markets_usage);
  if (about == "check") return std::string(check_usage);
  if (about == "schema") return std::string(schema_usage);
  if (about == "replay") return std::string(replay_usage);
  if (about == "compare") return std::string(compare_usage);
  return std::string(about == "price" ? price_usage : explain_usage).append(common);
}

}  // namespace pricepoint::cli
