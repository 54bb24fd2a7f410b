import { NO_RISK_LIMITS } from '../src/core/risk/limits.js'
import type { RunRequest } from '../src/backtest/run/record/run-request.js'

/** What a request says that a test says nothing about: the whole range, no limits, no finer candles. */
export const PLAIN = {
  impact: 'none',
  fill: 'next_open',
  limits: NO_RISK_LIMITS,
  keepOpen: false,
  from: null,
  to: null,
  warmFrom: null,
  decideFrom: null,
  detail: null,
} as const satisfies Partial<RunRequest>
