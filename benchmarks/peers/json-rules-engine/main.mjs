// SPDX-License-Identifier: Apache-2.0
// Rules of json-rules-engine say which discounts count, what limits the price, which shape it has and what became of
// it. Arithmetic and the search are facts that this program computes.
import { readFileSync } from 'node:fs'
import { Engine } from 'json-rules-engine'
import { contest } from '../shared/contest.mjs'
import { nearest, scaleOf } from '../shared/shapes.mjs'

const beside = (name) => JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8'))

const engine = new Engine(beside('policy_a.json'))
const values = (almanac, ...names) => Promise.all(names.map((name) => almanac.factValue(name)))

engine.on('discount', ({ group, percent }, almanac) => almanac.addFact(`${group}Percent`, percent))
engine.on('shape', ({ band }, almanac) => almanac.addFact('band', band))
engine.addFact('target', async (_, almanac) => {
  const [store, role, member] = await values(almanac, 'store', 'rolePercent', 'memberPercent')
  return store * (100 - role - member)
})
engine.addFact('wholeTarget', async (_, almanac) => {
  const [target, market] = await values(almanac, 'target', 'market')
  return Math.floor(target / (100 * scaleOf(market)))
})
engine.addFact('mapFloor', async (_, almanac) => 100 * await almanac.factValue('map'))
engine.addFact('earnFloor', async (_, almanac) => {
  const [cost, shipping] = await values(almanac, 'cost', 'shipping')
  return cost * 105 + shipping * 100
})
engine.addFact('price', async (_, almanac) => {
  const [market, band, target, store, map, earn] =
    await values(almanac, 'market', 'band', 'target', 'store', 'map', 'earnFloor')
  return nearest(market, band, target, Math.max(map, Math.ceil(earn / 100), 1), store)
})
engine.addOperator('isAbove', (price, target) => price * 100 > target)
engine.addOperator('isNotAbove', (price, target) => price * 100 <= target)

async function decide(facts) {
  const { events, almanac } = await engine.run(facts)
  const answer = { price: await almanac.factValue('price'), status: '', limitedBy: [], target: await almanac.factValue('target') }
  for (const { type, params } of events) {
    if (type === 'limited') answer.limitedBy.push(params.by)
    else if (type !== 'discount' && type !== 'shape') answer.status = type
  }
  return answer
}

await contest({
  name: 'json-rules-engine',
  expresses: 'conditions of discounts, limits and shapes; arithmetic and search are the host\'s',
  version: `json-rules-engine ${beside('node_modules/json-rules-engine/package.json').version}, node ${process.version}`,
  count: 10_000,
  // A rule that meets an absent fact throws.
  take: (row) => ({ ...row, segment: row.segment ?? '', map: row.map ?? 0, rolePercent: 0, memberPercent: 0 }),
  decide,
  waits: true,
})
