import { PLAIN } from '../../../plain-request.js'
import { describe, expect, it } from 'vitest'
import { runRequest } from '../../../../src/backtest/run/run.js'
import { dataWarnings } from '../../../../src/backtest/run/warnings/warnings.js'
import type { RunRequest } from '../../../../src/backtest/run/record/run-request.js'
import { candlesFrom, type Candle, type Candles } from '../../../../src/core/candles/candles.js'
import { NO_RISK_LIMITS } from '../../../../src/core/risk/limits.js'
import { NO_RISK_SETTINGS } from '../../../../src/core/risk/settings.js'
import { HOUR_MS } from '../../../../src/core/candles/time.js'
import { HOLD, keep, long, type Intent } from '../../../../src/core/strategy/intent.js'
import { defineStrategy, type AnyStrategy } from '../../../../src/core/strategy/strategy.js'
import { FREE, scripted } from '../../../run-spec.js'

const DETAIL_MS = HOUR_MS / 4

const flat = (hours: readonly number[]): Candles =>
  candlesFrom(
    HOUR_MS,
    hours.map((hour): Candle => ({
      time: hour * HOUR_MS,
      open: 100,
      high: 101,
      low: 99,
      close: 100,
      volume: 1,
    })),
  )

function warningsFor(
  candles: Candles,
  over: Partial<RunRequest> = {},
  detail: Candles | null = null,
): string {
  const request: RunRequest = {
    symbol: 'TEST-USD',
    timeframe: '1h',
    strategies: [
      {
        strategy: scripted([1]),
        file: null,
        sourceHash: '',
        template: null,
        params: {},
        risk: NO_RISK_SETTINGS,
        weight: 1,
        priority: 0,
      },
    ],
    market: { symbol: 'TEST-USD', step: 1e-9, tick: 0, minNotional: 0, shortable: false },
    capital: 10_000,
    costs: FREE,
    ...PLAIN,
    detail: detail && '15m',
    ...over,
  }
  const data = { main: { candles, hash: 'x' }, detail: detail && { candles: detail, hash: 'y' } }
  return runRequest(request, data).warnings.join('\n')
}

const one = (strategy: AnyStrategy): RunRequest['strategies'][number] => ({
  strategy,
  file: null,
  sourceHash: '',
  template: null,
  params: {},
  risk: NO_RISK_SETTINGS,
  weight: 1,
  priority: 0,
})

const saying = (intents: readonly Intent[]): AnyStrategy =>
  defineStrategy({
    name: 'scripted',
    description: 'Follows a script',
    params: {},
    indicators: () => ({}),
    initial: () => ({ i: 0 }),
    decide: (_now, state): Intent => intents[state.i++] ?? HOLD,
  })

describe('warnings', () => {
  it('a plain run has none', () => {
    expect(warningsFor(flat([0, 1, 2, 3]))).toBe('')
  })

  it('missing candles are counted, and a trade across a hole is named with its profit', () => {
    const text = warningsFor(flat([0, 1, 2, 40, 41]))
    expect(text).toMatch(/37 candles missing/)
    expect(text).toMatch(/1 trade was open across a hole of more than 24 candles and made 0\.00/)
    expect(text).toMatch(/from 1970-01-01T01:00:00Z to 1970-01-02T17:00:00Z/)
  })

  it('exits with an addition or a repeated target, and idle levels, are told', () => {
    const said = [
      long(0.5, { stopLoss: 0.2 }),
      HOLD,
      long(0.5, { stopLoss: 0.1 }),
      keep({ stopPrice: 50 }),
      long(1, { takeProfit: 0.5 }),
    ]
    const text = warningsFor(flat([0, 1, 2, 3, 4, 5, 6]), { strategies: [one(saying(said))] })
    expect(text).toMatch(/^2 times exits were named with an addition or with a repeated target/m)
    expect(text).toMatch(/^Once a strategy kept a level that is looser/m)
  })

  it('shorts are said to pay neither funding nor borrowing', () => {
    const market = { symbol: 'TEST-USD', step: 1e-9, tick: 0, minNotional: 0, shortable: true }
    const strategies = [one(scripted([-1, null, 0]))]
    expect(warningsFor(flat([0, 1, 2, 3]), { market, strategies })).toMatch(
      /Neither funding nor borrowing is charged for 1 short position/,
    )
    const without = [one(scripted([1, null, 0]))]
    expect(warningsFor(flat([0, 1, 2, 3]), { market, strategies: without })).not.toMatch(/funding/)
  })

  it('entries straight after a stop are told where they are most trades', () => {
    const hours = [0, 1, 2, 3, 4, 5]
    const risk = { ...NO_RISK_SETTINGS, stopLoss: 0.005 }
    const strategies = [{ ...one(scripted(hours.map(() => 1))), risk }]
    expect(warningsFor(flat(hours), { strategies })).toMatch(
      /4 of 5 trades were entered straight after a stop/,
    )
    const waiting = [{ ...strategies[0]!, risk: { ...risk, cooldown: 2 } }]
    expect(warningsFor(flat(hours), { strategies: waiting })).not.toMatch(/straight after/)
  })

  it('entries that do not fit together, and places that a name decided, are told', () => {
    const both = [one(scripted([1], 'a')), one(scripted([1], 'b'))]
    expect(warningsFor(flat([0, 1, 2]), { strategies: both })).toMatch(
      /2 times an entry was made smaller than asked for/,
    )
    const limits = { ...NO_RISK_LIMITS, maxOpenPositions: 1 }
    expect(warningsFor(flat([0, 1, 2]), { strategies: both, limits })).toMatch(
      /Once a limit had room for only some entries, and only names decided/,
    )
  })

  it('a position that stays open is told with its size and profit', () => {
    expect(warningsFor(flat([0, 1, 2]), { keepOpen: true })).toMatch(
      /scripted still holds 100, entered at 100: \+0\.00 unrealised/,
    )
  })

  it('finer candles that do not cover the run are told', () => {
    const detail = candlesFrom(
      DETAIL_MS,
      [0, 1, 2, 3].map(k => ({
        time: HOUR_MS + k * DETAIL_MS,
        open: 100,
        high: 101,
        low: 99,
        close: 100,
        volume: 1,
      })),
    )
    expect(warningsFor(flat([0, 1, 2, 3]), {}, detail)).toMatch(
      /2 of 3 candles with an open position are not covered by the 15m candles/,
    )
  })

  it('synthetic data, fills at the close and shorts are told', () => {
    expect(warningsFor(flat([0, 1]), { symbol: 'SYNTH-USD' })).toMatch(/synthetic/)
    expect(warningsFor(flat([0, 1]), { fill: 'close' })).toMatch(/nobody can trade/)
    const market = { symbol: 'TEST-USD', step: 1e-9, tick: 0, minNotional: 0, shortable: true }
    expect(warningsFor(flat([0, 1]), { market })).toMatch(/cannot be promoted/)
  })

  it('an impact curve of another market is told', () => {
    const impact = { impact: 'sol-usdc-calm' }
    expect(warningsFor(flat([0, 1]), impact)).toMatch(
      /sol-usdc-calm was measured in SOL\. TEST-USD/,
    )
    expect(warningsFor(flat([0, 1]), { ...impact, symbol: 'SOL-USDC' })).not.toMatch(/measured/)
  })

  it('an amount that looks like a share of equity is told', () => {
    const sized = (amount: number, capital = 10_000): string =>
      warningsFor(flat([0, 1, 2]), {
        capital,
        strategies: [
          {
            strategy: scripted([1]),
            file: null,
            sourceHash: '',
            template: null,
            params: {},
            risk: { ...NO_RISK_SETTINGS, positionSize: { kind: 'quote', amount } },
            weight: 1,
            priority: 0,
          },
        ],
      })
    expect(sized(0.5)).toMatch(
      /position_size 0\.5 is an amount of quote currency, 0\.005 % of the capital\. For a share of equity write "50%"/,
    )
    expect(sized(100)).toBe('')
    expect(sized(0.5, 20)).toBe('')
  })

  it('a stop inside the usual range of a candle is told', () => {
    const strategies = [
      {
        strategy: scripted([1]),
        file: null,
        sourceHash: '',
        template: null,
        params: {},
        risk: { ...NO_RISK_SETTINGS, stopLoss: 0.005 },
        weight: 1,
        priority: 0,
      },
    ]
    expect(warningsFor(flat([0, 1, 2]), { strategies })).toMatch(
      /tightest stop \(0\.50 %\) lies inside the median range/,
    )
  })
})

describe('candles of polled prices', () => {
  const candles = flat([0, 1, 2, 3])
  const text = /built of polled prices/

  it('are warned of, named by the symbol or by the source of the data', () => {
    expect(warningsFor(candles, { symbol: 'SOL-USDC@jupiter' })).toMatch(text)
    expect(warningsFor(candles, { symbol: 'SOL-USDC@binance' })).not.toMatch(text)
    expect(dataWarnings({ symbol: 'SOL-USDC', source: 'jupiter' }, candles).join()).toMatch(text)
    expect(dataWarnings({ symbol: 'SOL-USDC', source: 'binance' }, candles).join()).not.toMatch(
      text,
    )
  })
})
