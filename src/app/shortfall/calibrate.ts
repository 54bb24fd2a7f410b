import { counted, isOrAre } from '../../core/number-format.js'
import { impactBps } from '../../core/account/costs.js'
import { formatTime } from '../../core/candles/time.js'
import { AppError } from '../../core/errors.js'
import type { SessionRecord } from '../../core/ports/trading/sessions.js'
import { fitCurve } from '../../backtest/cost-curve/huber-fit.js'
import { requirePresetName, saveCostPresets, type CostPreset } from '../costs/cost-presets.js'
import type { PricedFill } from './priced-fills.js'

/** Fewer say more of how the market moved than of what a fill costs. */
export const FILLS_MIN = 30

/** A curve that was fitted to fills, and what a transaction cost beside it. */
export interface Calibration {
  readonly name: string
  readonly preset: CostPreset
  /** Median of fees and transactions, quote currency. */
  readonly txCost: number
  readonly file: string
}

/** Refuses what cannot become a preset, before anything is computed. @throws AppError USAGE */
export function requireCalibration(
  name: string,
  { mode, symbols }: Pick<SessionRecord, 'mode' | 'symbols'>,
): void {
  requirePresetName(name)
  if (mode === 'live' && symbols.length > 1) {
    throw new AppError(
      'USAGE',
      `--calibrate makes the costs of one symbol, and the session trades ${symbols.length}`,
      { hint: 'fit recorded quotes of each: assay costs fit SYMBOL' },
    )
  }
  if (mode === 'live') return
  throw new AppError(
    'USAGE',
    '--calibrate takes fills of a venue; those of a paper session come from the cost model itself',
    { hint: 'name a live session, or fit recorded quotes: assay costs fit SYMBOL' },
  )
}

/**
 * Fits half-spread and impact to what fills were worse than the close that they were decided at, and
 * keeps the curve as a preset of this home.
 * @throws AppError CHECK_FAILED for too few fills
 */
export function calibrate(
  home: string,
  name: string,
  { symbol, fills }: { readonly symbol: string; readonly fills: readonly PricedFill[] },
): Calibration {
  if (fills.length < FILLS_MIN) {
    throw new AppError(
      'CHECK_FAILED',
      `${counted(fills.length, 'fill')} ${isOrAre(fills.length)} too few for a cost model; it takes ${FILLS_MIN}`,
      {
        hint: 'let the session trade on, or fit recorded quotes: assay costs fit SYMBOL',
        data: { fills: fills.length, needed: FILLS_MIN },
      },
    )
  }
  const size = Float64Array.from(fills, fill => fill.size * fill.decision)
  const bps = Float64Array.from(fills, ({ isBuy, price, decision }) => {
    return (isBuy ? 1 : -1) * (price / decision - 1) * 10_000
  })
  const curve = fitCurve({ length: fills.length, size, bps })
  const mid = median(fills.map(({ decision }) => decision))
  const square = bps.reduce((sum, one, i) => sum + (one - impactBps(curve, size[i]!)) ** 2, 0)
  const times = fills.map(({ decidedAt }) => decidedAt)
  const preset = {
    symbol,
    regime: 'all',
    a: curve.a,
    // Sizes were in quote coins; a run counts base coins.
    b: curve.b * Math.pow(mid, curve.g),
    g: curve.g,
    mid,
    rounds: fills.length,
    rmse: Math.sqrt(square / fills.length),
    out_of_sample: null,
    largest: Math.max(...size),
    from: formatTime(Math.min(...times)),
    to: formatTime(Math.max(...times)),
  }
  const file = saveCostPresets(home, { [name]: preset })
  return { name, preset, txCost: median(fills.map(({ cost }) => cost)), file }
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)]!
}
