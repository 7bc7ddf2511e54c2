// SPDX-License-Identifier: Apache-2.0
// The policy written out in JavaScript, on whole numbers of minor units, which a number holds exactly up to 2^53.
import { contest } from '../shared/contest.mjs'
import { nearest, scaleOf } from '../shared/shapes.mjs'

const percents = { traffic: 8, volume: 5, profit: 3 }

function decide({ market, role, segment, store, cost, shipping, map }) {
  const target = store * (100 - percents[role] - (segment === 'member' ? 2 : 0))
  const earn = cost * 105 + shipping * 100
  const limitedBy = []
  if (target < earn) limitedBy.push('earn')
  if (map !== undefined && target < map * 100) limitedBy.push('map')
  const low = Math.max(map ?? 0, Math.ceil(earn / 100), 1)
  const scale = scaleOf(market)
  const band = target < 10000 * scale ? 0 : target < 100000 * scale ? 1 : 2
  const price = nearest(market, band, target, low, store)
  const status = price === 0 ? 'conflict' : price * 100 > target ? 'compromised' : 'priced'
  return { price, status, limitedBy, target }
}

await contest({ name: 'javascript', expresses: 'everything', version: `node ${process.version}`, count: 1_000_000, decide })
