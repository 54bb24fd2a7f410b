import fc from 'fast-check'
import { candlesFrom, type Candle, type Candles } from '../../src/core/candles/candles.js'
import type { RunSpec } from '../../src/core/engine/engine.js'
import { NO_RISK_LIMITS } from '../../src/core/risk/limits.js'
import { HOUR_MS } from '../../src/core/candles/time.js'
import { marketArbitrary } from '../market-generator.js'
import { runArbitrary } from '../run-arbitrary.js'

const FINE = 4

/** A run of one strategy over candles. */
export interface AloneInput {
  readonly spec: RunSpec
  readonly candles: Candles
  readonly first: number
  readonly detail?: Candles
}

/**
 * A run of one strategy, from any run. Nothing is free in it: without costs a trade at
 * equal prices gains the rounding of floats or loses it, and half the metrics ask which.
 */
function aloneOf(spec: RunSpec): RunSpec {
  const { fee, slippage, txCost } = spec.costs
  return {
    ...spec,
    legs: [{ ...spec.legs[0]!, weight: 1 }],
    // Not a round number, so that no quantity lies on the edge between two steps.
    capital: spec.capital + Math.E,
    costs: { ...spec.costs, fee: fee + slippage + txCost === 0 ? 0.0001 : fee },
    path: 'pessimistic',
    limits: NO_RISK_LIMITS,
  }
}

/** Any run over candles with gaps, opens outside high and low, warm-up and finer candles. */
export const inputArbitrary: fc.Arbitrary<AloneInput> = fc
  .record({
    spec: runArbitrary.map(aloneOf),
    fine: marketArbitrary(120, 480),
    holes: fc.array(fc.nat(200), { maxLength: 12 }),
    fineHoles: fc.array(fc.nat(800), { maxLength: 40 }),
    strayOpens: fc.array(fc.tuple(fc.nat(200), fc.double({ min: 0.9, max: 1.1, noNaN: true })), {
      maxLength: 10,
    }),
    first: fc.oneof(fc.constant(0), fc.nat(10)),
    hasDetail: fc.boolean(),
  })
  .map(({ spec, fine, holes, fineHoles, strayOpens, first, hasDetail }) => {
    const finer = listOf(fine).map(ticked)
    const list = groups(finer).map(toHour)
    for (const [i, factor] of strayOpens) {
      const candle = list[i]
      if (candle) list[i] = ticked({ ...candle, open: candle.open * factor })
    }
    const kept = list.filter((_, i) => i <= 12 || !holes.includes(i))
    const detail = finer.filter((_, k) => !fineHoles.includes(k))
    return {
      spec,
      candles: candlesFrom(HOUR_MS, kept),
      first,
      ...(hasDetail && { detail: candlesFrom(HOUR_MS / FINE, detail) }),
    }
  })

/** Candles as objects, a quarter of an hour apart. */
function listOf(candles: Candles): Candle[] {
  return Array.from({ length: candles.length }, (_, i) => ({
    time: (i * HOUR_MS) / FINE,
    open: candles.open[i]!,
    high: candles.high[i]!,
    low: candles.low[i]!,
    close: candles.close[i]!,
    volume: candles.volume[i]!,
  }))
}

/** Prices as venues print them: whole ticks, so that equal prices occur. */
function ticked(candle: Candle): Candle {
  const tick = (price: number): number => Math.max(1, Math.round(price * 1000)) / 1000
  return {
    ...candle,
    open: tick(candle.open),
    high: tick(candle.high),
    low: tick(candle.low),
    close: tick(candle.close),
  }
}

function groups(list: readonly Candle[]): Candle[][] {
  const found: Candle[][] = []
  for (let k = 0; k + FINE <= list.length; k += FINE) found.push(list.slice(k, k + FINE))
  return found
}

function toHour(group: readonly Candle[]): Candle {
  return {
    time: group[0]!.time,
    open: group[0]!.open,
    high: Math.max(...group.map(candle => candle.high)),
    low: Math.min(...group.map(candle => candle.low)),
    close: group[FINE - 1]!.close,
    volume: group.reduce((sum, candle) => sum + candle.volume, 0),
  }
}
