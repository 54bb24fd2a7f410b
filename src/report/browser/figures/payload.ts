import type { ParamValue } from '../../../core/strategy/params.js'
import type { MetricUnit } from '../../../core/metrics/metric-formulas.js'

/** What the page's script is handed, as JSON: its figures, each for the element of its id. */
export interface FigurePayload {
  readonly figures: readonly Figure[]
}

export type Figure = CurveFigure | PairFigure | StepFigure | ScatterFigure | LayerFigure

/** Amounts over time, and below them how far the first line is under its peak. */
export interface CurveFigure {
  readonly kind: 'curves'
  readonly id: string
  /** UTC milliseconds. */
  readonly time: readonly number[]
  readonly lines: readonly CurveLine[]
  /** Fractions from 0 down; null for none. */
  readonly drawdown: readonly number[] | null
  /** Stretches of time that follow each other, shaded in turn. */
  readonly stretches: readonly Stretch[]
  /** What the lines are amounts of: the name of their axis. */
  readonly name: string
  /** Whether it is shown by logarithms at first. */
  readonly startsLog: boolean
  /** When the account stopped, and what stands there; null where it traded to the end. */
  readonly stop: { readonly from: number; readonly name: string } | null
}

export interface CurveLine {
  readonly label: string
  readonly values: readonly number[]
  /** What it is compared with: drawn dashed, in a quiet colour. */
  readonly isReference?: boolean
}

export interface Stretch {
  readonly label: string
  readonly from: number
  readonly to: number
}

/** Two numbers side by side for each of several things. */
export interface PairFigure {
  readonly kind: 'pairs'
  readonly id: string
  /** What the first and the second number of a pair are. */
  readonly names: readonly [string, string]
  readonly labels: readonly string[]
  /** Whether the columns lie on their side, with their names and values beside them. */
  readonly isLying?: boolean
  /** A view each; a button shows it. */
  readonly measures: readonly PairMeasure[]
}

export interface PairMeasure {
  readonly label: string
  readonly unit: MetricUnit
  readonly first: readonly (number | null)[]
  readonly second: readonly (number | null)[]
}

/** A value that holds from one label to the next; null where there is none. */
export interface StepFigure {
  readonly kind: 'steps'
  readonly id: string
  readonly name: string
  readonly labels: readonly string[]
  readonly values: readonly (ParamValue | null)[]
}

/** Points of two numbers, with the line on which both are the same. */
export interface ScatterFigure {
  readonly kind: 'scatter'
  readonly id: string
  readonly names: readonly [string, string]
  readonly unit: MetricUnit | null
  readonly points: readonly (readonly [x: number, y: number, label: string])[]
}

/** Shares of a whole over time, one on the other; each holds until the next. */
export interface LayerFigure {
  readonly kind: 'layers'
  readonly id: string
  readonly time: readonly number[]
  readonly layers: readonly { readonly label: string; readonly shares: readonly number[] }[]
}
