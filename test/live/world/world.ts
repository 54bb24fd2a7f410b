import { AddressLookupTableAccount, Keypair, PublicKey } from '@solana/web3.js'
import {
  ASSOCIATED_TOKEN_PROGRAM,
  SOL_MINT,
  SYSTEM_PROGRAM,
  TOKEN_PROGRAM,
} from '../../../src/live/solana/programs.js'
import { seededRng, type Rng } from '../../../src/core/random.js'
import { Chain, type ChainOptions } from './chain.js'
import { JupiterApi } from './jupiter-api.js'
import { Pool, type WorldToken } from './pools.js'
import { RpcNode } from './rpc-node.js'
import { swapProgram } from './swap-program.js'
import { mintData, tokenAddress, tokenData } from './token-layouts.js'
import { startServer, type WorldServer } from './world-server.js'

export interface WorldOptions extends ChainOptions {
  /** Nodes of the chain, each at an address of its own. */
  readonly nodes?: number
  /** Port of all; a free one where it is not said. */
  readonly port?: number
  /** What the wallet begins with, lamports. */
  readonly lamports?: bigint
  /** What the wallet begins with, units of the dollar; null where it has no account for them. */
  readonly dollars?: bigint | null
}

/** Jupiter, a chain and a wallet in this process, called simulated wherever they are shown. */
export interface World {
  readonly chain: Chain
  readonly api: JupiterApi
  readonly nodes: readonly RpcNode[]
  readonly server: WorldServer
  readonly wallet: Keypair
  readonly sol: WorldToken
  readonly dollar: WorldToken
  /** A token of five places, of which the wallet has no account. */
  readonly meme: WorldToken
  /** The pool of SOL and the dollar. */
  readonly pool: Pool
  /** The pool of the other token and the dollar. */
  readonly memePool: Pool
  readonly jupiterUrl: string
  readonly rpcUrls: readonly string[]
  /** What the wallet holds of a token: of SOL its lamports. */
  balance(token: WorldToken): bigint
  /** Lets time pass by the clock of this machine. @returns how to stop it */
  run(): () => void
  close(): Promise<void>
}

/** Starts a world; the same seed makes the same world. */
export async function startWorld(options: WorldOptions = {}): Promise<World> {
  const {
    seed = 1,
    nodes: count = 2,
    lamports = 100n * 10n ** 9n,
    dollars = 20_000n * 10n ** 6n,
  } = options
  const chain = new Chain(options)
  const rng = seededRng(seed + 0x5eed)
  const wallet = keypair(rng)
  const token = (symbol: string, decimals: number): WorldToken => ({
    mint: keypair(rng).publicKey.toBase58(),
    symbol,
    decimals,
    program: TOKEN_PROGRAM,
  })
  const sol = { mint: SOL_MINT, symbol: 'SOL', decimals: 9, program: TOKEN_PROGRAM }
  const [dollar, meme] = [token('USDC', 6), token('MEME', 5)]
  for (const { mint, decimals } of [dollar, meme]) putMint(chain, mint, decimals)
  chain.svm.addLamports(wallet.publicKey.toBase58(), lamports)
  if (dollars !== null) putTokens(chain, dollar, wallet.publicKey.toBase58(), dollars)
  const pools = poolsOf(rng, sol, dollar, meme)
  chain.program = swapProgram(pools)
  const table = putTable(chain, rng, [dollar.mint, meme.mint, SOL_MINT])
  const tokens = [sol, dollar, meme]
  const api = new JupiterApi({ chain, pools, tokens, table, dollar: dollar.mint })
  const nodes = Array.from({ length: count }, () => new RpcNode(chain))
  const server = await startServer({ chain, api, nodes }, options.port)
  const owner = wallet.publicKey.toBase58()
  return {
    chain,
    api,
    nodes,
    server,
    wallet,
    sol,
    dollar,
    meme,
    pool: pools[0]!,
    memePool: pools[1]!,
    jupiterUrl: server.url,
    rpcUrls: nodes.map((_, k) => `${server.url}/rpc${k}`),
    balance: ({ mint, program }) => {
      if (mint === SOL_MINT) return chain.svm.lamports(owner)
      return chain.svm.holding(tokenAddress(mint, owner, program))?.amount ?? 0n
    },
    run: () => {
      const timer = setInterval(() => chain.tick(), chain.slotMs)
      return () => clearInterval(timer)
    },
    close: () => server.close(),
  }
}

/** Puts a mint on the chain. */
export function putMint(
  chain: Chain,
  mint: string,
  decimals: number,
  terms: Partial<Parameters<typeof mintData>[0]> & { readonly program?: string } = {},
): void {
  const data = mintData({ decimals, ...terms })
  const owner = terms.program ?? TOKEN_PROGRAM
  const lamports = chain.svm.rentFor(data.length)
  chain.svm.put(mint, { data, owner, lamports, isExecutable: false })
}

/** Puts tokens into a wallet's account for them. */
export function putTokens(
  chain: Chain,
  { mint, program }: WorldToken,
  owner: string,
  amount: bigint,
): void {
  const data = tokenData(mint, owner, amount)
  const lamports = chain.svm.rentFor(data.length)
  const at = tokenAddress(mint, owner, program)
  chain.svm.put(at, { data, owner: program, lamports, isExecutable: false })
}

function poolsOf(rng: Rng, sol: WorldToken, dollar: WorldToken, meme: WorldToken): Pool[] {
  const key = (): string => keypair(rng).publicKey.toBase58()
  const one = (count: bigint, { decimals }: WorldToken): bigint => count * 10n ** BigInt(decimals)
  return [
    new Pool(
      key(),
      new Map([
        [sol.mint, one(50_000n, sol)],
        [dollar.mint, one(7_500_000n, dollar)],
      ]),
    ),
    new Pool(
      key(),
      new Map([
        [meme.mint, one(10_000_000_000n, meme)],
        [dollar.mint, one(200_000n, dollar)],
      ]),
      30,
    ),
  ]
}

/** A lookup table, written straight into the chain. */
function putTable(chain: Chain, rng: Rng, mints: readonly string[]): AddressLookupTableAccount {
  const key = keypair(rng).publicKey
  const owner = keypair(rng).publicKey
  const listed = [...mints, TOKEN_PROGRAM, ASSOCIATED_TOKEN_PROGRAM, SYSTEM_PROGRAM]
  const data = Buffer.alloc(56 + 32 * listed.length)
  data.writeUInt32LE(1, 0)
  data.writeBigUInt64LE(2n ** 64n - 1n, 4)
  data.writeBigUInt64LE(BigInt(chain.slot - 10), 12)
  data[21] = 1
  owner.toBuffer().copy(data, 22)
  listed.forEach((address, k) => new PublicKey(address).toBuffer().copy(data, 56 + 32 * k))
  chain.svm.put(key.toBase58(), {
    data: new Uint8Array(data),
    owner: 'AddressLookupTab1e1111111111111111111111111',
    lamports: chain.svm.rentFor(data.length),
    isExecutable: false,
  })
  return new AddressLookupTableAccount({ key, state: AddressLookupTableAccount.deserialize(data) })
}

function keypair(rng: Rng): Keypair {
  return Keypair.fromSeed(Uint8Array.from({ length: 32 }, () => Math.floor(rng.next() * 256)))
}
