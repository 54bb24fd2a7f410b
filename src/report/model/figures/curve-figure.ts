import { wantsLog } from './log-choice.js'
import { curvePlaces } from './curve-places.js'
import type { CurveFigure } from '../../browser/figures/payload.js'

/** An account over time, and what it is compared with. */
export interface AccountCurve {
  readonly id: string
  readonly capital: number
  readonly time: Float64Array
  readonly equity: Float64Array
  /** Buy and hold at the same times. */
  readonly hold: Float64Array
  readonly stretches: CurveFigure['stretches']
  /** When it stopped; null where it traded to the end. */
  readonly stop: CurveFigure['stop']
}

/** Equity against buy and hold, and how far equity is below its peak, capital included. */
export function accountFigure(curve: AccountCurve): CurveFigure {
  const { id, capital, time, equity, hold, stretches, stop } = curve
  const drawdown = drawdownsOf(equity, capital)
  const places = curvePlaces([equity, drawdown])
  return {
    kind: 'curves',
    id,
    time: places.map(i => time[i]!),
    lines: [
      { label: 'equity', values: places.map(i => short(equity[i]!)) },
      { label: 'buy and hold', values: places.map(i => short(hold[i]!)), isReference: true },
    ],
    drawdown: places.map(i => Number(drawdown[i]!.toFixed(6))),
    stretches,
    name: 'Equity',
    startsLog: wantsLog(equity, hold),
    stop,
  }
}

/** Gains of several at the same times. */
export function gainFigure(
  id: string,
  time: Float64Array,
  gains: readonly { readonly label: string; readonly values: Float64Array }[],
): CurveFigure {
  const places = curvePlaces(gains.map(({ values }) => values))
  return {
    kind: 'curves',
    id,
    time: places.map(i => time[i]!),
    lines: gains.map(({ label, values }) => ({
      label,
      values: places.map(i => short(values[i]!)),
    })),
    drawdown: null,
    stretches: [],
    name: 'Gain',
    startsLog: false,
    stop: null,
  }
}

function drawdownsOf(equity: Float64Array, capital: number): Float64Array {
  let peak = capital
  return equity.map(value => {
    if (value > peak) peak = value
    return value / peak - 1
  })
}

/** The digits that a picture shows. */
function short(value: number): number {
  return Number(value.toPrecision(9))
}
