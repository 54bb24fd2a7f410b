import type { Metrics } from './metrics.js'
import { formatAmount, formatChange, formatFixed, formatPercent } from '../number-format.js'

/** `quote` is an amount of quote currency; `change` and `share` are fractions shown as percent. */
export type MetricUnit = 'quote' | 'change' | 'share' | 'ratio' | 'multiple' | 'days' | 'count'

/** What a metric was computed from, and so what its `n` counts. */
export type MetricSample = 'candles' | 'days' | 'trades' | 'winners' | 'losers'

/** What a metric is, for the page, the summary and docs/metrics.md. */
export interface MetricFormula {
  /** Name for people. */
  readonly label: string
  /** How it is computed, in one line. */
  readonly formula: string
  /** What it is counted in. */
  readonly unit: MetricUnit
  /** What it is computed from. */
  readonly sample: MetricSample
  /** Why there may be no value; null where there always is one. */
  readonly nullMeaning: string | null
}

const NO_TRADES = 'no trades'
const NO_DEVIATION =
  'fewer than two days, every daily return was the same within 1e-12, or equity came to zero'

/** One record a key of `Metrics`, in the order in which they are shown. */
export const METRIC_FORMULAS: { readonly [K in keyof Metrics]: MetricFormula } = {
  finalEquity: {
    label: 'Final equity',
    formula: 'cash + quantity × close, at the last close',
    unit: 'quote',
    sample: 'candles',
    nullMeaning: null,
  },
  totalReturn: {
    label: 'Total return',
    formula: 'final equity / capital − 1',
    unit: 'change',
    sample: 'candles',
    nullMeaning: null,
  },
  buyAndHoldReturn: {
    label: 'Buy and hold',
    formula: 'last close / first open − 1, without costs',
    unit: 'change',
    sample: 'candles',
    nullMeaning: null,
  },
  cagr: {
    label: 'CAGR',
    formula: '(final equity / capital)^(365.25 days / span) − 1, first open to last close',
    unit: 'change',
    sample: 'candles',
    nullMeaning: 'equity came to zero, or the span is too short to annualise',
  },
  sharpe: {
    label: 'Sharpe',
    formula:
      '√365 × mean(r) / sd(r), r daily returns by the UTC day of a candle’s last millisecond, sd with n − 1, risk-free rate 0',
    unit: 'ratio',
    sample: 'days',
    nullMeaning: NO_DEVIATION,
  },
  sortino: {
    label: 'Sortino',
    formula: '√365 × mean(r) / √mean(min(r, 0)²), over all days',
    unit: 'ratio',
    sample: 'days',
    nullMeaning: 'no losing day, or equity came to zero',
  },
  calmar: {
    label: 'Calmar',
    formula: 'CAGR / max drawdown',
    unit: 'ratio',
    sample: 'candles',
    nullMeaning: 'no drawdown, or no CAGR',
  },
  volatility: {
    label: 'Volatility',
    formula: '√365 × sd(r), a year',
    unit: 'share',
    sample: 'days',
    nullMeaning: 'fewer than two days, or equity came to zero',
  },
  maxDrawdown: {
    label: 'Max drawdown',
    formula: 'max(1 − equity / highest equity before), the capital included',
    unit: 'share',
    sample: 'candles',
    nullMeaning: null,
  },
  maxDrawdownDays: {
    label: 'Max drawdown length',
    formula: 'from the peak of the deepest drawdown to its recovery, or to the end',
    unit: 'days',
    sample: 'candles',
    nullMeaning: null,
  },
  ulcerIndex: {
    label: 'Ulcer index',
    formula: '√mean(drawdown²)',
    unit: 'share',
    sample: 'candles',
    nullMeaning: null,
  },
  trades: {
    label: 'Trades',
    formula: 'positions that were closed, from flat to flat',
    unit: 'count',
    sample: 'trades',
    nullMeaning: null,
  },
  winRate: {
    label: 'Win rate',
    formula: 'trades with pnl above 0 / trades',
    unit: 'share',
    sample: 'trades',
    nullMeaning: NO_TRADES,
  },
  profitFactor: {
    label: 'Profit factor',
    formula: 'sum of winning pnl / sum of losing pnl, after costs',
    unit: 'ratio',
    sample: 'trades',
    nullMeaning: 'no losing trades',
  },
  expectancy: {
    label: 'Expectancy',
    formula: 'mean of pnl / (size × entry price)',
    unit: 'change',
    sample: 'trades',
    nullMeaning: NO_TRADES,
  },
  sqn: {
    label: 'SQN',
    formula: '√n × mean(pnl) / sd(pnl), sd with n − 1',
    unit: 'ratio',
    sample: 'trades',
    nullMeaning: 'fewer than two trades, or all with the same pnl',
  },
  averageWin: {
    label: 'Average win',
    formula: 'mean pnl of the winning trades',
    unit: 'quote',
    sample: 'winners',
    nullMeaning: 'no winning trades',
  },
  averageLoss: {
    label: 'Average loss',
    formula: 'mean pnl of the losing trades',
    unit: 'quote',
    sample: 'losers',
    nullMeaning: 'no losing trades',
  },
  longestLosingStreak: {
    label: 'Longest losing streak',
    formula: 'losing trades in a row, by exit',
    unit: 'count',
    sample: 'trades',
    nullMeaning: null,
  },
  exposure: {
    label: 'Exposure',
    formula: 'candles with a position at the close / candles',
    unit: 'share',
    sample: 'candles',
    nullMeaning: null,
  },
  turnover: {
    label: 'Turnover',
    formula: 'sum of price × quantity of all fills / capital',
    unit: 'multiple',
    sample: 'candles',
    nullMeaning: null,
  },
  feesPaid: {
    label: 'Fees paid',
    formula: 'sum of rate × price × quantity, each side',
    unit: 'quote',
    sample: 'trades',
    nullMeaning: null,
  },
  txCostsPaid: {
    label: 'Transaction costs paid',
    formula: 'fixed cost of a transaction × fills',
    unit: 'quote',
    sample: 'trades',
    nullMeaning: null,
  },
  slippagePaid: {
    label: 'Slippage paid',
    formula: 'sum of |fill price − reference price| × quantity; already inside the fill prices',
    unit: 'quote',
    sample: 'trades',
    nullMeaning: null,
  },
  ambiguousTrades: {
    label: 'Ambiguous trades',
    formula: 'trades whose last candle could have hit either of two exits first',
    unit: 'count',
    sample: 'trades',
    nullMeaning: null,
  },
}

/** A metric as text, without its reason where it is null. */
export function formatMetric(value: number | null, unit: MetricUnit): string {
  if (value === null) return '–'
  switch (unit) {
    case 'quote':
      return formatAmount(value)
    case 'change':
      return formatChange(value)
    case 'share':
      return formatPercent(value)
    case 'ratio':
      return formatFixed(value, 2)
    case 'multiple':
      return `${formatFixed(value, 2)}×`
    case 'days':
      return `${formatFixed(value, value < 10 ? 1 : 0)} d`
    case 'count':
      return formatFixed(value, 0)
  }
}

/** The unit in words. */
export const UNIT_WORDS: Readonly<Record<MetricUnit, string>> = {
  quote: 'quote currency',
  change: 'percent',
  share: 'percent',
  ratio: 'ratio',
  multiple: 'times the capital',
  days: 'days',
  count: 'count',
}
