import { expect, it } from 'vitest'
import { computeIndicator } from '../../src/core/indicators/indicator.js'
import { mfi } from '../../src/core/indicators/volume/volume-flow.js'
import { describeWithData, readShared } from './shared-data.js'

const HOUR = 3_600_000

describeWithData('indicators on real candles', () => {
  it('mfi takes typical prices that are equal in decimals for equal, as fractions do', () => {
    const coins = readShared('usdc-usdt_binance-spot_1h.csv', HOUR)
    const at = coins.time.indexOf(Date.UTC(2021, 10, 2, 7))
    expect(computeIndicator(mfi(14), coins)[at]).toBeCloseTo(28.829386, 6)
    const sol = readShared('sol-usdt_binance-spot_1h.csv.gz', HOUR)
    expect(computeIndicator(mfi(14), sol)[1244]).toBeCloseTo(20.0988, 6)
  })
})
