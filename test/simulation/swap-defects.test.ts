import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { brokerWith } from '../live/swaps/defective-broker.js'
import { DEFECTS } from '../live/swaps/defects.js'
import { SwapSimulation } from './swap-simulation.js'

const folder = mkdtempSync(join(tmpdir(), 'assay-simulated-defects-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Worlds within which a defect must show. */
const SEEDS = 3000

/** Defects that no world of the simulation can show: it has no such transactions, prices or reversals. */
const UNSEEN = new Set([
  'the first node is believed, whatever the others know',
  'bytes are sent once',
  'confirmed counts as final',
  'whatever Jupiter builds is signed',
  'a trial that fails changes nothing',
  'the least of an order does not bind its quotes',
  'no independent price is asked',
  'old quotes are signed',
  'what is refused for good is asked again',
  'a signer that is away is taken for one that refuses',
  'all SOL may be spent',
  'a cancelled order is tried again',
])

describe('worlds of faults show a defect', () => {
  it.each(DEFECTS.filter(({ name }) => !UNSEEN.has(name)))('$name', async defect => {
    const make = await brokerWith(defect, folder)
    await expect(simulateAll(make)).rejects.toThrow()
  })
})

async function simulateAll(make: Awaited<ReturnType<typeof brokerWith>>): Promise<void> {
  for (let seed = 1; seed <= SEEDS; seed++) await new SwapSimulation(seed, make).run()
}
