/* eslint-disable @typescript-eslint/no-explicit-any -- answers are read as their shapes are documented */
import { VersionedTransaction } from '@solana/web3.js'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { toBase58 } from '../../../src/live/solana/base58.js'
import { startWorld, type World } from './world.js'

let world: World
beforeEach(async () => {
  world = await startWorld()
})
afterEach(() => world.close())

async function ask(path: string, body?: unknown): Promise<Record<string, any>> {
  const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }
  const answer = await fetch(world.server.url + path, init)
  return (await answer.json()) as Record<string, any>
}

async function rpc(method: string, ...params: unknown[]): Promise<any> {
  const { result, error } = await ask('/rpc0', { jsonrpc: '2.0', id: 1, method, params })
  if (error !== undefined) throw new Error(JSON.stringify(error))
  return result
}

async function signedSwap(from: string, to: string, amount: bigint): Promise<VersionedTransaction> {
  const query = `inputMint=${from}&outputMint=${to}&amount=${amount}&slippageBps=50&instructionVersion=V2`
  const quoteResponse = await ask(`/swap/v1/quote?${query}`)
  const userPublicKey = world.wallet.publicKey.toBase58()
  const request = { quoteResponse, userPublicKey, dynamicComputeUnitLimit: true }
  const { swapTransaction } = await ask('/swap/v1/swap', request)
  const transaction = VersionedTransaction.deserialize(Buffer.from(swapTransaction, 'base64'))
  transaction.sign([world.wallet])
  return transaction
}

const base64 = (transaction: VersionedTransaction): string =>
  Buffer.from(transaction.serialize()).toString('base64')

describe('the world of tests', () => {
  it('swaps SOL into dollars and back, to the unit of its pool', async () => {
    const { chain, sol, dollar, pool } = world
    const out = pool.outFor(sol.mint, 10n ** 10n)
    const transaction = await signedSwap(sol.mint, dollar.mint, 10n ** 10n)
    const simulated = await rpc('simulateTransaction', base64(transaction), {})
    expect(simulated.value.err).toBeNull()
    const signature = await rpc('sendTransaction', base64(transaction), { skipPreflight: true })
    expect(signature).toBe(toBase58(transaction.signatures[0]!))
    chain.tick(2)
    const { fee } = chain.landed.get(signature)!
    expect(world.balance(dollar)).toBe(20_000n * 10n ** 6n + out)
    expect(world.balance(sol)).toBe(90n * 10n ** 9n - fee)
    const back = await signedSwap(dollar.mint, sol.mint, 10n ** 9n)
    const gained = pool.outFor(dollar.mint, 10n ** 9n)
    await rpc('sendTransaction', base64(back), { skipPreflight: true })
    chain.tick(2)
    expect(world.balance(sol)).toBe(90n * 10n ** 9n - 2n * fee + gained)
    expect(world.balance(dollar)).toBe(19_000n * 10n ** 6n + out)
  })

  it('leaves the numbers of this process alone', async () => {
    const transaction = await signedSwap(world.sol.mint, world.dollar.mint, 10n ** 9n)
    await rpc('sendTransaction', base64(transaction), { skipPreflight: true })
    world.chain.tick(2)
    expect(world.chain.landed.size).toBe(1)
    expect(5.5 % 2).toBe(1.5)
  })

  it('is the same world from the same seed', async () => {
    const other = await startWorld()
    expect(other.wallet.publicKey.toBase58()).toBe(world.wallet.publicKey.toBase58())
    expect(other.chain.view().blockhash).toBe(world.chain.view().blockhash)
    await other.close()
  })

  it('makes an account for a token that the wallet did not hold, and takes its rent', async () => {
    const { chain, dollar, meme } = world
    const before = world.balance(world.sol)
    const transaction = await signedSwap(dollar.mint, meme.mint, 10n ** 8n)
    const signature = await rpc('sendTransaction', base64(transaction), { skipPreflight: true })
    chain.tick(2)
    const { fee, error } = chain.landed.get(signature)!
    expect(error).toBeNull()
    expect(world.balance(meme)).toBeGreaterThan(0n)
    expect(before - world.balance(world.sol)).toBe(fee + chain.svm.rentFor(165))
  })

  it('burns the fee alone where the price has run away', async () => {
    const { chain, sol, dollar, pool } = world
    const transaction = await signedSwap(sol.mint, dollar.mint, 10n ** 9n)
    pool.movePrice(sol.mint, -200)
    const signature = await rpc('sendTransaction', base64(transaction), { skipPreflight: true })
    chain.tick(2)
    const landed = chain.landed.get(signature)!
    expect(landed.error).toMatchObject({ InstructionError: [expect.any(Number), { Custom: 6001 }] })
    expect(world.balance(dollar)).toBe(20_000n * 10n ** 6n)
    expect(world.balance(sol)).toBe(100n * 10n ** 9n - landed.fee)
  })

  it('takes a forked transaction back, whole', async () => {
    const { chain, sol, dollar, pool } = world
    const transaction = await signedSwap(sol.mint, dollar.mint, 10n ** 9n)
    const reserve = pool.reserves.get(sol.mint)
    chain.faults.forkOuts = 1
    await rpc('sendTransaction', base64(transaction), { skipPreflight: true })
    chain.tick(1)
    expect(chain.landed.size).toBe(1)
    chain.tick(1)
    expect(chain.landed.size).toBe(0)
    expect(world.balance(sol)).toBe(100n * 10n ** 9n)
    expect(pool.reserves.get(sol.mint)).toBe(reserve)
    await rpc('sendTransaction', base64(transaction), { skipPreflight: true })
    chain.tick(1)
    expect(chain.landed.size).toBe(1)
  })

  it('forgets a transaction whose blockhash is too old, and says nothing', async () => {
    const { chain, sol, dollar } = world
    const transaction = await signedSwap(sol.mint, dollar.mint, 10n ** 9n)
    chain.tick(151)
    await rpc('sendTransaction', base64(transaction), { skipPreflight: true })
    chain.tick(40)
    expect(chain.landed.size).toBe(0)
    await expect(rpc('sendTransaction', base64(transaction), {})).rejects.toThrow(
      'Blockhash not found',
    )
  })

  it('counts heights and slots apart, and shows each node its own view', async () => {
    const { chain, nodes } = world
    chain.faults.skipEvery = 2
    const [slot, height] = [chain.slot, chain.height]
    chain.tick(10)
    expect(chain.slot - slot).toBe(10)
    expect(chain.height - height).toBe(5)
    nodes[0]!.faults.lag = 3
    const late = await rpc('getEpochInfo', { commitment: 'processed' })
    expect(chain.height - late.blockHeight).toBe(3)
  })

  it('keeps every digit of an amount in what it sends', async () => {
    world.chain.svm.addLamports(world.wallet.publicKey.toBase58(), 2n ** 63n)
    const body = { jsonrpc: '2.0', id: 1, method: 'getBalance', params: [world.wallet.publicKey] }
    const answer = await fetch(world.rpcUrls[1]!, { method: 'POST', body: JSON.stringify(body) })
    expect(await answer.text()).toContain(`"value":${2n ** 63n + 100n * 10n ** 9n}`)
  })

  it('can charge another rent from some slot on', () => {
    world.chain.svm.setRent(696n)
    expect(world.chain.svm.rentFor(165)).toBe(203_928n)
  })

  it('runs by the clock where somebody wants to watch it', () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    try {
      const { slot, slotMs } = world.chain
      const stop = world.run()
      vi.advanceTimersByTime(5 * slotMs)
      expect(world.chain.slot - slot).toBe(5)
      stop()
      vi.advanceTimersByTime(5 * slotMs)
      expect(world.chain.slot - slot).toBe(5)
    } finally {
      vi.useRealTimers()
    }
  })
})
