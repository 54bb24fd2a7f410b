import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { TrialStore } from '../../../../src/app/sweep/stored/sweep-store.js'
import type { EncodedTrials, SweepRepository } from '../../../../src/core/ports/research/sweeps.js'
import { batchOf, sweptField } from '../../../backtest/sweep/plan/swept-field.js'

const field = sweptField(['slow=2:40000:1'])

/** A repository that takes one batch each time it is let. */
function slowRepository(): { taken: EncodedTrials[]; let: () => void; sweeps: SweepRepository } {
  const taken: EncodedTrials[] = []
  const gates: (() => void)[] = []
  const append = (trials: EncodedTrials): Promise<void> => {
    taken.push(trials)
    return new Promise(done => gates.push(done))
  }
  return {
    taken,
    let: () => gates.shift()!(),
    sweeps: { append } as Partial<SweepRepository> as SweepRepository,
  }
}

const numbersOf = (taken: readonly EncodedTrials[]): number[] =>
  taken.flatMap(({ numbers }) => numbers)

/** Lets everything happen that waits for nothing. */
const settled = (): Promise<void> => new Promise(done => setImmediate(done))

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }))
afterEach(() => void vi.useRealTimers())

describe('trials on their way to the database', () => {
  it('wait as bytes, and hold the sweep up when the database is a batch behind', async () => {
    const { taken, let: letOne, sweeps } = slowRepository()
    const store = new TrialStore(() => Promise.resolve(sweeps), 's', [field])
    vi.advanceTimersByTime(3000)
    let first = 0
    let isHeld = false
    while (!isHeld && first < 40_000) {
      const added = store.add(batchOf(field, { first, count: 500 })).then(() => 'added')
      first += 500
      isHeld = (await Promise.race([added, settled()])) !== 'added'
    }
    expect(taken).toHaveLength(1)
    expect(first - taken[0]!.numbers.length, 'trials that wait').toBeLessThanOrEqual(5000)
    letOne()
    await settled()
    const flushed = store.flush()
    for (let k = 0; k < 3; k++) {
      await settled()
      if (taken.length > k + 1) letOne()
    }
    await flushed
    expect(numbersOf(taken)).toEqual(Array.from({ length: first }, (_, k) => k))
    for (const { bytes, numbers } of taken) {
      expect(numbers.length).toBeLessThanOrEqual(5000)
      expect(bytes.length, 'given away whole').toBe(bytes.buffer.byteLength)
      expect(bytes.length).toBeLessThan((1 << 22) + 1000)
    }
  })

  it('do not open the database in the first seconds, unless they are very many', async () => {
    let opened = 0
    const store = new TrialStore(() => Promise.reject(new Error(`opened ${(opened += 1)}`)), 's', [
      field,
    ])
    for (let k = 0; k < 30; k++) await store.add(batchOf(field, { first: k * 500, count: 500 }))
    expect(opened).toBe(0)
    vi.advanceTimersByTime(3000)
    await store.add(batchOf(field, { first: 15_000, count: 500 }))
    await settled()
    expect(opened).toBe(1)
    await expect(store.flush()).rejects.toThrow('opened 1')
    const many = new TrialStore(() => Promise.reject(new Error('opened')), 's', [field])
    for (let k = 0; k < 160; k++) await many.add(batchOf(field, { first: k * 500, count: 500 }))
    await expect(many.flush()).rejects.toThrow('opened')
  })
})
