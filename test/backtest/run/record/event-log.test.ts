import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { runBacktest } from '../../../../src/backtest/run/replay/backtest.js'
import { EventLog, firstBrokenLink } from '../../../../src/backtest/run/record/event-log.js'
import { positionRecords } from '../../../../src/backtest/run/record/position-records.js'
import { EventBus } from '../../../../src/core/account/event-bus.js'
import { marketArbitrary } from '../../../market-generator.js'
import { runArbitrary } from '../../../run-arbitrary.js'

function logged(
  candles: Parameters<typeof runBacktest>[0]['candles'],
  spec: Parameters<typeof runBacktest>[0]['spec'],
) {
  const log = new EventLog()
  const bus = new EventBus(log)
  const outcome = runBacktest({ spec, candles, first: 0, sink: event => bus.publish(event) })
  return { log, outcome }
}

describe('the events of a run', () => {
  it('are linked, and a change to any one of them breaks the chain', () => {
    fc.assert(
      fc.property(
        marketArbitrary(100, 160),
        runArbitrary,
        fc.nat(),
        fc.constantFrom('payload', 'time', 'drop', 'swap'),
        (candles, spec, pick, fault) => {
          const records = logged(candles, spec).log.records()
          expect(firstBrokenLink(records)).toBeNull()
          fc.pre(records.length > 2)
          const k = pick % (records.length - 1)
          const changed = records.map(record => ({ ...record }))
          if (fault === 'payload')
            changed[k]!.payload = { ...(changed[k]!.payload as object), strategy: 'another' }
          if (fault === 'time') changed[k]!.time += 1
          if (fault === 'drop') changed.splice(k, 1)
          if (fault === 'swap') [changed[k], changed[k + 1]] = [changed[k + 1]!, changed[k]!]
          expect(firstBrokenLink(changed)).not.toBeNull()
        },
      ),
      { numRuns: 60 },
    )
  })

  it('tell the levels of the stop loss and of the trailing stop apart', () => {
    fc.assert(
      fc.property(marketArbitrary(100, 160), runArbitrary, (candles, run) => {
        const { log } = logged(candles, run)
        for (const event of log.events) {
          if (event.type !== 'position.updated') continue
          const { quantity, stop, stopLoss, trailingStop, breakEven } = event
          const levels = [stopLoss, trailingStop, breakEven].filter(level => level > 0)
          const tighter = quantity > 0 ? Math.max(...levels) : Math.min(...levels)
          expect(stop).toBe(quantity === 0 || levels.length === 0 ? 0 : tighter)
        }
      }),
      { numRuns: 60 },
    )
  })

  it('give each position its fixed level and the last of its trailing one', () => {
    const stamp = { symbol: 'A', strategy: 's' }
    const update = (time: number, quantity: number, trailingStop: number) =>
      ({
        type: 'position.updated',
        ...stamp,
        time,
        quantity,
        entryPrice: 100,
        stop: Math.max(90, trailingStop),
        stopLoss: quantity === 0 ? 0 : 90,
        trailingStop,
        breakEven: 0,
      }) as const
    const fill = (time: number, action: 'entry' | 'exit') =>
      ({
        type: 'trade.executed',
        ...stamp,
        time,
        action,
        side: 'long',
        price: 100,
        size: 1,
        fee: 0,
        txCost: 0,
        reason: null,
        slippage: 0,
        tag: null,
        isMaker: false,
      }) as const
    const events = [fill(0, 'entry'), update(0, 1, 85), update(1, 1, 95)]
    expect(positionRecords(events, [])[0]).toMatchObject({ stopLoss: '90', trailingStop: '95' })
    const closed = positionRecords([...events, fill(2, 'exit'), update(2, 0, 0)], [])
    expect(closed[0]).toMatchObject({ status: 'closed', stopLoss: '90', trailingStop: '95' })
  })

  it('are explained by positions: the closed ones hold the profit of the trades', () => {
    fc.assert(
      fc.property(marketArbitrary(), runArbitrary, (candles, run) => {
        // Legs of one strategy share a name here, so each leg gets its own.
        const legs = run.legs.map((leg, k) => ({
          ...leg,
          strategy: { ...leg.strategy, name: `leg_${k}` },
        }))
        const { log, outcome } = logged(candles, { ...run, legs, keepOpen: false })
        const positions = positionRecords(log.events, outcome.trades)
        expect(positions.every(({ status }) => status === 'closed')).toBe(true)
        const profit = positions.reduce((sum, { pnl }) => sum + Number(pnl), 0)
        const wanted = outcome.trades.reduce((sum, { pnl }) => sum + pnl, 0)
        expect(Math.abs(profit - wanted)).toBeLessThan(
          1e-6 * Math.max(1, outcome.metrics.turnover * run.capital),
        )
        for (const { fees, ...position } of positions.map(each => ({
          ...each,
          ...each.outcome!,
        }))) {
          const paid = position.fills.reduce((sum, fill) => sum + Number(fill.fee), 0)
          expect(Math.abs(paid - fees), 'its own trade').toBeLessThan(1e-9 * Math.max(1, fees))
        }
        const fills = log.events.filter(({ type }) => type === 'trade.executed')
        expect(positions.flatMap(position => position.fills)).toHaveLength(fills.length)
      }),
      { numRuns: 80 },
    )
  })
})
