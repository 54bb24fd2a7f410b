import { PLAIN } from '../../plain-request.js'
import { hash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { describePortfolio } from '../../../src/backtest/portfolio/portfolio-manifest.js'
import { runPortfolio } from '../../../src/backtest/portfolio/portfolio-backtest.js'
import { describeRun } from '../../../src/backtest/run/record/manifest.js'
import {
  checkSignalsUnchanged,
  readSignalFile,
  requestSignalPortfolio,
  requestSignalRun,
  type SignalLeg,
} from '../../../src/backtest/signals/signal-request.js'
import { DEFAULT_COSTS } from '../../../src/core/account/costs.js'
import { defaultMarket } from '../../../src/core/account/market.js'
import { DEFAULT_ALLOCATION } from '../../../src/core/engine/allocation/allocation.js'
import { AppError } from '../../../src/core/errors.js'
import { NO_RISK_SETTINGS } from '../../../src/core/risk/settings.js'
import { rows } from '../../market-generator.js'

const candles = rows(...[100, 110, 120, 130].map(price => [price, price, price, price] as const))

function legOf(symbol: string, weight?: number): SignalLeg {
  return {
    request: {
      symbol,
      timeframe: '1h',
      market: defaultMarket(symbol),
      capital: 1000,
      costs: DEFAULT_COSTS,
      ...PLAIN,
    },
    candles,
    risk: NO_RISK_SETTINGS,
    ...(weight !== undefined && { weight }),
  }
}

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)
const one = bytesOf('time,exposure\n1970-01-01T01:00:00Z,1\n')
const several = bytesOf(
  'time,symbol,exposure\n1970-01-01T01:00:00Z,A-USD,1\n1970-01-01T02:00:00Z,B-USD,0.5\n',
)
const data = { main: { candles, hash: 'd' }, detail: null }

function refusalOf(run: () => unknown): AppError {
  try {
    run()
  } catch (error) {
    if (error instanceof AppError) return error
    throw error
  }
  throw new Error('nothing was refused')
}

describe('a file of decisions as a run', () => {
  it('is a strategy known by the bytes of the file', () => {
    const request = requestSignalRun(readSignalFile('my/signals.csv', one), legOf('A-USD'))
    const sourceHash = hash('sha256', one, 'hex')
    expect(request.strategies).toMatchObject([
      { strategy: { name: 'signals' }, file: 'my/signals.csv', sourceHash, weight: 1, params: {} },
    ])
    expect(describeRun(request, data, candles, null).signals).toEqual({
      file: 'my/signals.csv',
      hash: sourceHash,
      time_label: 'close',
    })
  })

  it('takes times by their label', () => {
    const file = readSignalFile('signals.csv', bytesOf('time,exposure\n1970-01-01T00:00:00Z,1\n'))
    const { signals } = requestSignalRun(file, legOf('A-USD'), 'open')
    expect(signals?.timeLabel).toBe('open')
    expect(() => requestSignalRun(file, legOf('A-USD'))).toThrow('is no close')
  })

  it('refuses in a line what a strategy may not answer', () => {
    const file = readSignalFile(
      'signals.jsonl',
      bytesOf('{"time":"1970-01-01T01:00:00Z","exposure":1,"stop_loss":-2}\n'),
    )
    const { code, message } = refusalOf(() => requestSignalRun(file, legOf('A-USD')))
    expect(code).toBe('BAD_SIGNALS')
    expect(message).toContain('line 1: it named stopLoss -2')
  })

  it('of several symbols gives each an equal share unless weights are given', () => {
    const file = readSignalFile('signals.csv', several)
    const allocation = { ...DEFAULT_ALLOCATION, method: 'fixed' as const }
    const weightsOf = (legs: readonly SignalLeg[]): readonly number[] =>
      requestSignalPortfolio(file, legs, { allocation }).runs.map(
        ({ strategies }) => strategies[0]!.weight,
      )
    expect(file.symbols).toEqual(['A-USD', 'B-USD'])
    expect(weightsOf([legOf('A-USD'), legOf('B-USD')])).toEqual([0.5, 0.5])
    expect(weightsOf([legOf('A-USD', 0.7), legOf('B-USD', 0.2)])).toEqual([0.7, 0.2])
  })

  it('of several symbols trades each by its own lines, and says so in one manifest', () => {
    const file = readSignalFile('signals.csv', several)
    const legs = [legOf('B-USD'), legOf('A-USD')]
    const request = requestSignalPortfolio(file, legs, { allocation: DEFAULT_ALLOCATION })
    const [first] = request.runs
    const outcome = runPortfolio({
      spec: { ...first!, path: 'pessimistic', allocation: DEFAULT_ALLOCATION },
      markets: request.runs.map(({ market, strategies }) => ({
        candles,
        first: 0,
        legs: strategies.map(leg => ({ ...leg, market })),
      })),
    })
    expect(outcome.trades.map(trade => [trade.symbol, trade.entryPrice])).toEqual([
      ['A-USD', 110 * 1.0005],
      ['B-USD', 120 * 1.0005],
    ])
    const span = {
      time: outcome.time,
      markets: request.runs.map(() => ({ first: 0, decideFrom: 0 })),
    }
    const manifest = describePortfolio(request, [data, data], span)
    expect(manifest.signals?.hash).toBe(file.hash)
  })

  it('can be verified: a file that has changed is refused with both hashes', () => {
    const before = readSignalFile('signals.csv', one)
    const stored = { file: before.file, hash: before.hash, time_label: 'close' as const }
    expect(() => checkSignalsUnchanged(stored, one)).not.toThrow()
    const now = readSignalFile('signals.csv', several)
    const { code, message } = refusalOf(() => checkSignalsUnchanged(stored, several))
    expect(code).toBe('SIGNALS_CHANGED')
    expect(message).toContain(before.hash)
    expect(message).toContain(now.hash)
  })
})
