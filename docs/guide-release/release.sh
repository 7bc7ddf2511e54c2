#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# sh release.sh DRAFT: makes the draft the policy in force, unless it would change more than we allow.
set -eu

pricepoint check --policy "$1"

pricepoint compare --before policy.json --after "$1" --items items.csv --channel web --at 2026-06-01T00:00:00Z --quiet \
    --max-change 10% --max-changed 50% --no-new-conflicts --out changes.csv --summary figures.csv

cp "$1" released.json
mv released.json policy.json
echo "$1 is in force"
