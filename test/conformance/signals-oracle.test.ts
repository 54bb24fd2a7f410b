import { describe, expect, it } from 'vitest'
import { matchSignals, readSignals } from '../../src/backtest/signals/signals.js'
import { candlesFrom } from '../../src/core/candles/candles.js'
import { HOLD } from '../../src/core/strategy/intent.js'
import { outcomeDifferences } from '../oracle/outcome-differences.js'
import { runOracle } from '../oracle/run.js'
import { readCase, signalsCases, signalsFile, type SignalsCase } from './signals-cases.js'

const CASES = signalsCases()

if (CASES.length === 0) {
  // A run of no scenario at all would look like agreement, so their absence is said.
  describe.skip('the oracle and the scenarios with expected results', () => {
    it('needs the scenarios (set ASSAY_DATA to the folder beside theirs)', () => undefined)
  })
} else {
  describe('the oracle and the scenarios with expected results', () => {
    it.each(CASES)('agrees on scenario %s', name => {
      const { spec, markets, legs, expected } = readCase(name)
      const outcome = runOracle(spec, markets, legs)
      expect(outcomeDifferences(outcome, expected, spec.capital).slice(0, 10)).toEqual([])
    })

    it.each(CASES)('reads the decisions of scenario %s as the product does', name => {
      const { file, text } = signalsFile(name)
      const scenario = readCase(name)
      expect(saidByCase(scenario)).toEqual(
        matchSignals(readSignals(file, text), marketsOf(scenario)),
      )
    })
  })
}

function marketsOf({ markets, spec }: SignalsCase) {
  return markets.map(({ symbol, candles }) => ({
    symbol,
    candles: candlesFrom(spec.timeframeMs, candles),
  }))
}

/** What each leg says at the closes at which it says anything. */
function saidByCase({ legs, markets, spec }: SignalsCase) {
  return legs.map(({ symbol, decide }) => {
    const { candles } = markets.find(market => market.symbol === symbol)!
    const nothing = { exposure: 0, entryPrice: 0, candlesHeld: 0 }
    const decisions = candles
      .map(({ time }, i) => ({ time: time + spec.timeframeMs, intent: decide(i, nothing) }))
      .filter(({ intent }) => intent !== HOLD)
    return { symbol, decisions }
  })
}
