import { describe, expect, it } from 'vitest'
import { AxisPlaces } from '../../../../src/backtest/sweep/tally/axis-places.js'
import { withStored } from '../../../../src/backtest/sweep/trials/chunk-result.js'
import { Axis } from '../../../../src/backtest/sweep/tally/heat-grid.js'
import { EvenSample, Leaders } from '../../../../src/backtest/sweep/tally/leaders.js'
import { parseObjective, scoreBy } from '../../../../src/backtest/sweep/expressions/objective.js'
import { SettingsTexts } from '../../../../src/backtest/sweep/plan/settings-text.js'
import { canonicalJson } from '../../../../src/core/canonical.js'
import { unrank } from '../../../../src/core/search/space.js'
import { batchOf, sweptField } from '../plan/swept-field.js'

const GRIDS = [
  ['Share=0.1,1e-7,1', 'risk.stop_loss=0,0.015', 'slow=2:9:1'],
  ['mood=calm,loud "\u00e9\\'],
  ['slow=2:40000:1'],
  [],
]

describe('trials side by side', () => {
  it.each(GRIDS.map(grid => [grid.join(' '), grid] as const))(
    'have the text and the places of their settings: %s',
    (_, grid) => {
      const other = sweptField(['Share=0.25:1:0.25', 'cost.fee_bps=0:200:1'])
      for (const templates of [['kind'], ['wild', 'kind']] as const) {
        const field = sweptField(grid, templates)
        const axes = [...field.space.dimensions, ...other.space.dimensions].map(d => new Axis(d))
        const texts = new SettingsTexts(field)
        const places = new AxisPlaces(field, axes)
        const place = new Int32Array(axes.length)
        const stride = Math.ceil(field.space.size / 500)
        for (let rank = 0; rank < field.space.size; rank += stride) {
          const point = unrank(field.space, rank)
          const { params, template } = field.settingsAt(point)
          expect(texts.paramsAt(point)).toBe(canonicalJson(params))
          expect(texts.templateAt(point)).toBe(template)
          places.read(point, place)
          const value = (name: string): string | number | boolean | undefined =>
            name === 'template' ? template! : params[name]
          expect([...place]).toEqual(axes.map(axis => axis.placeOf(value(axis.name))))
        }
      }
    },
  )

  it('are judged by the metrics that an objective names, or by all for a function', () => {
    const seen: unknown[] = []
    const objectives = [
      parseObjective('sharpe - 2 * max_drawdown', { minTrades: 3 }),
      parseObjective('min:cagr'),
      scoreBy((metrics, params) => seen.push({ metrics, params }) && Number(params['slow']), {
        text: 'x',
      }),
    ]
    const field = sweptField(['slow=2:9:1'])
    const named = batchOf(field, { first: 0, count: 8, objectives: objectives.slice(0, 2) })
    const all = batchOf(field, { first: 0, count: 8, objectives })
    for (let k = 0; k < 8; k++) {
      const { result, scores, params } = all.trialAt(k)
      expect(named.trialAt(k).scores).toEqual(scores.slice(0, 2))
      const wanted = objectives.map(o => result.metrics && o.score(result.metrics, params))
      expect(scores, `trial ${k}`).toEqual(wanted)
    }
    expect(all.isFailed(6)).toBe(true)
    expect(all.trialAt(6).result).toMatchObject({ metrics: null, message: 'threw' })
    expect(seen[1], 'kept by the function').toEqual({
      metrics: all.trialAt(1).result.metrics,
      params: all.trialAt(1).params,
    })
  })

  it('are kept as a whole where they lead, or are drawn', () => {
    const field = sweptField(['slow=2:1001:1'])
    const objective = scoreBy((_, { slow }) => (Number(slow) * 7) % 100, { text: 'x' })
    const [leaders, sample] = [new Leaders(20), new EvenSample(50)]
    const all = []
    for (const first of [0, 500]) {
      const batch = batchOf(field, { first, count: 500, objectives: [objective] })
      for (let k = 0; k < 500; k++) {
        leaders.add(batch, k)
        sample.add(batch, k)
        all.push(batch.trialAt(k))
      }
    }
    const scored = all.filter(({ scores }) => scores[0] !== null)
    const best = scored.toSorted((a, b) => b.scores[0]! - a.scores[0]! || a.number - b.number)
    expect(leaders.list).toEqual(best.slice(0, 20))
    expect(sample.list).toEqual(scored.filter((_, k) => k % 32 === 0))
  })

  it('have in their places what an earlier part of the sweep has stored', () => {
    const field = sweptField(['slow=2:11:1'])
    const whole = batchOf(field, { first: 0, count: 10 })
    const fresh = batchOf(field, { first: 3, count: 4 }).result
    const stored = Array.from({ length: 10 }, (_, k) =>
      k >= 3 && k < 7 ? undefined : whole.trialAt(k).result,
    )
    expect(withStored(0, stored, fresh)).toEqual(whole.result)
  })
})
