import { describe, expect, it } from 'vitest'
import { EventBus } from '../../../src/core/account/event-bus.js'
import type { TradingEvent } from '../../../src/core/account/events.js'

const signal = (exposure: number): TradingEvent => ({
  type: 'signal',
  time: 0,
  symbol: 'TEST-USD',
  strategy: 'test',
  exposure,
  outcome: 'ordered',
})

const breach: TradingEvent = {
  type: 'risk.breached',
  time: 0,
  symbol: 'TEST-USD',
  strategy: 'test',
  limit: 'maxDrawdown',
  value: 0.2,
  threshold: 0.1,
}

describe('the event bus', () => {
  it('numbers events and writes each to the journal before any handler sees it', () => {
    const order: string[] = []
    const bus = new EventBus({
      append: ({ seq, event }) => void order.push(`journal ${seq} ${event.type}`),
    })
    bus.subscribe('signal', (event, seq) => void order.push(`first ${seq} ${event.exposure}`))
    bus.subscribe('signal', (_, seq) => void order.push(`second ${seq}`))
    bus.publish(signal(1))
    bus.publish(breach)
    bus.publish(signal(0))
    expect(order).toEqual([
      'journal 0 signal',
      'first 0 1',
      'second 0',
      'journal 1 risk.breached',
      'journal 2 signal',
      'first 2 0',
      'second 2',
    ])
  })

  it('stops where the journal fails, so that no handler acts on what is not kept', () => {
    let handled = 0
    const bus = new EventBus({
      append: () => {
        throw new Error('disk full')
      },
    })
    bus.subscribe('signal', () => void (handled += 1))
    expect(() => bus.publish(signal(1))).toThrow('disk full')
    expect(handled).toBe(0)
  })
})
