import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { capacityCurve } from '../../../../src/backtest/stress/capacity.js'
import { costAttribution } from '../../../../src/backtest/stress/cost-attribution.js'
import { costStress } from '../../../../src/backtest/stress/perturbations/cost-stress.js'
import type { RunRequest } from '../../../../src/backtest/run/record/run-request.js'
import { DEFAULT_COSTS } from '../../../../src/core/account/costs.js'
import { NO_RISK_SETTINGS } from '../../../../src/core/risk/settings.js'
import { maCrossover } from '../../../../strategies/ma_crossover.js'
import { marketArbitrary } from '../../../market-generator.js'
import { runArbitrary } from '../../../run-arbitrary.js'
import { FREE, scripted } from '../../../run-spec.js'
import { candlesAt, dataOf, requestFor, requestOf, runsOf, waves } from '../stress-fixture.js'

const ROUND_TRIP = scripted([1, null, 0])
/** In at 100, out at 110. */
const CANDLES = candlesAt([99, 100, 105, 110, 108])
const WAVE_RUN = requestFor(maCrossover, {
  params: { fast_ma: 2, slow_ma: 5 },
  costs: DEFAULT_COSTS,
})

describe('multiplied costs', () => {
  it('times 1 are the run, and times 0 cost nothing', () => {
    fc.assert(
      fc.property(runArbitrary, marketArbitrary(), (spec, candles) => {
        const runs = runsOf(requestOf(spec), candles)
        const { points } = costStress(runs, [1, 0])
        expect(points[0]).toEqual({ multiple: 1, figures: runs.own })
        const costs = { ...spec.costs, fee: 0, makerFee: 0, slippage: 0, txCost: 0, impact: null }
        const free = runsOf(requestOf({ ...spec, costs }), candles)
        expect(points[1]!.figures!.totalReturn).toBeCloseTo(free.own.totalReturn, 12)
      }),
      { numRuns: 60 },
    )
  })

  it('break even where a round trip by hand does', () => {
    // 110 (1 - x) = 100 (1 + x), x being the fee times the multiple
    const costs = { ...FREE, fee: 0.001 }
    const { breakEven, reason } = costStress(runsOf(requestFor(ROUND_TRIP, { costs }), CANDLES))
    expect(reason).toBeNull()
    expect(breakEven! / (10 / 210 / 0.001)).toBeCloseTo(1, 2.5)
  })

  it('break even below 1 for a run that costs have made lose', () => {
    const costs = { ...FREE, fee: 0.1 }
    const { breakEven } = costStress(runsOf(requestFor(ROUND_TRIP, { costs }), CANDLES))
    expect(breakEven).toBeCloseTo(10 / 210 / 0.1, 3)
  })

  it('say why they never do', () => {
    const reasonOf = (script: readonly number[], costs = DEFAULT_COSTS) =>
      costStress(runsOf(requestFor(scripted(script), { costs }), CANDLES)).reason
    expect(reasonOf([0])).toBe('the run has no closed trade')
    expect(reasonOf([1], FREE)).toBe('the run has no costs to multiply')
    expect(reasonOf([0, 0, 0, 1])).toBe('it gains nothing even without costs')
    expect(reasonOf([1], { ...FREE, txCost: 1e-6 })).toContain('still gains at 1024 times')
  })
})

describe('the attribution of costs', () => {
  const attribute = (request: RunRequest, candles = CANDLES) =>
    costAttribution(request, dataOf(candles), runsOf(request, candles).outcome)

  it('adds up, to the bit, to the profit at reference prices', () => {
    fc.assert(
      fc.property(runArbitrary, marketArbitrary(), (spec, candles) => {
        const request = { ...requestOf(spec), keepOpen: false }
        const { gross, fees, slippage, impact, fixedCosts, net } = attribute(request, candles)
        expect(net + fees + slippage + impact + fixedCosts).toBe(gross)
        const { trades, metrics } = runsOf(request, candles).outcome
        const moved = trades.reduce((sum, { side, size, entryPrice, exitPrice }) => {
          return sum + (side === 'long' ? 1 : -1) * size * (exitPrice - entryPrice)
        }, 0)
        const scale = request.capital + metrics.turnover * request.capital
        expect((moved + metrics.slippagePaid - gross) / scale).toBeCloseTo(0, 9)
        expect(Math.min(slippage, impact) / scale).toBeGreaterThan(-1e-9)
        if (request.costs.impact === null) expect(impact).toBe(0)
        if (request.costs.slippage === 0) expect(slippage / scale).toBeCloseTo(0, 9)
      }),
      { numRuns: 100 },
    )
  })

  it('parts slippage from impact by their rates', () => {
    const costs = { ...FREE, slippage: 0.01, txCost: 2, impact: { a: 200, b: 0, g: 1 } }
    const request = requestFor(ROUND_TRIP, { costs })
    const { slippage, impact, fixedCosts, fees, gross, n } = attribute(request)
    expect(impact / slippage).toBeCloseTo(2, 9)
    expect([fixedCosts, fees, n]).toEqual([4, 0, 2])
    const { size } = runsOf(request, CANDLES).outcome.trades[0]!
    expect(gross).toBeCloseTo(size * 10, 6)
  })

  it('knows that the end of the data and a take profit cost no slippage', () => {
    const costs = { ...FREE, impact: { a: 100, b: 0, g: 1 } }
    const { impact } = attribute(requestFor(scripted([1]), { costs }))
    const { size } = runsOf(requestFor(scripted([1]), { costs }), CANDLES).outcome.trades[0]!
    expect(impact).toBeCloseTo(size * 100 * 0.01, 6)
  })

  it('has no share of costs where there is no gross profit', () => {
    expect(attribute(requestFor(scripted([0])))).toMatchObject({
      n: 0,
      gross: 0,
      costShare: null,
      reason: 'the run has no fill',
    })
  })
})

describe('the capacity curve', () => {
  it('falls as capital grows, through the zero it names', () => {
    const runs = runsOf(WAVE_RUN, waves(600))
    const { points, capitalAtZero, n } = capacityCurve(runs, { capitalMax: 1e11 })
    for (let k = 1; k < n; k++) {
      expect(points[k]!.totalReturn).toBeLessThan(points[k - 1]!.totalReturn)
    }
    const k = points.findIndex(({ totalReturn }) => totalReturn <= 0)
    expect(k).toBeGreaterThan(0)
    const [below, above] = [points[k - 1]!, points[k]!]
    const share = Math.log10(capitalAtZero! / below.capital)
    const line = below.totalReturn + share * (above.totalReturn - below.totalReturn)
    expect(line).toBeCloseTo(0, 9)
  })

  it('goes up by tens to a hundred million, with the preset of SOL-USDC for SOL', () => {
    const { points, impact, method } = capacityCurve(runsOf(WAVE_RUN, waves(600)))
    expect(points.map(({ capital }) => capital)).toEqual([1e4, 1e5, 1e6, 1e7, 1e8])
    expect(impact).toBe('sol-usdc-calm')
    expect(method).toContain('SOL-USDC')
  })

  it('loses at most everything', () => {
    const runs = runsOf(WAVE_RUN, waves(600))
    const { points } = capacityCurve(runs, { impact: 'sol-usdc-stress', capitalMax: 1e12 })
    expect(points.at(-1)!.totalReturn).toBeGreaterThanOrEqual(-1)
  })

  it('lets sizes in quote currency grow with the capital', () => {
    const [own] = WAVE_RUN.strategies
    const positionSize = { kind: 'quote', amount: 5000 } as const
    const risk = { ...NO_RISK_SETTINGS, positionSize }
    const request = { ...WAVE_RUN, strategies: [{ ...own!, risk }] }
    const { points } = capacityCurve(runsOf(request, waves(600)))
    expect(points[3]!.totalReturn).toBeLessThan(points[0]!.totalReturn)
    const free = capacityCurve(runsOf({ ...request, symbol: 'TEST-USD' }, waves(600)))
    expect(free).toMatchObject({ n: 0, impact: null, capitalAtZero: null })
    expect(free.reason).toContain('no impact curve is known for TEST-USD')
  })

  it('takes the impact of the run before a preset', () => {
    const impact = { a: 5, b: 0, g: 1 }
    const request = { ...WAVE_RUN, costs: { ...DEFAULT_COSTS, impact }, impact: 'own' }
    const curve = capacityCurve(runsOf(request, waves(600)))
    expect(curve.impact).toBe('own')
    expect(curve.points[4]!.totalReturn).toBeCloseTo(curve.points[0]!.totalReturn, 6)
    expect(curve.reason).toContain('still gains')
    expect(() => capacityCurve(runsOf(request, waves(600)), { impact: 'sol' })).toThrow('preset')
  })
})
