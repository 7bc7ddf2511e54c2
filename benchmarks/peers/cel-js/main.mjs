// SPDX-License-Identifier: Apache-2.0
// The Common Expression Language, interpreted in JavaScript: ../cel-go/policy_a.cel, with the search as a function of this
// program. Its whole numbers are BigInts.
import { readFileSync } from 'node:fs'
import { Environment } from '@marcbachmann/cel-js'
import { contest } from '../shared/contest.mjs'
import { nearest } from '../shared/shapes.mjs'

const read = (name) => readFileSync(new URL(name, import.meta.url), 'utf8')

const environment = new Environment()
for (const name of ['market', 'role', 'segment']) environment.registerVariable(name, 'string')
for (const name of ['store', 'cost', 'shipping', 'minimum']) environment.registerVariable(name, 'int')
environment.registerFunction('nearest(string, int, int, int, int): int', (market, band, target, low, high) =>
  BigInt(nearest(market, Number(band), Number(target), Math.max(1, Number(low)), Number(high))))
const policy = environment.parse(read('../cel-go/policy_a.cel'))

function decide(row) {
  const { target, price, status, limited_by: limitedBy } = policy(row)
  return { target, price, status, limitedBy }
}

await contest({
  name: 'cel-js',
  expresses: 'discounts, bounds and the choice of shapes; the search is the host\'s',
  version: `@marcbachmann/cel-js ${JSON.parse(read('node_modules/@marcbachmann/cel-js/package.json')).version}, node ${process.version}`,
  count: 100_000,
  take: ({ market, role, segment, store, cost, shipping, map }) => ({ market, role, segment: segment ?? '',
    store: BigInt(store), cost: BigInt(cost), shipping: BigInt(shipping), minimum: BigInt(map ?? 0) }),
  decide,
})
