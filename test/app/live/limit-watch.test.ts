import { describe, expect, it } from 'vitest'
import { LimitWatch, type SurroundingLimits } from '../../../src/app/live/limit-watch.js'
import type { SessionCommit } from '../../../src/core/ports/trading/sessions.js'
import { answered, passing, type Reply } from '../../../src/live/reply.js'
import type { RunnerInput } from '../../../src/live/runner/runner-input.js'
import { SOL_MARKET, DOLLAR, SOL } from '../../simulation/simulated-tokens.js'
import { VirtualClock } from '../../live/virtual-clock.js'

const NONE: SurroundingLimits = { maxDepeg: null, maxDeviation: null, maxRefused: null }
const START = Date.UTC(2026, 2, 2, 12)

/** A watch whose prices are those of the list, one a look; null for no answer. */
function watchOf(limits: Partial<SurroundingLimits>, looks: readonly ([number, number] | null)[]) {
  const clock = new VirtualClock(START)
  const stop = new AbortController()
  let k = 0
  const prices = (): Promise<Reply<ReadonlyMap<string, number>>> => {
    if (k === looks.length - 1) stop.abort()
    const look = looks[Math.min(k++, looks.length - 1)]!
    if (look === null) return Promise.resolve(passing('nobody answers'))
    return Promise.resolve(answered(new Map([SOL, DOLLAR].map(({ mint }, i) => [mint, look[i]!]))))
  }
  const watch = new LimitWatch([SOL_MARKET], { ...NONE, ...limits }, { prices: { prices }, clock })
  return { watch, clock, stop }
}

function committed(price: number, refused = 0): Pick<SessionCommit, 'inputs' | 'status'> {
  const outcome = { kind: 'outcome', order: 'x', state: 'refused', reason: 'no route' }
  const status = {
    prices: { 'SOL-USDC': price },
    time: START,
  } as unknown as SessionCommit['status']
  const inputs = Array.from({ length: refused }, (_, seq) => ({
    seq,
    time: START,
    kind: 'outcome',
    payload: outcome,
  }))
  return { inputs, status }
}

async function all(inputs: AsyncGenerator<readonly RunnerInput[]>): Promise<readonly string[]> {
  const told: string[] = []
  for await (const batch of inputs) {
    for (const one of batch) {
      if (one.kind === 'hold') told.push(`${one.name} ${one.isOn ? 'on' : 'off'}`)
      if (one.kind === 'say') told.push(`${one.event.type} ${String(one.event['value'])}`)
    }
  }
  return told
}

describe('limits of what surrounds a session', () => {
  it('hold entries while the quote coin is not worth a dollar, and say so once', async () => {
    const looks = [[150, 1], [150, 0.97], null, [150, 0.96], [150, 0.999]] as const
    const { watch, stop } = watchOf({ maxDepeg: 0.02 }, looks as never)
    expect(await all(watch.inputs(stop.signal))).toEqual([
      'limit.breached 0.03',
      'max_depeg on',
      'max_depeg off',
    ])
  })

  it('hold entries while a close is far from an independent price, where it is fresh', async () => {
    const looks = [
      [150, 1],
      [140, 1],
      [151, 1],
      [100, 1],
      [100, 1],
    ] as const
    const { watch, stop } = watchOf({ maxDeviation: 0.05 }, looks as never)
    watch.hear(committed(150))
    // After 90 seconds the close of the start is no news, whatever the price.
    expect(await all(watch.inputs(stop.signal))).toEqual([
      'limit.breached 0.07143',
      'max_deviation on',
      'max_deviation off',
      'limit.breached 0.5',
      'max_deviation on',
    ])
  })

  it('hold entries while the venue refuses too many orders within an hour', async () => {
    const { watch, clock, stop } = watchOf({ maxRefused: 3 }, [null])
    watch.hear(committed(150, 3))
    const over = clock.sleep(3_700_000).then(() => stop.abort())
    expect(await all(watch.inputs(stop.signal))).toEqual([
      'limit.breached 3',
      'max_refused on',
      'max_refused off',
    ])
    await over
  })
})
