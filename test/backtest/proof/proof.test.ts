import { describe, expect, it } from 'vitest'
import { proveStrategy, type Proof, type ProofOptions } from '../../../src/backtest/proof/proof.js'
import type { Violation } from '../../../src/backtest/proof/differences.js'
import type { Candles } from '../../../src/core/candles/candles.js'
import {
  defineStrategy,
  ema,
  FLAT,
  HOLD,
  long,
  obv,
  on,
  sma,
  type Indicator,
  type Strategy,
} from '../../../src/core/index.js'
import { indexAtOrAfter } from '../../../src/core/candles/candles.js'
import type { AnyStrategy } from '../../../src/core/strategy/strategy.js'
import { syntheticCandles } from '../../../src/core/candles/synthetic.js'
import { specOf } from '../../run-spec.js'

const SETTINGS = {
  seed: 3,
  length: 3000,
  start: Date.UTC(2024, 0, 1),
  timeframeMs: 3_600_000,
  price: 100,
  volatility: 0.008,
  decimals: 4,
}
const market = syntheticCandles(SETTINGS)

const OPTIONS: ProofOptions = { samples: 10, seed: 1, lookahead: true, warmUp: true }

function prove(strategy: AnyStrategy, options: Partial<ProofOptions> = {}): Proof {
  const input = { spec: specOf(strategy), candles: market, first: 0 }
  return proveStrategy(input, { ...OPTIONS, ...options })
}

function all({ lookahead, warmUp, determinism }: Proof): readonly Violation[] {
  return [lookahead, warmUp, determinism].flatMap(part => part?.violations ?? [])
}

type Own = Partial<Pick<Strategy, 'indicators' | 'initial' | 'decide'>>

/** Long above an average, flat below it, except for what a test replaces. */
function strategy(own: Own): AnyStrategy {
  return defineStrategy({
    name: 'planted',
    description: 'A strategy with a planted fault',
    params: {},
    templates: {},
    indicators: () => ({ line: sma(20) }),
    initial: () => ({}),
    decide: ({ candle, indicators }) =>
      candle.close.at(0) > indicators['line']!.at(0) ? long(1) : FLAT,
    ...own,
  })
}

/** An indicator made of a function of the candles and the index. */
const made = (
  key: string,
  value: (candles: Candles, i: number) => number,
  warmup = 0,
): Indicator => ({
  key,
  warmup,
  start: () => ({ next: (candles, i) => (i < warmup ? NaN : value(candles, i)) }),
})

const withLine = (indicator: Indicator): AnyStrategy =>
  strategy({ indicators: () => ({ line: indicator }) })

describe('a strategy without faults', () => {
  it('passes every part', () => {
    const proof = prove(strategy({}), { fresh: strategy({}) })
    expect(all(proof)).toEqual([])
    expect(proof.passed).toBe(true)
    expect(proof.lookahead!.fedOneByOne).toBe(market.length)
    expect(proof.determinism.runs).toContain('fresh')
    expect(proof.warmUp!.decisions).toBeGreaterThan(1000)
  })

  it('is sampled at the first decision, at the last candle with a future, and as often as asked', () => {
    const { samples } = prove(strategy({})).lookahead!
    expect(samples).toHaveLength(OPTIONS.samples)
    expect(samples[0]).toBe(market.time[19])
    expect(samples.at(-1)).toBe(market.time[market.length - 2])
  })

  it('is proved the same way twice, and elsewhere with another seed', () => {
    expect(prove(strategy({}))).toEqual(prove(strategy({})))
    expect(prove(strategy({}), { seed: 2 }).lookahead!.samples).not.toEqual(
      prove(strategy({})).lookahead!.samples,
    )
  })

  it('may remember what it learns from the candles, where that is forgotten in the end', () => {
    const remembering = strategy({
      initial: () => ({ best: 0 }),
      decide: ({ candle, exposure, indicators }, state) => {
        const close = candle.close.at(0)
        state['best'] = exposure > 0 ? Math.max(state['best']!, close) : close
        if (exposure > 0) return close < state['best'] * 0.97 ? FLAT : HOLD
        return close > indicators['line']!.at(0) ? long(1, { stopLoss: 0.05 }) : HOLD
      },
    })
    expect(all(prove(remembering))).toEqual([])
  })
})

describe('planted lookahead is caught', () => {
  const caught = (subject: AnyStrategy): readonly Violation[] => {
    const proof = prove(subject)
    expect(proof.passed).toBe(false)
    expect(proof.lookahead!.passed).toBe(false)
    return proof.lookahead!.violations
  }
  const kinds = (violations: readonly Violation[], what: string): string[] =>
    violations.filter(violation => violation.what === what).map(({ kind }) => kind)

  it('a future index through columns that an indicator captured', () => {
    let captured: Candles | undefined
    const spy = made('spy', (candles, i) => ((captured = candles), candles.close[i]!))
    const cheat = strategy({
      indicators: () => ({ line: sma(20), spy }),
      decide: now => {
        const i = indexAtOrAfter(captured!, now.time)
        return captured!.close[i + 1]! > captured!.close[i]! ? long(1) : FLAT
      },
    })
    const found = caught(cheat)
    expect(kinds(found, 'exposure asked')).toEqual(
      expect.arrayContaining(['noise', 'next', 'cut', 'one_by_one']),
    )
    expect(found[0]!.text).toMatch(
      /^exposure asked at 2024-\S+: \S+ became \S+ when .* \(after the candle of 2024-\S+\)$/,
    )
  })

  it('a next close in an indicator, at the one candle where it matters', () => {
    const peek = made('peek', ({ close, length }, i) => close[Math.min(i + 1, length - 1)]!)
    const found = caught(withLine(peek))
    expect(kinds(found, 'indicator line')).toEqual([
      'noise',
      'permutation',
      'constant',
      'next',
      'cut',
      'one_by_one',
    ])
    const next = found.find(({ kind, what }) => kind === 'next' && what === 'indicator line')!
    expect(prove(withLine(peek)).lookahead!.samples).toContain(next.time)
    expect(next.text).toContain('the one candle after it was changed')
  })

  it('a centred average', () => {
    const centred = made(
      'centred',
      ({ close }, i) => (close[i - 1]! + close[i]! + (close[i + 1] ?? NaN)) / 3,
      1,
    )
    expect(kinds(caught(withLine(centred)), 'indicator line')).toContain('next')
  })

  it('a higher timeframe that is read before it has closed', () => {
    const higher = made(
      'higher',
      ({ close, length }, i) => close[Math.min(length - 1, i - (i % 4) + 3)]!,
    )
    expect(kinds(caught(withLine(higher)), 'indicator line')).toContain('noise')
  })

  it('an indicator divided by the largest value of its whole column', () => {
    const normal = made('normal', ({ close, length }, i) => {
      let most = 0
      for (let k = 0; k < length; k++) most = Math.max(most, close[k]!)
      return (close[i]! / most) * 100
    })
    const found = caught(strategy({ indicators: () => ({ line: sma(20), normal }) }))
    expect(kinds(found, 'indicator normal')).toEqual(
      expect.arrayContaining(['noise', 'one_by_one']),
    )
    expect(kinds(found, 'exposure asked')).toEqual([])
  })

  it('the number of candles, which live trading does not know', () => {
    const left = made('left', ({ length }, i) => length - i)
    expect(kinds(caught(withLine(left)), 'indicator line')).toEqual(['cut', 'one_by_one'])
  })

  it('nothing but `at` can be read of a view, so that it holds no future', () => {
    const seen = new Set<string>()
    const looker = strategy({
      decide: ({ candle, indicators }) => {
        for (const view of [candle.close, indicators['line']!]) {
          for (const name of Reflect.ownKeys(view)) seen.add(String(name))
        }
        return FLAT
      },
    })
    expect(prove(looker).determinism.passed).toBe(true)
    expect([...seen]).toEqual([])
  })

  it('a column that an indicator keeps for candles of the same length', () => {
    const kept = new Map<number, Float64Array>()
    const cached = made('cached', (candles, i) => {
      if (!kept.has(candles.length))
        kept.set(candles.length, candles.close.slice(0, candles.length))
      return kept.get(candles.length)![i]!
    })
    expect(caught(withLine(cached)).length).toBeGreaterThan(0)
  })
})

describe('planted state, clock and chance are caught', () => {
  const kindsOf = (subject: AnyStrategy, options: Partial<ProofOptions> = {}): Set<string> => {
    const proof = prove(subject, options)
    expect(proof.determinism.passed).toBe(false)
    return new Set(proof.determinism.violations.map(({ kind }) => kind))
  }

  it('state in a module variable', () => {
    let calls = 0
    const hidden = strategy({ decide: () => (calls++ % 13 === 0 ? long(1) : FLAT) })
    expect(kindsOf(hidden)).toContain('repeat')
  })

  it('a state object that all runs share', () => {
    const shared = { since: 0 }
    const cheat = strategy({
      initial: () => shared,
      decide: (_now, state) => (
        (state['since']! += 1),
        state['since']! % 13 === 0 ? long(1) : FLAT
      ),
    })
    expect(kindsOf(cheat)).toContain('repeat')
  })

  it('a clock, also one that is read by the year', () => {
    const fine = strategy({
      decide: () => (Math.floor(performance.now() * 1e5) % 2 === 0 ? long(1) : FLAT),
    })
    expect(kindsOf(fine)).toContain('repeat')
    const coarse = strategy({
      decide: () => (Math.floor(Date.now() / 33_700_000_007) % 2 === 0 ? long(1) : FLAT),
    })
    expect([...kindsOf(coarse)]).toEqual(['other_clock'])
    const dated = strategy({
      decide: () => (Math.floor(+new Date() / 33_700_000_007) % 2 === 0 ? long(1) : FLAT),
    })
    expect([...kindsOf(dated)]).toEqual(['other_clock'])
  })

  it('chance', () => {
    const dice = strategy({ decide: () => (Math.random() < 0.5 ? long(1) : FLAT) })
    expect(kindsOf(dice)).toEqual(
      new Set(['repeat', 'other_clock', 'after_another', 'reversed', 'interleaved']),
    )
  })

  it('a variable that two runs taking turns share', () => {
    let before = 0
    const cheat = strategy({
      decide: ({ candle, candlesHeld, time }) => {
        // Begins anew with each run, so only a run beside it shows.
        if (time === market.time[19]) before = 0
        const rose = candle.close.at(0) > before
        before = candle.close.at(0)
        return rose && candlesHeld === 0 ? long(1) : FLAT
      },
    })
    expect([...kindsOf(cheat)]).toEqual(['interleaved'])
  })

  it('what an instance keeps from its first run', () => {
    const keeping = (): AnyStrategy => {
      let first: number | undefined
      return strategy({
        decide: ({ candle }) => {
          first ??= candle.volume.at(0)
          return candle.volume.at(0) > first ? long(1) : FLAT
        },
      })
    }
    expect([...kindsOf(keeping(), { fresh: keeping() })]).toEqual(['fresh'])
  })

  it('a promise to speak at crosses alone that is not kept', () => {
    const cheat = {
      ...strategy({ indicators: () => ({ line: sma(20), slow: sma(50) }) }),
      actsOnCross: ['line', 'slow'],
    } as unknown as AnyStrategy
    expect(kindsOf(cheat)).toContain('acts_on_cross')
  })
})

describe('a dependence on how much history came before is caught', () => {
  const late = (subject: AnyStrategy): readonly Violation[] => {
    const proof = prove(subject)
    expect(proof.lookahead!.passed).toBe(true)
    expect(proof.warmUp!.passed).toBe(false)
    return proof.warmUp!.violations
  }

  it('a recursive average that claims to be a window', () => {
    const claimed: Indicator = { ...ema(20), key: 'claimed', settle: 19 }
    const [first] = late(withLine(claimed))
    expect(first).toMatchObject({ what: 'indicator line', kind: 'later_start' })
    expect(first!.text).toContain('when the history began 1 candle later')
  })

  it('an index from the start in an indicator', () => {
    const counted = made('counted', ({ close }, i) => close[i]! * (i % 2 === 0 ? 1.01 : 0.99))
    expect(late(withLine(counted))[0]!.what).toBe('indicator line')
  })

  it('a count since the start in the state', () => {
    const counting = strategy({
      initial: () => ({ count: 0 }),
      decide: (_now, state) => ((state['count']! += 1), state['count']! % 40 < 20 ? long(1) : FLAT),
    })
    expect(late(counting)).toMatchObject([{ what: 'state count', kind: 'never_agrees' }])
  })

  it('a decision on the level of a running total, which never settles', () => {
    const onLevel = strategy({
      indicators: () => ({ flow: obv() }),
      decide: ({ indicators }) => (indicators['flow']!.at(0) > 0 ? long(1) : FLAT),
    })
    const proof = prove(onLevel)
    expect(proof.warmUp!.indicators).toEqual([
      { name: 'flow', key: 'obv', warmup: 0, settle: null, difference: null },
    ])
    expect(proof.warmUp!.violations).toMatchObject([
      { what: 'exposure asked', kind: 'later_start' },
    ])
  })

  it('an honest recursive average settles to 1e-6 and passes', () => {
    const proof = prove(withLine(ema(20)))
    expect(all(proof)).toEqual([])
    const [line] = proof.warmUp!.indicators
    expect(line!.settle).toBeGreaterThan(19)
    expect(line!.difference).toBeLessThan(1e-6)
    expect(line!.difference).toBeGreaterThan(0)
  })
})

describe('what cannot be proved is refused', () => {
  it('a timeframe that is no multiple of the candles, as a backtest refuses it', () => {
    const odd = withLine(on({ timeframe: '90m' }, sma(3)))
    expect(() => prove(odd)).toThrow(
      expect.objectContaining({ code: 'INVALID_TIMEFRAME' }) as unknown,
    )
  })

  it('no strategy that gains beyond what doubles can count: its sizes are kept plain', () => {
    const rich = made('rich', ({ close, length }, i) => close[Math.min(i + 1, length - 1)]!)
    const wild = syntheticCandles({ ...SETTINGS, length: 20_000 })
    const cheat = withLine(rich)
    const lucky = {
      ...cheat,
      decide: ({ candle, indicators }) =>
        indicators['line']!.at(0) > candle.close.at(0) ? long(1) : FLAT,
    } as AnyStrategy
    const input = { spec: specOf(lucky), candles: wild, first: 0 }
    expect(proveStrategy(input, OPTIONS).lookahead!.passed).toBe(false)
  })

  it('candles that do not suffice to ask the strategy', () => {
    expect(() => prove(withLine(sma(5000)))).toThrow(/is not asked before the last of 3000 candles/)
  })

  it('a strategy that throws on candles as they are', () => {
    const broken = strategy({
      decide: ({ candle }) => (candle.close.at(-1) > 0 ? long(1) : FLAT),
    })
    expect(() => prove(broken)).toThrow(
      /strategy planted threw at the candle of .*: at\(-1\) asks for the future/,
    )
  })
})
