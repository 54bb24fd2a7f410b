import type {
  EncodedTrials,
  SweepRecord,
  TrialRecord,
} from '../../../src/core/ports/research/sweeps.js'
import { seededRng } from '../../../src/core/random.js'
import { TrialRows } from '../../../src/data/store/sweeps/trial-rows.js'

export const METRIC_NAMES = [
  ...['final_equity', 'total_return', 'cagr', 'sharpe', 'sortino', 'calmar', 'volatility'],
  ...['max_drawdown', 'max_drawdown_days', 'ulcer_index', 'trades', 'win_rate', 'profit_factor'],
  ...['expectancy', 'sqn', 'average_win', 'average_loss', 'longest_losing_streak', 'exposure'],
  ...['turnover', 'fees_paid', 'tx_costs_paid', 'slippage_paid', 'buy_and_hold_return'],
  'ambiguous_trades',
] as const

const DATA_HASH = 'd'.repeat(64)

/** A sweep as a search would have left it. */
export function sweepOf(sweepId: string, changed: Partial<SweepRecord> = {}): SweepRecord {
  return {
    sweepId,
    createdAt: '2024-05-01T12:00:00.250Z',
    status: 'complete',
    strategy: 'ma_crossover',
    symbol: 'SOL-USDC',
    timeframe: '5m',
    objective: 'sharpe',
    manifest: { method: 'grid', seed: 7, text: "it's \\ \u00e9" },
    trialsTotal: 10,
    trialsFailed: 1,
    sweepHash: 'a'.repeat(64),
    seconds: 0.125,
    candleEvaluations: 1_000_000_000_001,
    ...changed,
  }
}

/** The trial of this number: always the same for a seed, and like no other. */
export function trialOf(number: number, changed: Partial<TrialRecord> = {}, seed = 1): TrialRecord {
  const rng = seededRng(seed * 1_000_003 + number)
  const digits = (count: number): string => {
    let text = ''
    while (text.length < count) text += ((rng.next() * 2 ** 32) >>> 0).toString(16).padStart(8, '0')
    return text.slice(0, count)
  }
  const metrics = Object.fromEntries(METRIC_NAMES.map(name => [name, rng.next() * 4 - 1]))
  return {
    number,
    runId: digits(16),
    strategy: 'ma_crossover',
    symbol: 'SOL-USDC',
    timeframe: '5m',
    template: null,
    dataHash: DATA_HASH,
    params: { fast_ma: 5 + (number % 46), slow_ma: 20 + number, use_ema: true, kind: 'sma' },
    status: 'ok',
    message: null,
    score: metrics['sharpe']!,
    metrics,
    resultHash: digits(64),
    ...changed,
  }
}

/** A trial whose strategy threw. */
export function failedTrial(number: number, message: string): TrialRecord {
  return trialOf(number, {
    status: 'failed',
    message,
    score: null,
    metrics: null,
    resultHash: null,
  })
}

/** The trials numbered from `since` on. */
export function trialsOf(count: number, since = 0, seed = 1): TrialRecord[] {
  return Array.from({ length: count }, (_, k) => trialOf(since + k, {}, seed))
}

/** Trials as a repository takes them. */
export function encoded(sweepId: string, trials: readonly TrialRecord[]): EncodedTrials {
  const names = Object.keys(trials.find(({ metrics }) => metrics !== null)?.metrics ?? {})
  const rows = new TrialRows(sweepId, names)
  for (const trial of trials) {
    const metrics = Float64Array.from(names, name => trial.metrics?.[name] ?? NaN)
    rows.add(trial, { ...trial, params: JSON.stringify(trial.params), metricsAt: 0 }, metrics)
  }
  return rows.take()
}
