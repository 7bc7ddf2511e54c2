#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Prices the demo catalogue and shows what a policy gives: prices, statuses, a reason, a conflict. `./dev demo` builds
# the program and runs this; alone it takes `pricepoint` from the path, or what PRICEPOINT_CLI names.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

pricepoint=${PRICEPOINT_CLI:-pricepoint}
# The way from the caller's directory, for the lines that a reader may copy.
shown=${PRICEPOINT_CLI:+build/release/bin/}pricepoint
# Fixed, so that the demo shows the same prices on every day.
at=2026-11-20T12:00:00Z
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Status 1 says that some row has no price, which a demo of conflicts hopes for.
run() {
    local status=0
    "$@" || status=$?
    [[ $status -le 1 ]] || exit "$status"
}
title() { printf '\n%s\n\n' "$*"; }

# rows_of SKU MARKET: the catalogue's header and that one row.
rows_of() {
    head -n 1 catalogue.csv
    grep "^$1," catalogue.csv | grep -m 1 ",$2,"
}

# field NAME: the text under that key of the NDJSON line on standard input.
field() { sed -n "s/.*\"$1\": *\"\([^\"]*\)\".*/\1/p"; }

# explain_first STATUS: why the first row of that status is as it is.
explain_first() {
    local line sku market
    line=$(grep -m 1 "\"status\": *\"$1\"" "$work/priced.ndjson") || {
        echo "(no row is $1)"
        return
    }
    sku=$(field sku <<<"$line")
    market=$(field market <<<"$line")
    rows_of "$sku" "$market" >"$work/one.csv"
    run "$pricepoint" explain --policy policy.json --items "$work/one.csv" --sku "$sku" --channel web --at "$at" |
        awk '/ is off: / { off++; next } { print } END { if (off) print "(and " off " lines on why the other rules are off)" }'
}

title "1. Three products in four markets, on the web channel"
# Read twice: first to know which products are sold in all four. Rows with a quoted comma are left out, since awk would
# count their columns wrongly.
awk -F, '
    /"/ { next }
    NR == FNR { rows[$1]++; next }
    FNR == 1 { print; next }
    $1 != last { take = count < 3 && rows[$1] == 4 && FNR > 4000 * count; count += take; last = $1 }
    take
' catalogue.csv catalogue.csv >"$work/some.csv"
run "$pricepoint" price --policy policy.json --items "$work/some.csv" --channel web --at "$at" --format table

title "2. The whole catalogue: $(($(wc -l <catalogue.csv) - 1)) rows"
start=$(date +%s%N)
run "$pricepoint" price --policy policy.json --items catalogue.csv --channel web --at "$at" --format ndjson \
    --out "$work/priced.ndjson" --quiet
milliseconds=$((($(date +%s%N) - start) / 1000000))
grep -o '"status": *"[a-z]*"' "$work/priced.ndjson" | sed 's/.*"\([a-z]*\)"/\1/' | sort | uniq -c | sort -rn
echo "   read, priced and written in $milliseconds ms"

title "3. Why one price is what it is"
explain_first priced

title "4. A product whose rules contradict one another"
explain_first conflict

title "What to try next"
cat <<TEXT
  $shown explain --policy examples/demo/policy.json --items examples/demo/catalogue.csv --sku 10002 --channel web
  $shown price --policy examples/demo/policy.json --items examples/demo/catalogue.csv --channel web,members,marketplace --format table
  $shown price --policy examples/demo/policy.json --items examples/demo/catalogue.csv --channel web --at 2026-11-05T12:00:00Z --format table
  Change a rule in examples/demo/policy.json and run ./dev demo again.
TEXT
