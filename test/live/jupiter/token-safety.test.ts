import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { TokenReport } from '../../../src/live/jupiter/token-safety.js'
import { TOKEN_2022_PROGRAM } from '../../../src/live/solana/programs.js'
import { connect, type Connected } from '../world/connected.js'
import { EXTENSIONS } from '../world/token-layouts.js'
import { putMint, startWorld, type World } from '../world/world.js'

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

async function reportOf(mint: string, ...trusted: readonly string[]): Promise<TokenReport> {
  const reply = await connected.safety.check([mint], new Set(trusted))
  if (reply.kind === 'failed') throw new Error(reply.reason)
  return reply.value[0]!
}

describe('the safety of tokens', () => {
  it('has nothing against SOL and a plain token, and knows their places and programs', async () => {
    expect(await reportOf(world.sol.mint)).toEqual({ ...world.sol, objections: [] })
    expect(await reportOf(world.meme.mint)).toEqual({ ...world.meme, objections: [] })
  })

  it('names who may freeze or make more of a token, but for the trusted', async () => {
    const authority = world.wallet.publicKey.toBase58()
    const rights = { mintAuthority: authority, freezeAuthority: authority }
    putMint(world.chain, world.meme.mint, 5, rights)
    expect((await reportOf(world.meme.mint)).objections).toEqual([
      `${authority} may make more of it`,
      `${authority} may freeze accounts of it`,
    ])
    expect((await reportOf(world.meme.mint, world.meme.mint)).objections).toEqual([])
  })

  it('refuses fees, hooks and delegates of Token-2022, also to the trusted', async () => {
    const extensions = Object.values(EXTENSIONS).map(type => [type, Buffer.alloc(32)] as const)
    putMint(world.chain, world.meme.mint, 5, { program: TOKEN_2022_PROGRAM, extensions })
    const { objections, program } = await reportOf(world.meme.mint, world.meme.mint)
    expect(program).toBe(TOKEN_2022_PROGRAM)
    expect(objections).toEqual([
      'it has a fee on each transfer',
      'it has a delegate who may take it out of any account',
      'it has a program that each transfer calls',
    ])
  })

  it('listens to what Jupiter knows of it', async () => {
    const { meme, api } = world
    api.faults.tokenNotes.set(meme.mint, { isVerified: false, audit: { isSus: true }, decimals: 6 })
    expect((await reportOf(meme.mint)).objections).toEqual([
      'Jupiter has not verified it',
      'Jupiter calls it suspicious',
      'the chain says 5 decimal places, Jupiter another number',
    ])
    putMint(world.chain, world.wallet.publicKey.toBase58(), 5)
    expect((await reportOf(world.wallet.publicKey.toBase58())).objections).toEqual([
      'Jupiter does not know it',
    ])
  })

  it('takes no other account for a token', async () => {
    const { objections } = await reportOf(world.meme.program)
    expect(objections).toEqual(['its address is that of no token'])
  })

  it('has no report where Jupiter or the chain does not answer', async () => {
    world.server.faults.push({ match: 'tokens', act: { kind: 'status', status: 503 } })
    expect(await connected.safety.check([world.sol.mint], new Set())).toMatchObject({
      kind: 'failed',
      isPassing: true,
    })
  })
})
