import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { baseUnits } from '../../../src/core/account/money.js'
import type { QuoteRequest, SwapQuote } from '../../../src/live/jupiter/swap-venue.js'
import type { Reply } from '../../../src/live/reply.js'
import { connect, type Connected } from '../world/connected.js'
import { startWorld, type World } from '../world/world.js'

let world: World
let connected: Connected
beforeEach(async () => {
  world = await startWorld()
  connected = connect(world)
})
afterEach(async () => {
  await connected.close()
  await world.close()
})

const request = (): QuoteRequest => ({
  givesMint: world.sol.mint,
  takesMint: world.dollar.mint,
  amount: baseUnits(5n * 10n ** 9n),
  slippageBps: 30,
})

function valueOf<T>(reply: Reply<T>): T {
  if (reply.kind === 'failed') throw new Error(reply.reason)
  return reply.value
}

const build = (quote: SwapQuote): ReturnType<Connected['venue']['build']> =>
  connected.venue.build(quote, {
    wallet: world.wallet.publicKey.toBase58(),
    priorityMax: baseUnits(50_000n),
  })

/** A quote of which nobody waits longer. */
async function quoteWithin(timeoutMs: number): Promise<Reply<SwapQuote>> {
  const other = connect(world, connected.clock, timeoutMs)
  const quote = await other.venue.quote(request())
  await other.close()
  return quote
}

describe('the client of Jupiter', () => {
  it('quotes and builds, with the key and the whole quote as it came', async () => {
    const quote = valueOf(await connected.venue.quote(request()))
    expect(quote.out).toBe(world.pool.outFor(world.sol.mint, 5n * 10n ** 9n))
    expect(quote.slot).toBe(world.chain.slot)
    const built = valueOf(await build(quote))
    expect(built.bytes.length).toBeGreaterThan(200)
    expect(built.lastValidHeight).toBe(world.chain.height + 150)
    const [asked, posted] = world.server.asked
    expect(asked!.headers['x-api-key']).toBe('jup_test')
    expect(asked!.query.get('instructionVersion')).toBe('V2')
    expect((posted!.body as { quoteResponse: unknown }).quoteResponse).toEqual(quote.raw)
    expect(quote.raw).toHaveProperty('mostReliableAmmsQuoteReport')
  })

  it('asks for amounts that no double holds, digit by digit', async () => {
    const amount = baseUnits(2n ** 60n + 1n)
    await connected.venue.quote({ ...request(), amount })
    expect(world.server.asked[0]!.query.get('amount')).toBe('1152921504606846977')
  })

  it('tells what is refused for good from what may pass', async () => {
    const { faults } = world.server
    const unknown = await connected.venue.quote({ ...request(), takesMint: world.sol.program })
    expect(unknown).toMatchObject({ isPassing: false, code: 'TOKEN_NOT_TRADABLE' })
    const dust = await connected.venue.quote({ ...request(), amount: baseUnits(1n) })
    expect(dust).toMatchObject({ isPassing: true, code: 'COULD_NOT_FIND_ANY_ROUTE' })
    faults.push({ match: 'quote', act: { kind: 'status', status: 503 } })
    expect(await connected.venue.quote(request())).toMatchObject({ isPassing: true, code: 503 })
    faults.push({ match: 'quote', act: { kind: 'status', status: 403 } })
    expect(await connected.venue.quote(request())).toMatchObject({ isPassing: false, code: 403 })
    for (const kind of ['hang', 'reset', 'malformed'] as const) {
      faults.push({ match: 'quote', act: { kind } })
      expect(await quoteWithin(300), kind).toMatchObject({ isPassing: true })
    }
  })

  it('sees that the transaction of a good answer fails in the simulation of Jupiter itself', async () => {
    const quote = valueOf(await connected.venue.quote(request()))
    world.api.faults.simulationError = { errorCode: 'X', error: 'insufficient funds' }
    expect(await build(quote)).toMatchObject({ kind: 'failed', code: 'simulation' })
  })

  it('takes no quote for another swap than was asked', async () => {
    const body = {
      ...(valueOf(await connected.venue.quote(request())).raw as object),
      inAmount: '7',
    }
    world.server.faults.push({ match: 'quote', act: { kind: 'status', status: 200, body } })
    expect(await connected.venue.quote(request())).toMatchObject({
      reason: 'Jupiter quotes something else than was asked',
    })
  })

  it('leaves Jupiter alone after a 429 until it says, however many ask', async () => {
    const reset = String(Math.floor(world.chain.time / 1000) + 20)
    const headers = { 'x-ratelimit-reset': reset }
    world.server.faults.push({ match: 'quote', act: { kind: 'status', status: 429, headers } })
    const first = await connected.venue.quote(request())
    expect(first).toMatchObject({ isPassing: true, code: 429, waitMs: 20_000 })
    expect(await connected.prices.prices([world.sol.mint])).toMatchObject({ code: 429 })
    expect(world.server.asked).toHaveLength(1)
    await connected.clock.sleep(20_000)
    expect(await connected.venue.quote(request())).toMatchObject({ kind: 'answered' })
  })

  it('prices tokens, and leaves out what has no price', async () => {
    world.api.faults.unpriced.add(world.dollar.mint)
    const prices = valueOf(await connected.prices.prices([world.sol.mint, world.dollar.mint]))
    expect([...prices]).toEqual([[world.sol.mint, 150]])
  })
})
