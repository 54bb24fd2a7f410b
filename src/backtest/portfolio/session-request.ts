import type { Allocation } from '../../core/engine/allocation/allocation.js'
import type { SessionMarket } from '../../core/engine/live/live-market.js'
import type { AccountSpec } from '../../core/engine/spec.js'
import { timeframeMs } from '../../core/candles/time.js'
import type { RequestedStrategy, RunRequest } from '../run/record/run-request.js'
import { specOf } from '../run/run.js'
import type { PortfolioRequest } from './portfolio-request.js'

/** What trades in a session on one account: a run a symbol, in canonical order. */
export interface SessionRequest {
  readonly runs: readonly RunRequest[]
  /** How the account is divided; null for one symbol, whose strategies have weights of their own. */
  readonly allocation: Allocation | null
}

/** The run of one symbol as a session. */
export function requestOne(run: RunRequest): SessionRequest {
  return { runs: [run], allocation: null }
}

/** The session as a portfolio; null where it trades one symbol as a plain run does. */
export function portfolioOfSession({ runs, allocation }: SessionRequest): PortfolioRequest | null {
  return allocation === null ? null : { runs, allocation }
}

/** What the engine is told of a session: its account, and its markets in order. */
export function sessionSpec({ runs, allocation }: SessionRequest): {
  readonly spec: AccountSpec
  readonly markets: readonly SessionMarket[]
} {
  const specs = runs.map(specOf)
  const { legs: _legs, ...account } = specs[0]!
  return {
    spec: { ...account, ...(allocation && { allocation }) },
    markets: specs.map(({ legs }, m) => ({
      timeframeMs: timeframeMs(runs[m]!.timeframe),
      legs,
    })),
  }
}

/** The session with other strategies on one of its symbols. */
export function withStrategies(
  { runs, allocation }: SessionRequest,
  symbol: string,
  strategies: readonly RequestedStrategy[],
): SessionRequest {
  const changed = runs.map(run => (run.symbol === symbol ? { ...run, strategies } : run))
  return { runs: changed, allocation }
}

/** Names of all strategies of a session, each once. */
export function strategyNames({ runs }: Pick<SessionRequest, 'runs'>): readonly string[] {
  const names = runs.flatMap(({ strategies }) => strategies.map(({ strategy }) => strategy.name))
  return [...new Set(names)]
}

/** A leg of a session, and the share of the account that it begins with. */
export interface LegShare {
  readonly symbol: string
  readonly strategy: string
  /** Share of the account's equity that exposure 1 means. */
  readonly weight: number
}

/** The legs of a session in canonical order. */
export function legShares({ runs }: Pick<SessionRequest, 'runs'>): readonly LegShare[] {
  return runs.flatMap(({ symbol, strategies }) =>
    strategies.map(({ strategy, weight }) => ({ symbol, strategy: strategy.name, weight })),
  )
}
