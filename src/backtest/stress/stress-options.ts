import { AppError } from '../../core/errors.js'
import type { RegimeWindows } from './regimes/market-regime.js'
import type { StressBudget } from './stress-runs.js'
import type { TradePathOptions } from './trades/trade-paths.js'

/** How hard a run is stressed. Everything has a default; docs/stress.md names them. */
export interface StressOptions {
  readonly seed?: number
  readonly trades?: Omit<TradePathOptions, 'seed'>
  /** Runs on noisy and on resampled candles, each. */
  readonly candleRuns?: number
  readonly noiseShare?: number
  /** Mean length of a block of resampled candles; null for that of Politis and White. */
  readonly candleBlockLength?: number | null
  readonly missedShares?: readonly number[]
  /** Runs for each share. */
  readonly missedRuns?: number
  /** Candles that decisions are late. */
  readonly delays?: readonly number[]
  readonly costMultiples?: readonly number[]
  readonly starts?: number
  readonly startShare?: number
  /** Impact preset of the capacity curve; null for the run's own, or that of SOL-USDC for SOL. */
  readonly impact?: string | null
  readonly capitalMax?: number
  readonly regimeWindows?: Partial<RegimeWindows>
  readonly budget?: Partial<StressBudget>
}

/** What decides how many runs are made. */
export type RunCounts = Required<
  Pick<
    StressOptions,
    'candleRuns' | 'missedShares' | 'missedRuns' | 'delays' | 'costMultiples' | 'starts'
  >
>

export const STRESS_DEFAULTS: RunCounts & { readonly seed: number } = {
  seed: 1,
  candleRuns: 30,
  missedShares: [0.05, 0.1, 0.2],
  missedRuns: 10,
  delays: [1, 2],
  costMultiples: [2, 5],
  starts: 20,
}

type Given = number | null | undefined | readonly number[]

/** @throws AppError INVALID_SETTING, naming the option, its value and its limits */
export function checkOptions(options: StressOptions): void {
  const { trades, budget, regimeWindows } = options
  const whole = {
    candleRuns: options.candleRuns,
    missedRuns: options.missedRuns,
    starts: options.starts,
    delays: options.delays,
    runsMax: budget?.runsMax,
  }
  refuseUnless(whole, 'a whole number from 0 to 1000000', value => {
    return Number.isInteger(value) && value >= 0 && value <= 1e6
  })
  const counts = { paths: trades?.paths, ...regimeWindows }
  refuseUnless(counts, 'a whole number from 1 to 1000000', value => {
    return Number.isInteger(value) && value >= 1 && value <= 1e6
  })
  const shares = {
    missedShares: options.missedShares,
    noiseShare: options.noiseShare,
    startShare: options.startShare,
    ruinShare: trades?.ruinShare,
    drawdownLimit: trades?.drawdownLimit,
  }
  refuseUnless(shares, 'a number from 0 to 1', value => value >= 0 && value <= 1)
  const lengths = { candleBlockLength: options.candleBlockLength, blockLength: trades?.blockLength }
  refuseUnless(lengths, 'at least 1', value => value >= 1 && value < Infinity)
  const amounts = {
    costMultiples: options.costMultiples,
    capitalMax: options.capitalMax,
    candlesMax: budget?.candlesMax,
    secondsMax: budget?.secondsMax,
  }
  refuseUnless(amounts, 'a number from 0 on', value => value >= 0 && value < Infinity)
}

function refuseUnless(
  options: Readonly<Record<string, Given>>,
  limit: string,
  isFine: (value: number) => boolean,
): void {
  for (const [name, given] of Object.entries(options)) {
    for (const value of [given].flat()) {
      if (value === undefined || value === null || isFine(value)) continue
      throw new AppError('INVALID_SETTING', `${name} is "${value}", but it must be ${limit}`, {
        hint: 'docs/stress.md names every option with its default',
      })
    }
  }
}
