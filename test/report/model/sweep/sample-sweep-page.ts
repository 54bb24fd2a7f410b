import type { ParamValue } from '../../../../src/core/strategy/params.js'
import type {
  EquityCurve,
  HeatMap,
  PageTrial,
  Spread,
  SweepAxis,
  SweepPageData,
  TrialGroup,
} from '../../../../src/backtest/sweep/tally/sweep-page-data.js'

/** What a sample of a sweep's page is made of. */
export interface SampleSweep {
  readonly axes?: readonly SweepAxis[]
  readonly trials?: number
  readonly seed?: number
  readonly groups?: readonly string[]
  /** Every trial gets this score; null is a sweep without any. */
  readonly score?: number | null
  readonly curves?: number
}

/** Axes of a plain sweep of two moving averages. */
export const AXES: readonly SweepAxis[] = [
  { name: 'fast_ma', values: range(5, 50, 1) },
  { name: 'slow_ma', values: range(20, 200, 5) },
  { name: 'risk.stop_loss', values: [0.01, 0.02, 0.03, 0.04, 0.05] },
  { name: 'ma_kind', values: ['sma', 'ema', 'wma'] },
  { name: 'short', values: [false, true] },
]

/** Numbers from `low` to `high`, both included. */
export function range(low: number, high: number, step: number): number[] {
  return Array.from({ length: Math.floor((high - low) / step) + 1 }, (_, k) => low + k * step)
}

/** A sweep as one looks: a hill of scores with noise, holes where a set is refused, failed trials. */
export function sampleSweep(sample: SampleSweep = {}): SweepPageData {
  const axes = sample.axes ?? AXES
  const chance = chanceFrom(sample.seed ?? 7)
  const labels = sample.groups ?? ['ma_crossover']
  const count = sample.trials ?? 1_200
  const draw = (): number[] => axes.map(axis => Math.floor(chance() * axis.values.length))
  const drawn = range(0, count - 1, 1).map(k => {
    let at = draw()
    while (isRefused(axes, at)) at = draw()
    return { number: k + 1, label: labels[k % labels.length]!, at }
  })
  const scored = drawn.map(({ number, label, at }) => {
    const own = hill(axes, at) + (chance() - 0.5) * 0.7 + labels.indexOf(label) * 0.1
    const score = sample.score === undefined ? own : sample.score
    return { number, label, at, score, around: hill(axes, at) + (chance() - 0.5) * 0.2 }
  })
  scored.sort((a, b) => (b.score ?? 0) - (a.score ?? 0) || a.number - b.number)
  const trials = scored.map(({ number, label, at, score, around }): PageTrial => ({
    number,
    label,
    values: at.map((place, k): ParamValue => axes[k]!.values[place]!),
    score,
    plateau: score === null || axes.length === 0 ? null : around,
    metrics: metricsOf(score, chance),
  }))
  const failed = Math.floor(count / 100)
  const places = new Map(scored.map(({ number, at }) => [number, at]))
  return {
    sweepId: '9f2c41d07b6e',
    sweepHash: '4b1e7c0d95f2a83e61d7f0c2b49a8857e3d16f90ab24c7d58e13f6a09c72bd41',
    isComplete: true,
    title: 'ma_crossover, SOL-USDC 5m',
    objective: 'sharpe',
    facts: [
      ['method', 'random, seed 7'],
      ['data hash', 'c81f0d5e27a94b36'],
      ['costs', 'fee 10 bps, slippage 5 bps'],
      ['dates', '2021-01-01 to 2024-01-01'],
      ['engine', '0.1.0'],
    ],
    trialsTotal: trials.length + failed,
    trialsFailed: failed,
    axes,
    heatMaps: pairsOf(axes).map(([x, y]) => heatMap(axes, x, y, trials, places)),
    trials: trials.slice(0, 3_000),
    spread: spreadOf(trials),
    curves: curvesOf(trials.slice(0, sample.curves ?? 10), chance),
    groups: labels.length > 1 ? labels.map(label => groupOf(label, trials)) : [],
    notes: [],
  }
}

/** The same numbers at every run: mulberry32. */
function chanceFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let word = Math.imul(state ^ (state >>> 15), 1 | state)
    word = (word + Math.imul(word ^ (word >>> 7), 61 | word)) ^ word
    return ((word ^ (word >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** A slow average must be longer than the fast one; such sets leave holes in the map. */
function isRefused(axes: readonly SweepAxis[], at: readonly number[]): boolean {
  const value = (name: string): ParamValue | undefined => {
    const axis = axes.findIndex(candidate => candidate.name === name)
    return axis < 0 ? undefined : axes[axis]!.values[at[axis]!]
  }
  const [fast, slow] = [value('fast_ma'), value('slow_ma')]
  return typeof fast === 'number' && typeof slow === 'number' && slow <= fast
}

/** Highest in the middle of the axes; below 0 at their ends. */
function hill(axes: readonly SweepAxis[], at: readonly number[]): number {
  const far = axes.reduce((sum, { values }, k) => {
    const share = values.length > 1 ? at[k]! / (values.length - 1) : 0.4
    return sum + (share - (k % 2 === 0 ? 0.35 : 0.55)) ** 2
  }, 0)
  return 1.4 - 3.2 * Math.sqrt(far / Math.max(1, axes.length / 2))
}

function metricsOf(score: number | null, chance: () => number): PageTrial['metrics'] {
  const edge = score ?? 0
  const totalReturn = edge * 0.32 + (chance() - 0.5) * 0.1
  const trades = Math.round(40 + chance() * 400)
  return {
    final_equity: 10_000 * (1 + totalReturn),
    total_return: totalReturn,
    cagr: totalReturn / 3,
    sharpe: score,
    sortino: score === null ? null : edge * 1.4,
    calmar: score === null ? null : edge * 0.7,
    volatility: 0.2 + chance() * 0.3,
    max_drawdown: 0.1 + chance() * 0.3,
    trades,
    win_rate: 0.3 + chance() * 0.3,
    profit_factor: trades === 40 ? null : 1 + edge * 0.3,
    exposure: 0.2 + chance() * 0.5,
    fees_paid: trades * 8.4,
  }
}

function pairsOf(axes: readonly SweepAxis[]): [number, number][] {
  return axes.flatMap((_, x) =>
    range(x + 1, axes.length - 1, 1).map((y): [number, number] => [x, y]),
  )
}

function heatMap(
  axes: readonly SweepAxis[],
  x: number,
  y: number,
  trials: readonly PageTrial[],
  places: ReadonlyMap<number, readonly number[]>,
): HeatMap {
  const [columns, rows] = [axes[x]!.values.length, axes[y]!.values.length]
  const cells = Array.from({ length: columns * rows }, (): number[] => [])
  const count = cells.map(() => 0)
  for (const { number, score } of trials) {
    const at = places.get(number)!
    const cell = at[y]! * columns + at[x]!
    count[cell]! += 1
    if (score !== null) cells[cell]!.push(score)
  }
  return {
    x,
    y,
    best: cells.map(scores => (scores.length > 0 ? Math.max(...scores) : null)),
    mean: cells.map(scores =>
      scores.length > 0 ? scores.reduce((sum, score) => sum + score, 0) / scores.length : null,
    ),
    count,
  }
}

function spreadOf(trials: readonly PageTrial[]): Spread | null {
  const scores = trials
    .map(({ score }) => score)
    .filter(score => score !== null)
    .sort((a, b) => a - b)
  if (scores.length === 0) return null
  const at = (share: number): number => scores[Math.floor(share * (scores.length - 1))]!
  const [min, max] = [at(0), at(1)]
  const histogram = new Array<number>(40).fill(0)
  for (const score of scores) {
    const bin = max > min ? Math.floor((40 * (score - min)) / (max - min)) : 0
    histogram[Math.min(39, bin)]! += 1
  }
  const profitable =
    trials.filter(({ metrics }) => (metrics['total_return'] ?? 0) > 0).length / trials.length
  return {
    scored: scores.length,
    min,
    q25: at(0.25),
    median: at(0.5),
    q75: at(0.75),
    max,
    profitable,
    histogram,
  }
}

function curvesOf(trials: readonly PageTrial[], chance: () => number): EquityCurve[] {
  const [start, step] = [Date.UTC(2021, 0, 1), (3 * 365 * 86_400_000) / 1_000]
  return trials.map(({ number, label, score }) => {
    let equity = 10_000
    const steps = range(0, 999, 1)
    return {
      label: `#${number} ${label}`,
      time: steps.map(k => start + k * step),
      equity: steps.map(() => (equity *= 1 + (score ?? 0) * 0.0004 + (chance() - 0.5) * 0.025)),
    }
  })
}

function groupOf(label: string, trials: readonly PageTrial[]): TrialGroup {
  const own = trials.filter(trial => trial.label === label)
  const best = own[0]
  return {
    label,
    trials: own.length,
    bestNumber: best?.number ?? 0,
    score: best?.score ?? null,
    median: own[Math.floor(own.length / 2)]?.score ?? null,
    metrics: best?.metrics ?? {},
  }
}
