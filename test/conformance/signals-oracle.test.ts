import { describe, expect, it } from 'vitest'
import { outcomeDifferences } from '../oracle/outcome-differences.js'
import { runOracle } from '../oracle/run.js'
import { readCase, signalsCases } from './signals-cases.js'

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
  })
}
