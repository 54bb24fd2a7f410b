import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { lotOf } from '../../../src/core/account/market.js'
import type { VenueFill } from '../../../src/core/trading/venue/broker.js'
import { seededRng, type Rng } from '../../../src/core/random.js'
import { openDatabase } from '../../../src/data/store/database.js'
import { createSwapJournal } from '../../../src/data/store/journal/swap-journal.js'
import { startWorld, type World } from '../world/world.js'
import { verifyBooks } from './invariants.js'
import { liveOrders, readSession, type TraderTerms } from './killed-trader.js'

const ROOT = join(import.meta.dirname, '../../..')
const ORDERS = 20
const KILLS = 6

const folder = mkdtempSync(join(tmpdir(), 'assay-killed-'))
let world: World | undefined
afterEach(async () => {
  await world?.close()
  rmSync(folder, { recursive: true, force: true })
})

/** Runs a trader, and kills it some time after it is ready; at infinity it may end. @returns whether it did */
async function run(terms: TraderTerms, afterMs: number): Promise<boolean> {
  const script = join(import.meta.dirname, 'killed-trader.ts')
  const child = spawn(process.execPath, ['--import', 'tsx', script, JSON.stringify(terms)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    cwd: ROOT,
  })
  let output = ''
  child.stdout.on('data', (text: Buffer) => {
    if (output === '' && afterMs < Infinity) setTimeout(() => child.kill('SIGKILL'), afterMs)
    output += text.toString()
  })
  await new Promise(exited => child.once('exit', exited))
  return output.includes('done')
}

/** Lets slots pass by the clock, with a fault now and then. */
function pass({ chain, pool, sol }: World, rng: Rng): () => void {
  const timer = setInterval(() => {
    chain.tick()
    if (rng.next() < 0.02) chain.faults.drops += 1
    if (rng.next() < 0.01) chain.faults.forkOuts = 1
    if (rng.next() < 0.02) chain.faults.landDelay = Math.floor(rng.next() * 30)
    if (rng.next() < 0.01) chain.faults.slippageFails = 1
    if (rng.next() < 0.02) pool.movePrice(sol.mint, Math.round(rng.next() * 10 - 5))
  }, 10)
  return () => clearInterval(timer)
}

it(
  'a trader that is killed again and again ends with the books of the chain, to the unit',
  { timeout: 300_000 },
  async () => {
    world = await startWorld()
    const rng = seededRng(11)
    const { sol, dollar, wallet, jupiterUrl, rpcUrls, chain } = world
    const held = (): Map<string, bigint> =>
      new Map([sol, dollar].map(token => [token.mint, world!.balance(token)]))
    const before = held()
    const secret = [...wallet.secretKey]
    const terms = { folder, jupiterUrl, rpcUrls, secret, sol, dollar, orders: ORDERS }
    const stop = pass(world, rng)
    let kills = 0
    while (kills < KILLS && !(await run(terms, 50 + rng.next() * 1_200))) kills += 1
    const isDone = await run(terms, Infinity)
    stop()
    expect(isDone).toBe(true)
    expect(kills, 'it was killed').toBeGreaterThan(2)

    const lines = readSession(folder)
    expect(lines.filter(line => 'placed' in line)).toHaveLength(ORDERS)
    expect(liveOrders(lines)).toEqual([])
    const database = await openDatabase({ folder })
    const journal = createSwapJournal(database)
    const kept = await Promise.all(
      lines.flatMap(line => ('placed' in line ? [journal.find(line.placed.id)] : [])),
    )
    await database.close()
    const fills = lines.flatMap(line =>
      'heard' in line && line.heard.kind === 'fill' ? [line.heard] : [],
    )
    verifyBooks({
      journal: kept.flatMap(known => (known === undefined ? [] : [known])),
      landed: [...chain.landed.values()],
      before,
      after: held(),
      markets: [{ symbol: 'SOL-USDC', base: sol, quote: dollar, lot: lotOf(1e-9) }],
      fillsOf: order => fills.filter((fill): fill is VenueFill => fill.order === order),
      isHalted: false,
    })
    expect(fills.length).toBeGreaterThan(ORDERS / 2)
  },
)
