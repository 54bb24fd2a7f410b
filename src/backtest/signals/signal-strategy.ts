import type { Millis } from '../../core/candles/time.js'
import { HOLD } from '../../core/strategy/intent.js'
import { defineStrategy, type AnyStrategy } from '../../core/strategy/strategy.js'
import type { Decision } from './signals.js'

/** A strategy that says what was decided elsewhere, at the closes of one market, and else nothing. */
export function signalStrategy(decisions: readonly Decision[], timeframeMs: Millis): AnyStrategy {
  const closes = Float64Array.from(decisions, ({ time }) => time)
  return defineStrategy({
    name: 'signals',
    description: 'Decisions that were made elsewhere, read from a file',
    params: {},
    templates: {},
    indicators: () => ({}),
    initial: () => ({ next: 0 }),
    decide({ time }, state) {
      const close = time + timeframeMs
      while (state.next < closes.length && closes[state.next]! < close) state.next++
      return closes[state.next] === close ? decisions[state.next]!.intent : HOLD
    },
  })
}
