import { snakeKeys } from '../../core/canonical.js'
import { AppError } from '../../core/errors.js'
import type { Clock } from '../../core/ports/clock.js'
import type { JournalledIntent } from '../../core/ports/trading/journal.js'
import type { SessionRecord } from '../../core/ports/trading/sessions.js'
import { systemClock } from '../../data/sources/clock.js'
import { connectSolana, type Connection } from '../../live/connection.js'
import { fromBase58 } from '../../live/solana/base58.js'
import type { SeenAccounts } from '../../live/solana/rpc/chain.js'
import { readMint } from '../../live/solana/tokens/mint.js'
import { SOL_MINT } from '../../live/solana/programs.js'
import { tokenAccountOf, tokensIn } from '../../live/solana/tokens/token-accounts.js'
import type { LiveOptions } from '../live/live-options.js'
import { reachOfChain } from '../live/live-requirements.js'
import { findSession } from '../live/session/session-lookup.js'
import { textOption } from '../options/options.js'
import { showWallet } from '../wallet/wallet-files.js'
import type { Workspace } from '../workspace/compose.js'
import type { Shown } from '../output/output.js'
import { nextLine } from '../output/next-line.js'
import { compareIntent, type ComparedAttempt } from './chain-differences.js'
import { heard, type Difference } from './difference.js'
import { foreignMoves } from './foreign-moves.js'
import { compareHoldings, compareSession, type Pairs } from './session-differences.js'
import { reconcileText, type Reconciled } from './reconcile-text.js'

export type ReconcileOptions = Pick<LiveOptions, 'session' | 'wallet' | 'rpc' | 'cluster' | 'proxy'>

/**
 * Compares the journal of a wallet with the chain, what sessions have heard with the journal, and what
 * they hold with the wallet. Nothing is changed.
 * @throws AppError USAGE, UNKNOWN_SESSION, LIVE_REFUSED, NODE_AWAY
 */
export async function reconcile(
  workspace: Workspace,
  options: ReconcileOptions,
  clock: Clock = systemClock,
): Promise<Shown> {
  const meant = await sessionMeant(workspace, options)
  const wallet = walletMeant(options, meant)
  const connection = connectSolana(await reachOfChain(workspace, options), clock)
  try {
    const compared = await compareWallet(workspace, connection, { wallet, meant })
    const { differences } = compared
    return {
      text: [reconcileText(compared), nextLine(nextCommand(compared))].join('\n'),
      json: {
        wallet,
        sessions: compared.sessions.map(({ sessionId }) => sessionId),
        orders: compared.orders,
        attempts: compared.attempts.map(attempt => snakeKeys(attempt)),
        differences: differences.map(difference => snakeKeys(difference)),
      },
      failure: differences.length === 0 ? null : booksDiffer(wallet, differences.length),
    }
  } finally {
    await connection.close()
  }
}

async function sessionMeant(
  workspace: Workspace,
  options: ReconcileOptions,
): Promise<SessionRecord | null> {
  const reference = textOption(options, 'session')
  if (reference === undefined) return null
  const { record } = await findSession(await workspace.sessions(), reference)
  if (record.mode === 'live') return record
  throw new AppError('USAGE', `session ${record.sessionId} is a paper session: no chain knows it`, {
    hint: 'name a live one; assay sessions list shows them',
  })
}

/** An address, the key file of one, or the wallet of the session. @throws AppError USAGE, KEY_FILE */
function walletMeant(options: ReconcileOptions, meant: SessionRecord | null): string {
  const named = textOption(options, 'wallet')
  const own = meant === null ? undefined : walletOf(meant)
  const wallet = named === undefined ? own : isAddress(named) ? named : showWallet(named).address
  if (wallet === undefined) {
    throw new AppError('USAGE', '--wallet is missing: whose books are to be compared', {
      hint: 'name an address or a key file, or a live session: --session ID',
    })
  }
  if (own === undefined || own === wallet) return wallet
  throw new AppError('USAGE', `session ${meant!.sessionId} trades with ${own}, not ${wallet}`, {
    hint: 'leave --wallet out, or name another session',
  })
}

function isAddress(text: string): boolean {
  return fromBase58(text)?.length === 32
}

function walletOf({ manifest }: SessionRecord): string | undefined {
  const { wallet } = Object(manifest) as { readonly wallet?: unknown }
  return typeof wallet === 'string' ? wallet : undefined
}

async function compareWallet(
  workspace: Workspace,
  connection: Connection,
  { wallet, meant }: { readonly wallet: string; readonly meant: SessionRecord | null },
): Promise<Reconciled> {
  const store = await workspace.sessions()
  const all = await (await workspace.swaps()).ofWallet(wallet)
  const ofWallet = (await store.list(1e6)).filter(
    record => record.mode === 'live' && walletOf(record) === wallet,
  )
  const sessions = meant === null ? ofWallet : [meant]
  const isMeant = ({ intent }: JournalledIntent): boolean =>
    meant === null || intent.session === meant.sessionId
  const intents = all.filter(isMeant)
  const pairs = await pairsOf(workspace, connection, all)
  const attempts: ComparedAttempt[] = []
  const differences: Difference[] = []
  for (const known of intents) {
    const compared = await compareIntent(known, connection.chain)
    attempts.push(...compared.attempts)
    differences.push(...compared.differences)
  }
  for (const record of sessions) {
    const own = intents.filter(({ intent }) => intent.session === record.sessionId)
    differences.push(...(await compareSession(store, record, own, pairs)))
  }
  const accounts = await accountsOf(connection, wallet, all)
  differences.push(...compareHoldings(ofWallet, pairs, accounts.balances))
  const since = Math.min(...sessions.map(({ createdAt }) => createdAt))
  const own = new Set(all.flatMap(one => one.attempts.map(({ signature }) => signature)))
  const watched = { address: wallet, accounts: accounts.addresses, since, own }
  if (since < Infinity) differences.push(...(await foreignMoves(connection, watched)))
  return { wallet, sessions, orders: intents.length, attempts, differences }
}

/** Tokens of the markets of orders: their names from the symbol map, their places from the chain. */
async function pairsOf(
  workspace: Workspace,
  { chain }: Connection,
  intents: readonly JournalledIntent[],
): Promise<Pairs> {
  const symbols = await workspace.symbols()
  const pairs = new Map<string, Pairs extends ReadonlyMap<string, infer P> ? P : never>()
  for (const { intent } of intents) {
    const { symbol, side, givesMint, takesMint } = intent
    if (pairs.has(symbol)) continue
    const [baseMint, quoteMint] = side === 'sell' ? [givesMint, takesMint] : [takesMint, givesMint]
    const seen = heard(await chain.accounts([baseMint, quoteMint], 0)).accounts
    const entry = symbols.find(symbol)
    const tokenOf = (mint: string, name: string | undefined) => {
      const account = seen.get(mint)
      const facts = account === null || account === undefined ? undefined : readMint(account)
      if (facts === undefined) throw noMint(mint, symbol)
      return { symbol: name ?? mint, decimals: facts.decimals }
    }
    const base = tokenOf(baseMint, entry?.base.symbol)
    pairs.set(symbol, { base, quote: tokenOf(quoteMint, entry?.quote.symbol), baseMint })
  }
  return pairs
}

/** Accounts of the wallet that orders of it have used, and what is in them now, units by mint. */
async function accountsOf(
  { chain }: Connection,
  wallet: string,
  intents: readonly JournalledIntent[],
): Promise<{ addresses: readonly string[]; balances: ReadonlyMap<string, bigint> }> {
  const mints = [...new Set(intents.flatMap(({ intent }) => [intent.givesMint, intent.takesMint]))]
  const none: SeenAccounts['accounts'] = new Map()
  const seen = mints.length === 0 ? none : heard(await chain.accounts(mints, 0)).accounts
  const account = (mint: string): string => tokenAccountOf(mint, wallet, seen.get(mint)!.owner)
  const addresses = [wallet, ...mints.map(account)]
  const held = heard(await chain.accounts(addresses, 0)).accounts
  const balances = mints.map((mint): [string, bigint] => {
    const lamports = mint === SOL_MINT ? (held.get(wallet)?.lamports ?? 0n) : 0n
    return [mint, tokensIn(held.get(account(mint))) + lamports]
  })
  return { addresses, balances: new Map(balances) }
}

function noMint(mint: string, symbol: string): AppError {
  return new AppError('UNKNOWN_MARKET', `the chain has no token ${mint} of ${symbol}`, {
    hint: 'see that --rpc names a node of the cluster that was traded on',
  })
}

function nextCommand({ sessions, differences }: Reconciled): string {
  const [session] = sessions
  if (session === undefined) return 'assay sessions list'
  return differences.length === 0
    ? `assay sessions show ${session.sessionId}`
    : `assay events tail --session ${session.sessionId}`
}

function booksDiffer(wallet: string, count: number): AppError {
  return new AppError(
    'BOOKS_DIFFER',
    `${count} ${count === 1 ? 'difference' : 'differences'} between the books and the chain for ${wallet}`,
    { hint: 'docs/live.md says what each kind means and what to do' },
  )
}
