import type { SessionRequest } from '../../backtest/portfolio/session-request.js'
import type { RunRequest } from '../../backtest/run/record/run-request.js'
import { specOf } from '../../backtest/run/run.js'
import { lotOf } from '../../core/account/market.js'
import { baseUnits, formatUnits, tokensOf, type BaseUnits } from '../../core/account/money.js'
import { AppError } from '../../core/errors.js'
import type { Clock } from '../../core/ports/clock.js'
import { checkStep } from '../../core/trading/venue/swap.js'
import type { Connection } from '../../live/connection.js'
import type { SwapMarket } from '../../live/broker/swap-market.js'
import type { TokenReport } from '../../live/jupiter/token-safety.js'
import { SOL_MINT } from '../../live/solana/programs.js'
import { tokenAccountOf, tokensIn } from '../../live/solana/tokens/token-accounts.js'
import type { SwapToken } from '../../live/swaps/swap-parts.js'
import { SWAP_POLICY } from '../../live/swaps/swap-policy.js'
import type { Workspace } from '../workspace/compose.js'

/** One thing that was looked at before a live session. */
export interface StartCheck {
  readonly name: string
  readonly ok: boolean
  readonly found: string
}

/** What a live session trades, once it was looked at. */
export interface LiveMarkets {
  /** In the order of the session's runs. */
  readonly markets: readonly SwapMarket[]
  readonly tokens: ReadonlyMap<string, SwapToken>
  /** Quote coins that the wallet holds. */
  readonly funds: number
  readonly checks: readonly StartCheck[]
}

/** Dollars whose issuers may freeze and make them, as everybody knows. */
const TRUSTED: ReadonlySet<string> = new Set([
  'EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGkZwyTDt1v',
  'Es9vMFrzaCERmJfrF4H2FYD4KCoNkcY11McCe8BenwNYB',
])
/** A clock that is further off than this would expire what is fresh. */
const CLOCK_OFF_MAX_MS = 30_000

export interface LookedAt {
  readonly address: string
  readonly request: SessionRequest
}

/**
 * Looks at the markets and the wallet: whether the tokens are what the symbol map says and safe, whether
 * the wallet can pay, and whether this clock is right.
 * @throws AppError UNKNOWN_MARKET, INVALID_CONFIG, NODE_AWAY
 */
export async function lookAtMarkets(
  workspace: Workspace,
  { chain, safety }: Connection,
  { address, request }: LookedAt,
  clock: Clock,
): Promise<LiveMarkets> {
  const symbols = await workspace.symbols()
  const pairs = request.runs.map(run => pairOf(run, symbols.find(run.symbol)))
  const coins = coinsOf(pairs)
  const reports = await tokenReports({ safety }, [...coins.keys()])
  const checks = reports.map(report => tokenCheck(report, coins.get(report.mint)!))
  const tokens = new Map(
    reports.map(({ mint, decimals, program }): [string, SwapToken] => [
      mint,
      { mint, symbol: coins.get(mint)!.symbol, decimals, program },
    ]),
  )
  const markets = pairs.map(({ run, base, quote }) => ({
    symbol: run.symbol,
    base: tokens.get(base.mint)!,
    quote: tokens.get(quote.mint)!,
    lot: lotOf(run.market.step),
  }))
  pairs.forEach(({ run }, m) => {
    for (const { market } of specOf(run).legs) checkStep(market, markets[m]!)
  })
  const { quote } = markets[0]!
  const sol = await balance(chain, address)
  checks.push({
    name: 'SOL for fees',
    ok: sol >= SWAP_POLICY.solFloor,
    found: `${formatUnits(baseUnits(sol), SOL)} SOL, at least ${formatUnits(SWAP_POLICY.solFloor, SOL)} are kept`,
  })
  const funds = await fundsIn(chain, address, quote, sol)
  checks.push({
    name: 'funds',
    ok: funds > 0n,
    found: `${formatUnits(funds, quote)} ${quote.symbol} in ${address}`,
  })
  checks.push(await clockCheck(chain, clock))
  return { markets, tokens, funds: tokensOf(funds, quote), checks }
}

/** A coin of the symbol map, with its mint. */
interface Coin {
  readonly symbol: string
  readonly mint: string
  readonly decimals?: number
}

interface Pair {
  readonly run: RunRequest
  readonly base: Coin
  readonly quote: Coin
}

function pairOf(
  run: RunRequest,
  entry: { readonly base: Partial<Coin>; readonly quote: Partial<Coin> } | undefined,
): Pair {
  const [base, quote] = [entry?.base, entry?.quote]
  if (base?.mint !== undefined && quote?.mint !== undefined) {
    return { run, base: base as Coin, quote: quote as Coin }
  }
  throw new AppError('UNKNOWN_MARKET', `the symbol map has no mints of ${run.symbol}`, {
    hint: `assay symbols add ${run.symbol} with the mints of both tokens`,
  })
}

/**
 * The coins of all pairs by their mints. They have one quote coin: one account is counted in it.
 * @throws AppError INVALID_CONFIG where they have several
 */
function coinsOf(pairs: readonly Pair[]): ReadonlyMap<string, Coin> {
  const first = pairs[0]!
  const coins = new Map<string, Coin>()
  for (const { run, base, quote } of pairs) {
    if (quote.mint !== first.quote.mint) {
      throw new AppError(
        'INVALID_CONFIG',
        `${first.run.symbol} is counted in ${first.quote.mint}, ${run.symbol} in ${quote.mint}: an account has one quote coin`,
        { hint: 'see the symbol map (assay symbols show), or start a session for each quote coin' },
      )
    }
    coins.set(base.mint, base)
    coins.set(quote.mint, quote)
  }
  return coins
}

/** What the chain and Jupiter say of tokens. @throws AppError NODE_AWAY */
export async function tokenReports(
  { safety }: Pick<Connection, 'safety'>,
  mints: readonly string[],
): Promise<readonly TokenReport[]> {
  const reports: TokenReport[] = []
  for (let k = 0; k < mints.length; k += AT_ONCE) {
    const some = await safety.check(mints.slice(k, k + AT_ONCE), TRUSTED)
    if (some.kind === 'failed') throw away(some.reason)
    reports.push(...some.value)
  }
  return reports
}

/** Tokens that are asked for at once: a node and Jupiter take no more than a hundred names. */
const AT_ONCE = 50

const SOL = { symbol: 'SOL', decimals: 9 }

function tokenCheck(
  { mint, decimals, objections }: TokenReport,
  coin: { readonly symbol: string; readonly decimals?: number },
): StartCheck {
  const wrong =
    coin.decimals !== undefined && coin.decimals !== decimals
      ? [`the symbol map says ${coin.decimals} decimal places, the chain ${decimals}`]
      : []
  const all = [...objections, ...wrong]
  return {
    name: `token ${coin.symbol}`,
    ok: all.length === 0,
    found: all.length === 0 ? `${mint}, ${decimals} decimal places` : all.join('; '),
  }
}

async function balance(chain: Connection['chain'], address: string): Promise<bigint> {
  const seen = await chain.accounts([address], 0)
  if (seen.kind === 'failed') throw away(seen.reason)
  return seen.value.accounts.get(address)?.lamports ?? 0n
}

async function fundsIn(
  chain: Connection['chain'],
  address: string,
  quote: SwapToken,
  sol: bigint,
): Promise<BaseUnits> {
  if (quote.mint === SOL_MINT) {
    const free = sol - SWAP_POLICY.solFloor
    return baseUnits(free > 0n ? free : 0n)
  }
  const account = tokenAccountOf(quote.mint, address, quote.program)
  const seen = await chain.accounts([account], 0)
  if (seen.kind === 'failed') throw away(seen.reason)
  return baseUnits(tokensIn(seen.value.accounts.get(account)))
}

/** The account in which the chain keeps its time. */
const CHAIN_CLOCK = 'SysvarC1ock11111111111111111111111111111111'
/** Where in it the seconds since 1970 stand. */
const SECONDS_AT = 32

async function clockCheck(chain: Connection['chain'], clock: Clock): Promise<StartCheck> {
  const seen = await chain.accounts([CHAIN_CLOCK], 0)
  const data = seen.kind === 'failed' ? undefined : seen.value.accounts.get(CHAIN_CLOCK)?.data
  if (data === undefined || data.length < SECONDS_AT + 8) {
    return { name: 'clock', ok: false, found: 'the chain does not tell its time' }
  }
  const view = new DataView(data.buffer, data.byteOffset, data.length)
  const off = clock.now() / 1000 - Number(view.getBigInt64(SECONDS_AT, true))
  return {
    name: 'clock',
    ok: Math.abs(off) * 1000 <= CLOCK_OFF_MAX_MS,
    found: `${off.toFixed(0)} s from the chain's, at most ${CLOCK_OFF_MAX_MS / 1000} s`,
  }
}

function away(reason: string): AppError {
  return new AppError('NODE_AWAY', `the chain or Jupiter does not answer: ${reason}`, {
    hint: 'see --rpc, SOLANA_RPC_URL, --jupiter-url and JUPITER_API_KEY, and try again',
  })
}
