import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { baseUnits, formatUnits, parseUnits, type Token } from '../../core/account/money.js'
import { AppError } from '../../core/errors.js'
import { stopFile } from '../../live/wallet/local-signer.js'
import { readSecretFile } from '../../live/wallet/key-file.js'
import { bookFile } from '../../live/wallet/signing-book.js'
import { readLimits } from '../../live/wallet/signing-limits.js'
import { showWallet } from './wallet-files.js'
import { WalletNode, type TokenBalance } from './wallet-node.js'

export interface CheckWalletOptions {
  readonly path: string
  /** A node of the chain; without one nothing of the chain is checked. */
  readonly rpc?: string
  /** The cluster that it must serve: mainnet, devnet, or the hash of a first block. */
  readonly cluster?: string
  /** The least SOL that the wallet must have, to pay its fees with. */
  readonly solFloor?: string
}

/** One thing that was looked at. */
export interface WalletFinding {
  readonly check: string
  readonly ok: boolean
  readonly found: string
}

export interface WalletReport {
  /** Null where the key file cannot be used. */
  readonly address: string | null
  readonly findings: readonly WalletFinding[]
  /** SOL; null where no node told it. */
  readonly sol: string | null
  readonly tokens: readonly TokenBalance[]
}

const SOL: Token = { symbol: 'SOL', decimals: 9 }

/** Whether a wallet is ready to trade: its files first, then what a node says of it. */
export async function checkWallet(
  { path, rpc, cluster = 'mainnet', solFloor = '0.02' }: CheckWalletOptions,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<WalletReport> {
  const floor = parseUnits(solFloor, SOL)
  const findings: WalletFinding[] = []
  const look = async <T>(
    check: string,
    work: () => Promise<[T, string]> | [T, string],
  ): Promise<T | null> => {
    try {
      const [value, found] = await work()
      findings.push({ check, ok: true, found })
      return value
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      findings.push({ check, ok: false, found: `${error.message} (${error.hint})` })
      return null
    }
  }
  const address = await look('key file', () => keyFound(path))
  await look('limits', () => limitsFound(path))
  await look('book', () => bookFound(path))
  const url = rpc ?? environment['SOLANA_RPC_URL'] ?? ''
  if (address === null || url === '') return { address, findings, sol: null, tokens: [] }
  const node = new WalletNode(url)
  const isReached = await look('cluster', () => clusterFound(node, cluster))
  if (isReached === null) return { address, findings, sol: null, tokens: [] }
  const sol = await look('SOL', () => solFound(node, address, floor))
  const tokens = await look('tokens', () => tokensFound(node, address))
  return { address, findings, sol, tokens: tokens ?? [] }
}

function keyFound(path: string): [string, string] {
  const { address, kind } = showWallet(path)
  const what = kind === 'keystore' ? 'under a passphrase' : 'not encrypted: a keystore is safer'
  return [address, `private, ${what}`]
}

function limitsFound(path: string): [true, string] {
  const { worth, tokens } = readLimits(resolve(path))
  const mints = `${tokens.size} tokens may be swapped`
  return [true, `${worth.perTrade} units a trade, ${worth.perDay} a day; ${mints}`]
}

function bookFound(path: string): [true, string] {
  const file = bookFile(resolve(path))
  if (existsSync(stopFile(resolve(path))))
    throw failed('signing is stopped', `remove "${stopFile(resolve(path))}" to sign again`)
  const lines = readSecretFile(file, 2 ** 30).split('\n').length - 2
  return [true, `${lines} entries`]
}

async function clusterFound(node: WalletNode, wanted: string): Promise<[true, string]> {
  const found = await node.cluster()
  if (found !== wanted)
    throw failed(`the node ${node.host} serves ${found}, not ${wanted}`, 'name another by --rpc')
  return [true, `${node.host} serves ${found}`]
}

async function solFound(
  node: WalletNode,
  address: string,
  floor: bigint,
): Promise<[string, string]> {
  const lamports = await node.lamports(address)
  const [has, least] = [lamports, floor].map(units => formatUnits(baseUnits(units), SOL))
  if (lamports < floor)
    throw failed(`${has} SOL are below the floor of ${least}`, `send SOL to ${address}`)
  return [has!, `${has} SOL, the floor is ${least}`]
}

async function tokensFound(
  node: WalletNode,
  address: string,
): Promise<[readonly TokenBalance[], string]> {
  const tokens = await node.tokens(address)
  const held = tokens.map(({ mint, amount }) => `${amount} of ${mint}`)
  return [tokens, held.length === 0 ? 'none' : held.join(', ')]
}

function failed(message: string, hint: string): AppError {
  return new AppError('CHECK_FAILED', message, { hint })
}
