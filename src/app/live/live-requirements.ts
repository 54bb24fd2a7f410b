import { resolve } from 'node:path'
import { AppError } from '../../core/errors.js'
import type { ConnectionOptions } from '../../live/connection.js'
import { isOn, numberOption, textOption } from '../options/options.js'
import { WalletNode } from '../wallet/wallet-node.js'
import type { Workspace } from '../workspace/compose.js'
import { JUPITER_URL, type ChainOptions, type LiveOptions } from './live-options.js'
import type { StartCheck } from './live-start.js'

const TIMEOUT_MS = 5_000
const RPC_PER_SECOND = 20

/** Somebody must have said that money is at stake. @throws AppError LIVE_REFUSED */
export function requireConsent(options: LiveOptions): void {
  if (isOn(options, 'iUnderstandThisTradesRealMoney') || isOn(options, 'dryRun')) return
  throw new AppError('LIVE_REFUSED', 'live trading spends real money, and nobody has said so', {
    hint: 'add --i-understand-this-trades-real-money, or --dry-run for everything except signing and sending',
  })
}

/** Orders and leases outlive this process. @throws AppError USAGE */
export function requireServers({ home: { databaseUrl, redisUrl } }: Workspace): void {
  const missing = [
    ...(databaseUrl === null ? ['DATABASE_URL'] : []),
    ...(redisUrl === null ? ['REDIS_URL'] : []),
  ]
  if (missing.length === 0) return
  throw new AppError('USAGE', `${missing.join(' and ')} must be set for live trading`, {
    hint: 'orders are journalled on a PostgreSQL server and leases kept in Redis; assay paper needs neither',
  })
}

/** The key file that is named. @throws AppError USAGE */
export function readKeyFile(options: LiveOptions): string {
  const path = textOption(options, 'wallet')
  if (path !== undefined) return resolve(path)
  throw new AppError('USAGE', '--wallet is missing: the key file that signs', {
    hint: 'assay wallet create PATH makes one (docs/wallet.md)',
  })
}

/** Where the chain and Jupiter are, and that they are the right ones. @throws AppError USAGE, NODE_AWAY, LIVE_REFUSED */
export async function reachOfChain(
  { environment }: Workspace,
  options: ChainOptions,
): Promise<ConnectionOptions> {
  const rpcUrls = nodesIn(environment, options)
  if (rpcUrls.length === 0) {
    throw new AppError('USAGE', 'no node of the chain is named', {
      hint: 'name one or more: --rpc https://..., or SOLANA_RPC_URL; two of different providers prove more',
    })
  }
  const wanted = textOption(options, 'cluster') ?? 'mainnet'
  for (const url of rpcUrls) {
    const node = new WalletNode(url)
    const cluster = await node.cluster()
    if (cluster === wanted) continue
    throw new AppError('LIVE_REFUSED', `the node ${node.host} serves ${cluster}, not ${wanted}`, {
      hint: 'name nodes of one cluster, and that cluster by --cluster',
    })
  }
  return {
    rpcUrls,
    jupiterUrl: textOption(options, 'jupiterUrl') ?? (environment['JUPITER_URL'] || JUPITER_URL),
    jupiterKey: environment['JUPITER_API_KEY'] || undefined,
    jupiterPerSecond: numberOption(options, 'jupiterRate', { min: 0, max: 1000, open: true }) ?? 1,
    rpcPerSecond: RPC_PER_SECOND,
    timeoutMs: TIMEOUT_MS,
    proxy: textOption(options, 'proxy'),
  }
}

/** Whether a node of the chain is named at all. */
export function hasNode({ environment }: Workspace, options: ChainOptions): boolean {
  return nodesIn(environment, options).length > 0
}

function nodesIn(environment: Workspace['environment'], options: ChainOptions): readonly string[] {
  const rpc = textOption(options, 'rpc') ?? environment['SOLANA_RPC_URL'] ?? ''
  return rpc
    .split(',')
    .map(url => url.trim())
    .filter(url => url !== '')
}

/** What was looked at, a line each. */
export function checksText(checks: readonly StartCheck[]): string {
  return checks
    .map(({ name, ok, found }) => `${ok ? '+' : '-'} ${name.padEnd(14)} ${found}`)
    .join('\n')
}

/** @throws AppError LIVE_REFUSED where anything is not as it must be */
export function requireAll(checks: readonly StartCheck[]): void {
  const bad = checks.filter(({ ok }) => !ok)
  if (bad.length === 0) return
  throw new AppError('LIVE_REFUSED', bad.map(({ name, found }) => `${name}: ${found}`).join('; '), {
    hint: 'nothing was signed; correct it, and start again',
    data: { checks: bad.map(({ name }) => name) },
  })
}
