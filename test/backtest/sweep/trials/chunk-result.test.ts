import { describe, expect, it } from 'vitest'
import { joinResults, lostResult } from '../../../../src/backtest/sweep/trials/chunk-result.js'
import { METRIC_NAMES } from '../../../../src/backtest/sweep/expressions/objective.js'

const chunk = { id: 7, field: 0, points: [[0]] }

const result = (daily?: Float64Array) => ({
  id: 7,
  metrics: new Float64Array(METRIC_NAMES.length).fill(1),
  runIds: ['a'],
  resultHashes: ['b'],
  messages: [null],
  ...(daily && { daily }),
})

describe('joined results', () => {
  it('hold the daily returns of each set at its place, NaN for one that was lost', () => {
    const parts = [
      lostResult(chunk, 'heap'),
      result(Float64Array.of(0.1, 0.2)),
      result(Float64Array.of(0.3, 0.4)),
    ]
    const { daily, messages, metrics } = joinResults(7, parts)
    expect(Array.from(daily!)).toEqual([NaN, NaN, 0.1, 0.2, 0.3, 0.4])
    expect(messages).toEqual(['the worker that ran it died: heap', null, null])
    expect(metrics).toHaveLength(3 * METRIC_NAMES.length)
  })

  it('hold none where none were asked for', () => {
    expect(joinResults(7, [result(), result()])).not.toHaveProperty('daily')
    expect(joinResults(7, [lostResult(chunk, 'heap')])).not.toHaveProperty('daily')
  })
})
