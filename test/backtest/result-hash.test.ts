import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { runBacktest } from '../../src/backtest/backtest.js'
import { resultHash } from '../../src/backtest/result-hash.js'
import { canonicalJson, snakeKeys } from '../../src/core/canonical.js'
import { marketArbitrary } from '../market-generator.js'
import { runArbitrary } from '../run-arbitrary.js'

describe('the result hash', () => {
  it('is the SHA-256 of the canonical JSON of equity, metrics and trades', () => {
    fc.assert(
      fc.property(marketArbitrary(), runArbitrary, (candles, spec) => {
        const { equity, metrics, trades } = runBacktest({ spec, candles, first: 0 })
        const text = canonicalJson(snakeKeys({ equity: Array.from(equity), metrics, trades }))
        expect(resultHash(equity, metrics, trades)).toBe(
          createHash('sha256').update(text).digest('hex'),
        )
      }),
      { numRuns: 60 },
    )
  })

  it('is the same over the chunks of a long run', () => {
    const equity = Float64Array.from({ length: 40_000 }, (_, i) => 10_000 + Math.sin(i))
    const metrics = { finalEquity: 1 } as never
    const text = canonicalJson({
      equity: Array.from(equity),
      metrics: { final_equity: 1 },
      trades: [],
    })
    expect(resultHash(equity, metrics, [])).toBe(createHash('sha256').update(text).digest('hex'))
  })

  it('changes with any figure', () => {
    const equity = Float64Array.of(1, 2, 3)
    const a = resultHash(equity, { finalEquity: 3 } as never, [])
    expect(
      resultHash(Float64Array.of(1, 2, 3.0000000000000004), { finalEquity: 3 } as never, []),
    ).not.toBe(a)
  })
})
