import type { SweepTally } from '../../backtest/sweep/tally/sweep-tally.js'
import type { SweepRecord } from '../../core/ports/research/sweeps.js'
import type { PageSubject } from '../backtest/pages-beside.js'

/** A sweep, and the run that its best set may have become. */
export function sweepSubject(record: SweepRecord, { leaders }: SweepTally): PageSubject {
  const { sweepId, strategy, symbol, timeframe } = record
  const best = leaders.list[0]
  const runs = best === undefined ? [] : [best.result.runId]
  const about = `${strategy} ${symbol} ${timeframe}`
  return { label: 'Sweep', about, isStudy: true, sweeps: [sweepId], runs }
}
