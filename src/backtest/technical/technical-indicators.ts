import { byCodeUnit } from '../../core/canonical.js'
import * as library from 'technicalindicators'
import type { Candles } from '../../core/candles/candles.js'
import { AppError } from '../../core/errors.js'
import type { Indicator, Step } from '../../core/indicators/indicator.js'
import { settlingOf, warmupFound } from './technical-probe.js'

export { technicalPattern } from './technical-patterns.js'

/** What an indicator of the library is fed with, and the fields it answers with, if any. */
interface Reads<Output extends string = string> {
  readonly takes: 'close' | 'candle'
  readonly outputs: readonly Output[]
}

const closes = <const T extends string = never>(...outputs: readonly T[]): Reads<T> => ({
  takes: 'close',
  outputs,
})
const whole = <const T extends string = never>(...outputs: readonly T[]): Reads<T> => ({
  takes: 'candle',
  outputs,
})

/**
 * Every streaming indicator of the library that answers with numbers. Left out: VolumeProfile and
 * Renko, which are not one value a candle; HeikinAshi, which makes candles; CrossUp and CrossDown,
 * which strategies have as functions.
 */
export const TECHNICAL = {
  ADL: whole(),
  ADX: whole('adx', 'pdi', 'mdi'),
  ATR: whole(),
  AverageGain: closes(),
  AverageLoss: closes(),
  AwesomeOscillator: whole(),
  BollingerBands: closes('lower', 'middle', 'upper', 'pb'),
  CCI: whole(),
  ChandelierExit: whole('exitLong', 'exitShort'),
  EMA: closes(),
  ForceIndex: whole(),
  Highest: closes(),
  IchimokuCloud: whole('conversion', 'base', 'spanA', 'spanB'),
  KST: closes('kst', 'signal'),
  KeltnerChannels: whole('lower', 'middle', 'upper'),
  Lowest: closes(),
  MACD: closes('MACD', 'signal', 'histogram'),
  MFI: whole(),
  OBV: whole(),
  PSAR: whole(),
  ROC: closes(),
  RSI: closes(),
  SD: closes(),
  SMA: closes(),
  Stochastic: whole('k', 'd'),
  StochasticRSI: closes('stochRSI', 'k', 'd'),
  Sum: closes(),
  TRIX: closes(),
  TrueRange: whole(),
  VWAP: whole(),
  WEMA: closes(),
  WMA: closes(),
  WilliamsR: whole(),
} as const

export type TechnicalName = keyof typeof TECHNICAL
type OutputOf<N extends TechnicalName> = (typeof TECHNICAL)[N]['outputs'][number]

/** Settings of the library's constructors, by the names that its own documentation gives them. */
export type TechnicalOptions = Readonly<Record<string, number | boolean>>

interface Streaming {
  nextValue(input: unknown): unknown
}

/** Fresh arrays for each: constructors keep what they are given, and some reverse it. */
function startStreaming(name: TechnicalName, options: TechnicalOptions): Streaming {
  const Constructor = library[name] as unknown as new (input: object) => Streaming
  const columns = { values: [], open: [], high: [], low: [], close: [], volume: [] }
  return new Constructor({ ...options, ...columns })
}

class TechnicalStep implements Step {
  private readonly stream: Streaming
  private readonly takes: 'close' | 'candle'
  private readonly output: string | undefined

  constructor(stream: Streaming, takes: 'close' | 'candle', output: string | undefined) {
    this.stream = stream
    this.takes = takes
    this.output = output
  }

  next(candles: Candles, i: number): number {
    // A new object for each candle: the library keeps the ones it was given.
    const answer = this.stream.nextValue(
      this.takes === 'close'
        ? candles.close[i]!
        : {
            open: candles.open[i]!,
            high: candles.high[i]!,
            low: candles.low[i]!,
            close: candles.close[i]!,
            volume: candles.volume[i]!,
          },
    )
    const value = this.output ? (answer as Record<string, unknown>)?.[this.output] : answer
    return typeof value === 'number' && Number.isFinite(value) ? value : NaN
  }
}

/**
 * An indicator of the npm package technicalindicators, on the closes or the candles, whichever it
 * takes: `technical('CCI', { period: 20 })`, `technical('MACD', { fastPeriod: 12, slowPeriod: 26,
 * signalPeriod: 9, SimpleMAOscillator: false, SimpleMASignal: false }, 'histogram')`.
 *
 * Warm-up and settling are found by running it on made-up candles. Values are the library's own,
 * with its rounding (RSI to two digits) and no value, NaN, where it divides by zero. It is much
 * slower than the built-in indicators; prefer those where they have the same.
 * @throws AppError INVALID_PARAMETER for an unknown name or field, or where it never has a value
 */
export function technical<N extends TechnicalName>(
  name: N,
  options: TechnicalOptions = {},
  ...[field]: [OutputOf<N>] extends [never] ? [] : [field: OutputOf<N>]
): Indicator {
  const reads = readsOf(name, field)
  const sorted = Object.keys(options).sort(byCodeUnit)
  const settings = sorted.map(key => `${key}=${String(options[key])}`).join(',')
  const start = (): Step => new TechnicalStep(startStreaming(name, options), reads.takes, field)
  const key = `technical(${name},${settings})${field ? `.${String(field)}` : ''}`
  const warmup = warmupFound(key, start)
  return { key, warmup, settle: () => settlingOf(key, warmup, start), start }
}

function readsOf(name: string, field: string | undefined): Reads {
  const reads = Object.hasOwn(TECHNICAL, name)
    ? (TECHNICAL as Readonly<Record<string, Reads>>)[name]
    : undefined
  if (!reads) {
    throw new AppError('INVALID_PARAMETER', `technicalindicators has no usable "${name}"`, {
      hint: `choose one of ${Object.keys(TECHNICAL).join(', ')}`,
    })
  }
  if (field === undefined ? reads.outputs.length > 0 : !reads.outputs.includes(field)) {
    throw new AppError('INVALID_PARAMETER', `technical ${name} has no output "${field ?? ''}"`, {
      hint:
        reads.outputs.length > 0
          ? `name one of ${reads.outputs.join(', ')}`
          : 'it has a single output, name none',
    })
  }
  return reads
}
