import type { ParamValue } from '../../../core/strategy/params.js'
import type { Amount, Optional, Time } from '../../options/options.js'

/** What every run over candles may be asked for. docs/cli.md says what each is when it is left out. */
export type RunOptions = Optional<{
  /** Id of a strategy, or path of a strategy file. */
  strategy: string
  symbol: string
  timeframe: string
  template: string
  /** Path of a JSON file of templates, laid over those in code. */
  templatesFile: string
  params: Readonly<Record<string, ParamValue>>
  /** Path of a configuration file. */
  config: string
  /** First open time. */
  from: Time
  /** Open time at which the run ends, exclusive. */
  to: Time
  decideFrom: Time
  capital: Amount
  feeBps: Amount
  /** Of limit orders that waited; that of the others where it is left out. */
  makerFeeBps: Amount
  slippageBps: Amount
  txCost: Amount
  impact: string
  /** `through` or `touch`. */
  limitFill: string
  /** Share of the volume of a candle that resting orders fill. */
  maxVolumeShare: Amount
  fill: string
  /** Distance below entry, a fraction of the price. */
  stopLoss: Amount
  takeProfit: Amount
  trailingStop: Amount
  trailingFrom: Amount
  breakEven: Amount
  /** Take-profit by closes held: `'0:0.10,12:0.05'`. */
  roi: string
  timeStop: Amount
  cooldown: Amount
  /** Quote currency, or a share of equity: `'25%'`. */
  positionSize: Amount
  maxDrawdown: Amount
  maxDailyLoss: Amount
  maxExposure: Amount
  maxOpenPositions: Amount
  maxTradesPerDay: Amount
  maxDataAgeMinutes: Amount
  maxLossStreak: Amount
  maxOrder: Amount
  shortable: boolean
  keepOpen: boolean
  /** Finer stored timeframe that orders what happens inside a candle. */
  detail: string
}>

/** How positions are left, sized and limited: what a promotion may say anew. */
const POSITION_OPTIONS = [
  'stopLoss',
  'takeProfit',
  'trailingStop',
  'trailingFrom',
  'breakEven',
  'roi',
  'timeStop',
  'cooldown',
  'positionSize',
  'maxDrawdown',
  'maxDailyLoss',
  'maxExposure',
  'maxOpenPositions',
  'maxTradesPerDay',
  'maxDataAgeMinutes',
  'maxLossStreak',
  'maxOrder',
] as const satisfies readonly (keyof RunOptions)[]

/** The names of the options of a run. */
export const RUN_OPTIONS = [
  'strategy',
  'symbol',
  'timeframe',
  'template',
  'templatesFile',
  'params',
  'config',
  'from',
  'to',
  'decideFrom',
  'capital',
  'feeBps',
  'makerFeeBps',
  'slippageBps',
  'txCost',
  'impact',
  'limitFill',
  'maxVolumeShare',
  'fill',
  ...POSITION_OPTIONS,
  'shortable',
  'keepOpen',
  'detail',
] as const satisfies readonly (keyof RunOptions)[]

/** Settings of a promotion that are said for it, over those of the run. */
export const SETTING_OPTIONS = [
  'config',
  'template',
  'templatesFile',
  'params',
  ...POSITION_OPTIONS,
] as const satisfies readonly (keyof RunOptions)[]

/** A backtest: a run, with what is made of it. */
export type BacktestOptions = RunOptions &
  Optional<{
    /** Path of a file of decisions, instead of a strategy. */
    signals: string
    /** What the times of that file name: the `close` at which it was decided, or the `open` of its candle. */
    timeLabel: string
    /** Path of a page to write, or `none`. */
    report: string
    /** Also run the other story inside candles. */
    bounds: boolean
    /** Store every event, hash-chained. */
    events: boolean
    cards: boolean
    /** The figures of another library too: `empyrical`, or `empyrical:365`. */
    metricsAs: string
    /** Seconds that the run may take. */
    timeLimit: Amount
  }>

export const BACKTEST_OPTIONS = [
  ...RUN_OPTIONS,
  'signals',
  'timeLabel',
  'report',
  'bounds',
  'events',
  'cards',
  'metricsAs',
] as const satisfies readonly (keyof BacktestOptions)[]
