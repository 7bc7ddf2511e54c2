// SPDX-License-Identifier: Apache-2.0
// JsonLogic has no names for values on the way, so the policy is a list of steps, each a name and an expression over the
// row and the steps before. Dividing upwards and the search are operations that this program adds.
import { readFileSync } from 'node:fs'
import jsonLogic from 'json-logic-js'
import { contest } from '../shared/contest.mjs'
import { nearest } from '../shared/shapes.mjs'

const beside = (name) => JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8'))

const steps = beside('policy_a.json')
jsonLogic.add_operation('divide_up', (value, by) => Math.ceil(value / by))
jsonLogic.add_operation('nearest', nearest)

function decide(row) {
  const known = { ...row }
  for (const [name, logic] of steps) known[name] = jsonLogic.apply(logic, known)
  return known
}

await contest({
  name: 'json-logic-js',
  expresses: 'discounts, bounds and the choice of shapes; the search is the host\'s',
  version: `json-logic-js ${beside('node_modules/json-logic-js/package.json').version}, node ${process.version}`,
  count: 100_000,
  decide,
})
