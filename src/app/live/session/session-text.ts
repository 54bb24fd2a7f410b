import { legShares, type SessionRequest } from '../../../backtest/portfolio/session-request.js'
import { isAdaptive } from '../../../core/engine/allocation/allocation.js'
import { formatFixed } from '../../../core/number-format.js'
import type { SessionRecord } from '../../../core/ports/trading/sessions.js'

/** Symbols that are named where there are several; the rest is counted. */
const NAMED = 3

/** The symbols of a session for people. */
export function symbolsText({ runs }: Pick<SessionRequest, 'runs'>): string {
  return someOf(
    runs.map(({ symbol }) => symbol),
    ', ',
  )
}

/** Names as a line has room for them: the first few, and how many more there are. */
export function someOf(names: readonly string[], between: string): string {
  const more = names.length - NAMED
  if (more <= 1) return names.join(between)
  return `${names.slice(0, NAMED).join(between)} and ${more} more`
}

/** How the legs of a session share its account, a line each; nothing where there is one leg. */
export function shareLines(request: SessionRequest): readonly string[] {
  const shares = legShares(request)
  if (shares.length < 2) return []
  const lines = shares.map(
    ({ symbol, strategy, weight }) =>
      `  ${formatFixed(weight * 100, 1).padStart(5)} %  ${strategy} on ${symbol}`,
  )
  return [`shares of the account${ruleText(request)}:`, ...lines]
}

function ruleText({ allocation }: SessionRequest): string {
  if (allocation === null) return ''
  const again =
    allocation.rebalance === 'never' || !isAdaptive(allocation)
      ? ''
      : `, made anew every ${allocation.rebalance}`
  return `, ${allocation.method}${again}`
}

/** What a session trades, as a line has room for it. */
export function ofText({
  strategies,
  symbols,
  timeframe,
}: Pick<SessionRecord, 'strategies' | 'symbols' | 'timeframe'>): string {
  return `${someOf(strategies, '+')} ${someOf(symbols, ',')} ${timeframe}`
}
