import { describeRun } from '../../../../src/backtest/run/record/manifest.js'
import type { Chunk } from '../../../../src/backtest/sweep/trials/chunk.js'
import { Field } from '../../../../src/backtest/sweep/plan/field.js'
import {
  METRIC_NAMES,
  type Objective,
} from '../../../../src/backtest/sweep/expressions/objective.js'
import { SettingsTexts } from '../../../../src/backtest/sweep/plan/settings-text.js'
import { TrialBatch } from '../../../../src/backtest/sweep/trials/trial-batch.js'
import { sma } from '../../../../src/core/indicators/averages/average.js'
import { choice, integer, number } from '../../../../src/core/strategy/params.js'
import { unrank } from '../../../../src/core/search/space.js'
import { HOLD } from '../../../../src/core/strategy/intent.js'
import { defineStrategy } from '../../../../src/core/strategy/strategy.js'
import { randomCandles } from '../../../core/indicators/random-candles.js'
import { dataOf, requestFor } from '../../stress/stress-fixture.js'

const idle = defineStrategy({
  name: 'idle',
  description: 'Does nothing',
  params: {
    slow: integer({ default: 6, min: 2, max: 50_000 }),
    Share: number({ default: 0.5, min: 0, max: 1 }),
    mood: choice(['calm', 'loud "\u00e9\\']),
  },
  templates: {},
  indicators: ({ slow }) => ({ line: sma(slow) }),
  initial: () => ({}),
  decide: () => HOLD,
})

/** Templates of a field, by name; the first is what its base run has. */
export const STARTS = {
  kind: { slow: 9, Share: 1, mood: 'calm' },
  wild: { slow: 4, Share: 1e-7, mood: 'loud "\u00e9\\' },
} as const

/** A field whose sets are not run. */
export function sweptField(
  grid: readonly string[],
  templates: readonly (keyof typeof STARTS)[] = ['kind'],
): Field {
  const data = dataOf(randomCandles({ seed: 5, length: 20 }))
  const one = requestFor(idle)
  const [template] = templates
  const strategy = { ...one.strategies[0]!, template: template!, params: STARTS[template!] }
  const base = { ...one, strategies: [strategy] }
  const starts = Object.fromEntries(templates.map(name => [name, STARTS[name]]))
  const manifest = describeRun(base, data, data.main.candles, null)
  return new Field({ base: manifest, starts, grid }, base, data)
}

/** A batch of a field's sets from `first` on, of which every seventh has failed. Metric `m` of trial `n` is `(n + m / 100) / 1e6`. */
export function batchOf(
  field: Field,
  { first, count, objectives = [] }: { first: number; count: number; objectives?: Objective[] },
): TrialBatch {
  const numbers = Array.from({ length: count }, (_, k) => first + k)
  const points = numbers.map(number => unrank(field.space, number % field.space.size))
  const chunk: Chunk = { id: 0, field: 0, points }
  const isFailed = (number: number): boolean => number % 7 === 6
  const result = {
    id: 0,
    metrics: Float64Array.from(
      numbers.flatMap(n => METRIC_NAMES.map((_, m) => (n + m / 100) / 1e6)),
    ),
    runIds: numbers.map(number => `run-${number}`),
    resultHashes: numbers.map(number => (isFailed(number) ? null : `hash-${number}`)),
    messages: numbers.map(number => (isFailed(number) ? 'threw' : null)),
  }
  const texts = new SettingsTexts(field)
  return new TrialBatch({ first, chunk, result, field, texts, objectives })
}
