/** How much a remark should worry its reader; from the least to the most. */
export const SEVERITIES = ['note', 'warning', 'serious'] as const

export type Severity = (typeof SEVERITIES)[number]

/** Something that a careful reader would say of a result, with the numbers it rests on. */
export interface Remark {
  readonly code: string
  readonly severity: Severity
  /** What was found, in numbers, and what to do next. */
  readonly text: string
  readonly evidence: Readonly<Record<string, number>>
}

/** Where each remark begins; docs/diagnosis.md says why there. */
export const REMARK_LIMITS = {
  /** Below these many trades nothing can be concluded, or little. */
  tradesLeast: 10,
  tradesFew: 30,
  /** Share of the best trades that must not have made all the profit. */
  bestShare: 0.05,
  /** Costs by gross profit, from which on they are named, from which on they are half, and two thirds. */
  costShareNamed: 1 / 3,
  costShareHalf: 1 / 2,
  costShareMost: 2 / 3,
  /** Daily Sharpe ratio, and share of winning trades, that nobody has. */
  sharpe: 3,
  winRate: 0.9,
  /** Share of all that was won and lost which lies across holes in the data. */
  holeShare: 0.2,
  /** Share of fills that makes a remark on them a warning. */
  fillShare: 0.05,
  /** Part of a candle's volume that a fill may be. */
  volumeShare: 0.1,
  /** Share of ambiguous trades, and of trades that end in the candle of their entry. */
  ambiguousShare: 0.1,
  sameCandleShare: 0.2,
  /** Share of candles in the market. */
  exposureTiny: 0.02,
  exposureFull: 0.95,
  /** Share of the profit in the best month of at least twelve, and in the best year of three. */
  monthShare: 0.5,
  yearShare: 0.8,
  /** Trades in the last third of a run that say something of it. */
  endTrades: 5,
  /** Share of a run since its last trade. */
  idleShare: 0.25,
  /** Share of a run that its longest drawdown may last. */
  drawdownShare: 1 / 3,
  /** Days below which figures a year are remarked on. */
  annualisedDays: 90,
  /** Correlation with the market, at `holdingExposure` or more. */
  correlation: 0.95,
  holdingExposure: 0.8,
} as const

/** A remark without its own object literal at every place. */
export function remark(
  code: string,
  severity: Severity,
  text: string,
  evidence: Readonly<Record<string, number>>,
): Remark {
  return { code, severity, text, evidence }
}
