import { requestPortfolio } from '../../../backtest/portfolio/portfolio-request.js'
import { requestOne, type SessionRequest } from '../../../backtest/portfolio/session-request.js'
import { describeCosts } from '../../../backtest/run/record/manifest.js'
import type { RunRequest } from '../../../backtest/run/record/run-request.js'
import { quoteOf } from '../../../core/candles/symbols.js'
import { canonicalJson, snakeKeys } from '../../../core/canonical.js'
import { isAdaptive } from '../../../core/engine/allocation/allocation.js'
import { AppError } from '../../../core/errors.js'
import { configOf } from '../../backtest/input/run-input.js'
import { numberOption, textOption, type Amount, type Optional } from '../../options/options.js'
import { readAllocation, withFixedWeights } from '../../portfolio/portfolio-input.js'
import type { Workspace } from '../../workspace/compose.js'
import { promotedRequest, type PromotedOptions } from './promoted-request.js'
import type { SessionPromotion } from './session-promotion.js'

/** How several promotions share an account. */
export type ShareOptions = Optional<{
  /** How weights are made: `equal`, `kelly` ... */
  allocation: string
  /** When weights are made anew: `1d`, `1w`, `never`. */
  rebalance: string
  /** Configuration file whose section `account.allocation` says it. */
  config: string
  /** Quote currency that they trade with together. */
  capital: Amount
}>

/** What a session on promotions trades. */
export interface PromotedSession {
  readonly request: SessionRequest
  readonly promotions: readonly SessionPromotion[]
}

type Promoted = Awaited<ReturnType<typeof promotedRequest>>

/**
 * What one or several promotions let trade on one account.
 * @throws AppError as `promotedRequest`; USAGE, INVALID_TIMEFRAME, INVALID_CONFIG where they cannot trade together
 */
export async function promotedSession(
  workspace: Workspace,
  references: readonly string[],
  options: PromotedOptions & ShareOptions,
): Promise<PromotedSession> {
  if (references.length > 1 && textOption(options, 'symbol') !== undefined) {
    throw new AppError('USAGE', '--symbol is for one promotion, and several are named', {
      hint: 'leave it out: each promotion names its own symbol',
    })
  }
  const each: Promoted[] = []
  for (const reference of references) {
    each.push(await promotedRequest(workspace, reference, options))
  }
  const promotions = each.map(({ request, promotionId }) => ({
    promotionId,
    symbol: request.symbol,
    strategies: request.strategies.map(({ strategy }) => strategy.name),
  }))
  const [only] = each
  const request = each.length === 1 ? requestOne(only!.request) : await together(each, options)
  return { request, promotions }
}

async function together(each: readonly Promoted[], options: ShareOptions): Promise<SessionRequest> {
  refuseTwice(each)
  const capital = numberOption(options, 'capital', { min: 0, max: 1e15, open: true })
  const funded =
    capital === undefined
      ? each
      : each.map(one => ({ ...one, request: { ...one.request, capital } }))
  for (const other of funded.slice(1)) refuseApart(funded[0]!, other)
  const runs = joined(funded)
  const { account } = await configOf(options)
  const allocation = readAllocation(account.allocation ?? {}, options)
  const weighed =
    allocation.method === 'fixed'
      ? withFixedWeights(runs, account.allocation?.weights, textOption(options, 'config') ?? '')
      : runs
  const portfolio = requestPortfolio(weighed, allocation)
  // Strategies of one symbol, whose shares stay, are a plain run.
  const isPlain = runs.length === 1 && !isAdaptive(allocation)
  return isPlain ? requestOne(portfolio.runs[0]!) : portfolio
}

/** A leg is told by its symbol and its strategy: each trades once. */
function refuseTwice(each: readonly Promoted[]): void {
  const known = new Map<string, string>()
  for (const { request, promotionId } of each) {
    for (const { strategy } of request.strategies) {
      const leg = `${strategy.name} on ${request.symbol}`
      const other = known.get(leg)
      if (other !== undefined) {
        throw new AppError(
          'USAGE',
          other === promotionId
            ? `promotion ${promotionId} is named twice`
            : `promotions ${other} and ${promotionId} both trade ${leg}`,
          { hint: 'name one of them; a session trades each strategy on a symbol once' },
        )
      }
      known.set(leg, promotionId)
    }
  }
}

/** One account has one clock, one quote coin, one capital, one set of costs and limits. */
function refuseApart(one: Promoted, other: Promoted): void {
  const ids = `promotions ${one.promotionId} and ${other.promotionId}`
  const [a, b] = [one.request, other.request]
  if (a.timeframe !== b.timeframe) {
    throw new AppError(
      'INVALID_TIMEFRAME',
      `${ids} trade candles of ${a.timeframe} and ${b.timeframe}; a session has one clock`,
      { hint: 'start a session for each timeframe' },
    )
  }
  const [quote, otherQuote] = [quoteOf(a.symbol), quoteOf(b.symbol)]
  if (quote !== otherQuote) {
    throw apart(
      `${ids} trade against ${quote} and ${otherQuote}; an account has one quote coin`,
      'start a session for each quote coin',
    )
  }
  const difference = firstDifference(termsOf(a), termsOf(b))
  if (difference !== null) {
    const hint = difference.startsWith('capital')
      ? 'say what they trade with together: --capital AMOUNT'
      : 'an account has one of each: promote runs that were made with the same (assay promote)'
    throw apart(`${ids} have different terms: ${difference}`, hint)
  }
  if (a.symbol === b.symbol) refuseOtherMarket(ids, a, b)
}

/** A symbol is one market to an account. */
function refuseOtherMarket(ids: string, a: RunRequest, b: RunRequest): void {
  const marketOf = ({ market }: RunRequest) => snakeKeys(market) as Record<string, unknown>
  const difference = firstDifference(marketOf(a), marketOf(b))
  if (difference === null) return
  throw apart(
    `${ids} trade ${a.symbol} as different markets: ${difference}`,
    'a symbol is one market to an account: promote runs that were made with the same',
  )
}

function termsOf(run: RunRequest): Record<string, unknown> {
  return {
    capital: run.capital,
    fill: run.fill,
    keep_open: run.keepOpen,
    ...describeCosts(run.costs, run.impact),
    ...(snakeKeys(run.limits) as object),
  }
}

/** The first entry that is not the same in both, in words; null where all are. */
function firstDifference(
  one: Readonly<Record<string, unknown>>,
  other: Readonly<Record<string, unknown>>,
): string | null {
  const textOf = (value: unknown): string => canonicalJson(value ?? null)
  for (const name of new Set([...Object.keys(one), ...Object.keys(other)])) {
    const [a, b] = [textOf(one[name]), textOf(other[name])]
    if (a !== b) return `${name} ${a} and ${b}`
  }
  return null
}

/** A run a symbol, over the time that all of them name. */
function joined(each: readonly Promoted[]): readonly RunRequest[] {
  const all = each.map(({ request }) => request)
  const from = leastOf(all.map(run => run.from))
  const to = leastOf(all.map(run => (run.to === null ? null : -run.to)))
  const bySymbol = new Map<string, RunRequest>()
  for (const run of all) {
    const known = bySymbol.get(run.symbol)
    const strategies = [...(known?.strategies ?? []), ...run.strategies]
    const ranged = { ...run, from, to: to === null ? null : -to }
    bySymbol.set(run.symbol, { ...ranged, strategies })
  }
  return [...bySymbol.values()]
}

/** The least of them; null where one has no end. */
function leastOf(times: readonly (number | null)[]): number | null {
  const known = times.filter(time => time !== null)
  return known.length < times.length ? null : Math.min(...known)
}

function apart(message: string, hint: string): AppError {
  return new AppError('INVALID_CONFIG', message, { hint })
}
