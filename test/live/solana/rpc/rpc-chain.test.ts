import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { MAINNET_GENESIS } from '../../../../src/live/solana/programs.js'
import { connect, type Connected } from '../../world/connected.js'
import { startWorld, type World } from '../../world/world.js'

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

describe('the chain by JSON-RPC', () => {
  it('goes on to the next node where one fails, and lets that rest', async () => {
    const { faults, asked } = world.server
    faults.push({ match: 'rpc0', act: { kind: 'status', status: 503 } })
    const tip = await connected.chain.tip('processed')
    expect(tip).toEqual({
      kind: 'answered',
      value: { slot: world.chain.slot, height: world.chain.height },
    })
    expect(connected.health().map(({ failures }) => failures)).toEqual([1, 0])
    await connected.chain.tip('processed')
    expect(asked.map(({ key }) => key)).toEqual([
      'rpc0:getEpochInfo',
      'rpc1:getEpochInfo',
      'rpc1:getEpochInfo',
    ])
  })

  it('keeps the code of a refusal, and what a node says of itself is no refusal', async () => {
    const unhealthy = { kind: 'rpc', code: -32005, message: 'Node is behind by 9 slots' } as const
    world.server.faults.push({ match: 'rpc', times: 2, act: unhealthy })
    expect(await connected.chain.tip('confirmed')).toMatchObject({ isPassing: true, code: -32005 })
    const invalid = { kind: 'rpc', code: -32602, message: 'Invalid param' } as const
    world.server.faults.push({ match: 'rpc', times: 2, act: invalid })
    expect(await connected.chain.tip('confirmed')).toMatchObject({ isPassing: false, code: -32602 })
  })

  it('reads lamports that no double holds', async () => {
    const wallet = world.wallet.publicKey.toBase58()
    world.chain.svm.addLamports(wallet, 2n ** 62n + 1n)
    const seen = await connected.chain.accounts([wallet, world.meme.program], 0)
    if (seen.kind === 'failed') throw new Error(seen.reason)
    expect(seen.value.accounts.get(wallet)!.lamports).toBe(2n ** 62n + 1n + 10n ** 11n)
  })

  it('reads accounts from no node that has not come to the slot', async () => {
    world.nodes[0]!.faults.lag = 9
    const wallet = world.wallet.publicKey.toBase58()
    const seen = await connected.chain.accounts([wallet], world.chain.slot)
    expect(seen).toMatchObject({ value: { seenAt: world.chain.slot } })
    world.nodes[1]!.faults.lag = 9
    expect(await connected.chain.accounts([wallet], world.chain.slot)).toMatchObject({
      kind: 'failed',
    })
  })

  it('names the cluster of each node that answers', async () => {
    world.server.faults.push({ match: 'rpc1', act: { kind: 'status', status: 503 } })
    expect(await connected.clusters()).toEqual([MAINNET_GENESIS])
    // One that fails is left alone for a while.
    await connected.clock.sleep(1_000)
    expect(await connected.clusters()).toEqual([MAINNET_GENESIS, MAINNET_GENESIS])
  })

  it('says what rent is asked now', async () => {
    expect(await connected.chain.rentFor(165)).toMatchObject({ value: 2_039_280n })
    world.chain.svm.setRent(696n)
    expect(await connected.chain.rentFor(165)).toMatchObject({ value: 203_928n })
  })

  it('does not wait for a node that hangs, and does not name its address', async () => {
    world.server.faults.push({ match: 'rpc', times: 2, act: { kind: 'hang' } })
    const other = connect(world, connected.clock, 200)
    const reply = await other.chain.tip('processed')
    await other.close()
    expect(reply).toMatchObject({ isPassing: true, reason: expect.stringMatching(/in time$/) })
    expect((reply as { reason: string }).reason).not.toContain('/rpc')
  })

  it('takes what is cut or not as documented for no answer', async () => {
    world.server.faults.push({ match: 'rpc0', act: { kind: 'malformed' } })
    const body = { jsonrpc: '2.0', id: 1, result: { absoluteSlot: 'x' } }
    world.server.faults.push({ match: 'rpc1', act: { kind: 'status', status: 200, body } })
    expect(await connected.chain.tip('processed')).toMatchObject({ isPassing: true })
  })
})
