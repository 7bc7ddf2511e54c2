// SPDX-License-Identifier: Apache-2.0
// What every contestant in JavaScript does alike: read the rows, hold its answers to the engine's, be timed, say how
// fast it was. A contestant is called as `node main.mjs ROWS.csv SECONDS`.
import { readFileSync } from 'node:fs'

// Objects with the columns of the file; amounts are whole minor units, an absent map is undefined.
function readRows(path, count) {
  const lines = readFileSync(path, 'utf8').split('\n')
  const rows = []
  for (const line of lines.slice(1, count + 1)) {
    if (line === '') break
    const [market, channel, role, segment, store, cost, shipping, map, target, status, price, limitedBy] = line.split(',')
    rows.push({
      asked: { market, channel, role, segment: segment || undefined, store: Number(store), cost: Number(cost),
        shipping: Number(shipping), map: Number(map) || undefined },
      expected: { target: Number(target), status, price: Number(price), limitedBy },
    })
  }
  return rows
}

// Answers have `price`, 0 for a conflict, `status`, `limitedBy`, a list, and where the contestant says it `target`.
function same(answer, { target, status, price, limitedBy }) {
  return Number(answer.price) === price && answer.status === status && [...answer.limitedBy].sort().join(' ') === limitedBy &&
    (answer.target === undefined || Number(answer.target) === target)
}

function finish({ name, expresses, version }, rows, seconds) {
  seconds.sort((a, b) => a - b)
  const median = seconds[Math.floor(seconds.length / 2)]
  console.log(JSON.stringify({ name: `${name}/policy_a`, items_per_second: Math.round(rows.length / median), rows: rows.length,
    expresses, checked: rows.length, with: version }))
}

// `take` makes of a row what the contestant is given, which is not timed: some want other types of number. `decide` may
// be asynchronous if `waits` is true; it is told apart because waiting for what needs none would be timed too.
export async function contest({ name, expresses, version, count, decide, take = (row) => row, waits = false }) {
  const [path, seconds] = process.argv.slice(2)
  if (seconds === undefined) throw new Error('usage: node main.mjs ROWS.csv SECONDS')
  const rows = readRows(path, count)
  if (rows.length === 0) throw new Error(`${path} has no rows`)
  const asked = rows.map((row) => take(row.asked))
  for (let i = 0; i < rows.length; ++i) {
    const answer = waits ? await decide(asked[i]) : decide(asked[i])
    if (!same(answer, rows[i].expected)) {
      console.error(`${name} differs from the engine in row ${i}: ${JSON.stringify(rows[i])}, not`, answer)
      process.exit(2)
    }
  }
  const passes = []
  let kept = 0
  for (const end = performance.now() + Number(seconds) * 1000; passes.length < 3 || performance.now() < end;) {
    const start = performance.now()
    for (let i = 0; i < asked.length; ++i) kept += Number((waits ? await decide(asked[i]) : decide(asked[i])).price)
    passes.push((performance.now() - start) / 1000)
  }
  if (kept < 0) console.error(kept) // never; what is not used need not be computed
  finish({ name, expresses, version }, rows, passes)
}
