import { requestOne } from '../../../src/backtest/portfolio/session-request.js'
import type { RunRequest } from '../../../src/backtest/run/record/run-request.js'
import { readRunRequest } from '../../../src/app/backtest/input/run-input.js'
import type { Workspace } from '../../../src/app/workspace/compose.js'
import type { StandIn } from '../../data/sources/stand-in.js'

/** A crossover that trades often. */
const RESTLESS = {
  symbol: 'SOL-USDC',
  timeframe: '1m',
  params: { fast_ma: 3, slow_ma: 6, min_volume: 0 },
  stopLoss: 0.01,
}

/** What trades in sessions of tests. */
export function restlessRequest(workspace: Workspace): Promise<RunRequest> {
  return readRunRequest('ma_crossover', RESTLESS, workspace.home.cache)
}

/** A new paper session on the candles of a stand-in, without a promotion. */
export function paperTerms(sessionId: string, request: RunRequest, venue: StandIn) {
  return {
    sessionId,
    mode: 'paper',
    request: requestOne(request),
    feed: 'binance',
    watch: { sourceUrl: venue.address, rate: 0 },
    promotions: [],
    limitMs: null,
    stored: null,
  } as const
}
