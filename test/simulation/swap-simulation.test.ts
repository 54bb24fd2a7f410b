import { expect, it } from 'vitest'
import { SwapSimulation } from './swap-simulation.js'

const SEEDS = Number(process.env['ASSAY_SWAP_SEEDS'] ?? 150)
const FIRST = Number(process.env['ASSAY_SWAP_SEED'] ?? 1)

it(`in ${SEEDS} worlds of faults no order is lost and none doubled, from seed ${FIRST}`, async () => {
  const states = new Map<string, number>()
  for (let seed = FIRST; seed < FIRST + SEEDS; seed++) {
    const simulation = new SwapSimulation(seed)
    try {
      await simulation.run()
    } catch (error) {
      const again = `ASSAY_SWAP_SEED=${seed} ASSAY_SWAP_SEEDS=1 npx vitest run test/simulation`
      throw new Error(`${(error as Error).message}\n${again}`, { cause: error })
    }
    for (const { attempts } of simulation.intents) {
      for (const { state } of attempts) states.set(state, (states.get(state) ?? 0) + 1)
    }
  }
  // The worlds reach what they are for.
  if (SEEDS >= 100)
    expect([...states.keys()].sort((a, b) => (a < b ? -1 : 1))).toEqual([
      'expired',
      'failed',
      'finalized',
    ])
}, 600_000)

it('a seed makes the same world again', async () => {
  const one = new SwapSimulation(7)
  const other = new SwapSimulation(7)
  await one.run()
  await other.run()
  expect(other.intents).toEqual(one.intents)
  expect(one.intents.length).toBeGreaterThan(0)
})
