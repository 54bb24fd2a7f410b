import type { OracleCandle } from './model.js'
import { candleOf, type Account, type LegState } from './state.js'

const REACHED = 1e-9

/**
 * The stretches of a candle, in order. "Only where their highest high and lowest low reach its H and L
 * (to 1e-9)" the finer candles, elsewhere the candle itself.
 */
export function partsOf({ spec }: Account, state: LegState): readonly OracleCandle[] {
  const whole = candleOf(state)
  const end = whole.time + spec.timeframeMs
  const finer = (state.market.detail?.candles ?? []).filter(
    ({ time }) => time >= whole.time && time < end,
  )
  return isWhole(finer, whole) ? finer : [whole]
}

function isWhole(finer: readonly OracleCandle[], { high, low }: OracleCandle): boolean {
  const top = Math.max(...finer.map(candle => candle.high))
  const floor = Math.min(...finer.map(candle => candle.low))
  return top >= high * (1 - REACHED) && floor <= low * (1 + REACHED)
}
