import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { describeRun } from '../../../../src/backtest/run/record/manifest.js'
import { runRequest } from '../../../../src/backtest/run/run.js'
import { runId } from '../../../../src/backtest/run/record/run-id.js'
import type { RunRequest } from '../../../../src/backtest/run/record/run-request.js'
import { Field } from '../../../../src/backtest/sweep/plan/field.js'
import { METRIC_NAMES, metricRecord } from '../../../../src/backtest/sweep/expressions/objective.js'
import type { FieldPlan } from '../../../../src/backtest/sweep/plan/sweep-plan.js'
import { TrialBench } from '../../../../src/backtest/sweep/trials/trial-bench.js'
import { cutCandles, indexAtOrAfter } from '../../../../src/core/candles/candles.js'
import { sma } from '../../../../src/core/indicators/averages/average.js'
import {
  choice,
  flag,
  integer,
  number,
  type ParamValue,
} from '../../../../src/core/strategy/params.js'
import type { PositionSize } from '../../../../src/core/risk/settings.js'
import type { Point } from '../../../../src/core/search/search.js'
import { unrank } from '../../../../src/core/search/space.js'
import { FLAT, HOLD, long } from '../../../../src/core/strategy/intent.js'
import { crossed, defineStrategy } from '../../../../src/core/strategy/strategy.js'
import { HOUR_MS } from '../../../../src/core/candles/time.js'
import { randomCandles } from '../../../core/indicators/random-candles.js'
import { dataOf, requestFor } from '../../stress/stress-fixture.js'

/** Has a parameter of each kind; fails where it is told to, from its first word on. */
const moody = defineStrategy({
  name: 'moody',
  description: 'Follows the price, or throws',
  params: {
    slow: integer({ default: 6, min: 2, max: 90 }),
    Share: number({ default: 0.5, min: 0, max: 1 }),
    mood: choice(['calm', 'loud "\u00e9\\', 'broken']),
    inverse: flag(false),
  },
  templates: {},
  indicators: ({ slow }) => ({ fast: sma(2), slow: sma(slow) }),
  initial: () => ({}),
  decide({ params, indicators: { fast, slow } }) {
    if (params.mood === 'broken') throw new Error('broken on purpose')
    const cross = crossed(fast, slow)
    if (cross === 0) return HOLD
    return cross > 0 !== params.inverse ? long(params.Share) : FLAT
  },
})

const LENGTH = 80
const data = dataOf(randomCandles({ seed: 5, length: LENGTH }))
const { candles } = data.main
const [T0, T1] = [candles.time[0]!, candles.time[LENGTH - 1]!]

const GRIDS = [
  'slow=3:90:29',
  'Share=0.25,0.1,1e-7',
  'mood=calm,broken',
  'mood=broken,loud "\u00e9\\',
  'inverse=false,true',
  'risk.stop_loss=0,0.015,0.02',
  'risk.time_stop=0:4:2',
  'risk.position_size=0,1500.5',
  'risk.position_size=12.5%:100%:43.75%',
  'cost.fee_bps=0,7.3,12',
  'cost.tx_cost=0,0.1',
]

const planArbitrary = fc.record({
  grid: fc.uniqueArray(fc.constantFrom(...GRIDS), {
    maxLength: 5,
    selector: text => text.split('=')[0]!,
  }),
  templates: fc.uniqueArray(fc.constantFrom('', 'wild', 'kind'), { minLength: 1 }),
  from: fc.option(fc.integer({ min: T0, max: T0 + 20 * HOUR_MS })),
  decideFrom: fc.option(fc.integer({ min: T0, max: T1 })),
  stopLoss: fc.constantFrom(0, 0.03),
  size: fc.constantFrom<PositionSize | null>(null, { kind: 'share', share: 0.3 }),
  fee: fc.constantFrom(0, 0.00055),
  rank: fc.nat(),
})

type Drawn = typeof planArbitrary extends fc.Arbitrary<infer T> ? T : never

const STARTS: FieldPlan['starts'] = {
  '': { slow: 6, Share: 0.5, mood: 'calm', inverse: false },
  kind: { slow: 9, Share: 1, mood: 'calm', inverse: true },
  wild: { slow: 4, Share: 0.75, mood: 'loud "\u00e9\\', inverse: false },
}

function fieldOf({ grid, templates, from, decideFrom, stopLoss, size, fee }: Drawn): Field {
  const one = requestFor(moody, { from, decideFrom })
  const [strategy] = one.strategies
  const risk = { ...strategy!.risk, stopLoss, positionSize: size }
  const template = templates[0]! === '' ? null : templates[0]!
  const params = STARTS[templates[0]!]!
  const base: RunRequest = {
    ...one,
    strategies: [{ ...strategy!, template, params, risk, file: 'a "b".ts', sourceHash: 'f00' }],
    costs: { ...one.costs, fee, makerFee: fee },
  }
  const starts = Object.fromEntries(templates.map(name => [name, STARTS[name]!]))
  const manifest = describeRun(base, data, candles, decideFrom)
  return new Field({ base: manifest, starts, grid }, base, data)
}

/** The run that a user would write for a point, put together without what a field prepares. */
function singleRun({ base, space }: Field, templates: readonly string[], point: Point): RunRequest {
  const swept = new Map(space.dimensions.map((one, d) => [one.name, one.at(point[d]!)]))
  const template = String(swept.get('template') ?? templates[0]!)
  const params: Record<string, ParamValue> = { ...STARTS[template] }
  for (const name of Object.keys(params)) params[name] = swept.get(name) ?? params[name]!
  const [strategy] = base.strategies
  const set = (name: string, fallback: number): number => Number(swept.get(name) ?? fallback)
  const risk = {
    ...strategy!.risk,
    stopLoss: set('risk.stop_loss', strategy!.risk.stopLoss),
    timeStop: set('risk.time_stop', strategy!.risk.timeStop),
    positionSize: sizeOf(swept.get('risk.position_size'), strategy!.risk.positionSize),
  }
  const fee = swept.has('cost.fee_bps') ? set('cost.fee_bps', 0) / 10_000 : base.costs.fee
  return {
    ...base,
    strategies: [{ ...strategy!, template: template === '' ? null : template, params, risk }],
    costs: { ...base.costs, fee, makerFee: fee, txCost: set('cost.tx_cost', base.costs.txCost) },
  }
}

function sizeOf(value: ParamValue | undefined, fallback: PositionSize | null): PositionSize | null {
  if (value === undefined) return fallback
  if (typeof value === 'string') return { kind: 'share', share: parseFloat(value) / 100 }
  return value === 0 ? null : { kind: 'quote', amount: Number(value) }
}

/** What the run gives alone; where it fails, the id it would have had. */
function resultOf(request: RunRequest) {
  try {
    const { runId, resultHash, metrics } = runRequest(request, data)
    const row = Object.values(metricRecord(metrics)).map(value => value ?? NaN)
    return { runId, resultHash, row, message: null }
  } catch (error) {
    const first = request.from === null ? 0 : indexAtOrAfter(candles, request.from)
    const cut = cutCandles(candles, first, candles.length)
    const id = runId(describeRun(request, data, cut, request.decideFrom))
    const { message } = (error as Error).cause as Error
    return { runId: id, resultHash: null, row: METRIC_NAMES.map(() => NaN), message }
  }
}

describe('the trials of a field', () => {
  it('have the id and the result of the run that each of them is alone', () => {
    fc.assert(
      fc.property(planArbitrary, drawn => {
        const field = fieldOf(drawn)
        const { size } = field.space
        const ranks = [drawn.rank % size, (drawn.rank + 1) % size, 0]
        const points = ranks.map(rank => unrank(field.space, rank))
        const result = new TrialBench([field]).run({ id: 0, field: 0, points })
        points.forEach((point, k) => {
          const single = singleRun(field, drawn.templates, point)
          expect({
            runId: result.runIds[k],
            resultHash: result.resultHashes[k],
            row: Array.from(
              result.metrics.subarray(k * METRIC_NAMES.length, (k + 1) * METRIC_NAMES.length),
            ),
            message: result.messages[k],
          }).toEqual(resultOf(single))
          expect(field.requestAt(point)).toEqual(single)
          expect(field.requestFor(field.settingsAt(point))).toEqual(single)
        })
      }),
      { numRuns: 60 },
    )
  })
})
