// SPDX-License-Identifier: Apache-2.0
// The nearest allowed price, from tables of whole numbers: for every step of the grid of a market and a band of the
// target (0 below 100, 1 below 1000, 2 from there) the nearest allowed price at or below it and at or above it.
// Contestants whose rules cannot search call this.
const scales = { CN: 100, US: 100, DE: 100, JP: 1 }
const endings = { CN: [80, 88, 90], US: [99, 95], DE: [99, 95], JP: [80, 98] }
const none = 2 ** 31 - 1

export const scaleOf = (market) => scales[market]

function allowed(market, band, price) {
  const scale = scales[market]
  const whole = Math.floor(price / scale)
  if (band === 0) {
    if (!endings[market].includes(price % 100)) return false
  } else if (band === 1) {
    if (price % scale !== 0 || whole % 10 !== (market === 'CN' ? 8 : 9)) return false
  } else if (price % (10 * scale) !== 0) {
    return false
  }
  return market === 'CN' || market === 'JP' ? !String(price).includes('4') : !String(whole).includes('13')
}

// Store prices lie less than a fifth above the end of their band; those of the rows end at 6000.
function gridOf(market, band) {
  const scale = scales[market]
  const step = [1, scale, 10 * scale][band]
  const last = [130, 1300, 7000][band] * scale / step
  const below = new Int32Array(last + 1)
  const above = new Int32Array(last + 1)
  for (let i = 1, nearest = 0; i <= last; ++i) {
    if (allowed(market, band, i * step)) nearest = i * step
    below[i] = nearest
  }
  for (let i = last, nearest = none; i >= 0; --i) {
    if (i > 0 && allowed(market, band, i * step)) nearest = i * step
    above[i] = nearest
  }
  return { step, below, above }
}

const grids = Object.fromEntries(Object.keys(scales).map((market) => [market, [0, 1, 2].map((band) => gridOf(market, band))]))

// Of the allowed prices from `low` to `high` the nearest at or below the target, which is in hundredths of the minor
// unit; else the nearest above it; else 0.
export function nearest(market, band, target, low, high) {
  const { step, below, above } = grids[market][band]
  const wanted = Math.floor(target / 100)
  const down = below[Math.floor(wanted / step)]
  if (down >= low) return down
  const from = Math.max(low, wanted + 1)
  if (from > high) return 0
  const up = above[Math.ceil(from / step)]
  return up <= high ? up : 0
}
