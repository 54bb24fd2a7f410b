import { describe, expect, it } from 'vitest'
import { matchSignals, readSignals } from '../../src/backtest/signals/signals.js'
import { signalStrategy } from '../../src/backtest/signals/signal-strategy.js'
import { candlesFrom } from '../../src/core/candles/candles.js'
import { runEngine } from '../oracle/engine-run.js'
import { outcomeDifferences } from '../oracle/outcome-differences.js'
import { readCase, signalsCases, signalsFile } from './signals-cases.js'

const CASES = signalsCases()

if (CASES.length === 0) {
  // A run of no scenario at all would look like agreement, so their absence is said.
  describe.skip('the engine and the scenarios with expected results', () => {
    it('needs the scenarios (set ASSAY_DATA to the folder beside theirs)', () => undefined)
  })
} else {
  describe('the engine and the scenarios with expected results', () => {
    it.each(CASES)('agrees on scenario %s', name => {
      const { spec, markets, legs, expected } = readCase(name)
      const { file, text } = signalsFile(name)
      const read = matchSignals(
        readSignals(file, text),
        markets.map(({ symbol, candles }) => ({
          symbol,
          candles: candlesFrom(spec.timeframeMs, candles),
        })),
      )
      const outcome = runEngine(spec, markets, legs, ({ symbol, strategy }) => {
        const { decisions } = read.find(signals => signals.symbol === symbol)!
        return { ...signalStrategy(decisions, spec.timeframeMs), name: strategy }
      })
      const metrics = Object.fromEntries(
        Object.entries(expected.metrics).filter(([figure]) => figure in outcome.metrics),
      )
      expect(Object.keys(metrics).length).toBeGreaterThan(7)
      const found = outcomeDifferences(outcome, { ...expected, metrics }, spec.capital)
      expect(found.slice(0, 10)).toEqual([])
    })
  })
}
