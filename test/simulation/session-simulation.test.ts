import { expect, it } from 'vitest'
import { marketsOfSeed, SessionSimulation } from './session-simulation.js'
import { simulateRange, simulateSeed } from './simulate.js'

const SEEDS = 200

it(`in ${SEEDS} worlds of faults a session loses nothing, and orders nothing twice`, async () => {
  expect(await simulateRange({ from: 1, seeds: SEEDS, every: 1, offset: 0 })).toEqual([])
}, 600_000)

it.each([
  [5948, 'a trailing stop that follows the whole candle of its entry'],
  [1197, 'a candle that was late is late still where the clock has run back'],
  [1209, 'a stop beyond the close of a candle that came late'],
  [3958, 'a stop that a candle raises beyond its own close'],
  [6105, 'a level that was passed while an order was under way'],
  [7730, 'an order that a process thought dead opens after the next one has buried it'],
])('seed %i holds: %s', async seed => {
  expect(await simulateSeed(seed)).toBeNull()
})

it('a seed makes the same session again', async () => {
  let orders = 0
  for (let seed = 1; seed <= 12; seed++) {
    const markets = marketsOfSeed(seed)
    const [one, other] = [seed, seed].map(of => new SessionSimulation(of, { markets })) as [
      SessionSimulation,
      SessionSimulation,
    ]
    await one.run()
    await other.run()
    expect(other.journal.all()).toEqual(one.journal.all())
    expect(other.store.standing).toEqual(one.store.standing)
    orders += one.journal.all().length
  }
  expect(orders, 'seeds that order something are among them').toBeGreaterThan(0)
}, 60_000)
