import type { ParamSpec, ParamSpecs, ParamValue } from '../../../core/strategy/params.js'
import { shareOf } from '../distribution.js'

/** What is compared of parameter sets. */
export interface ParamFigures {
  readonly totalReturn: number
  readonly sharpe: number | null
}

/** The run with one parameter at a time a little off. */
export interface ParamPerturbation {
  /** Neighbours evaluated. */
  readonly n: number
  readonly own: ParamFigures | null
  readonly neighbours: readonly Neighbour[]
  readonly profitableShare: number | null
  readonly meanSharpe: number | null
  readonly leastSharpe: number | null
  /** Mean and least Sharpe ratio by the own; null where that is not above zero. */
  readonly meanToOwn: number | null
  readonly leastToOwn: number | null
  /** Neighbours that the strategy's check refuses. */
  readonly refused: number
  readonly method: string
  readonly reason: string | null
}

export interface Neighbour extends ParamFigures {
  readonly name: string
  readonly value: number
}

type Params = Readonly<Record<string, ParamValue>>

const METHOD =
  'each number one step (its own, or 1) and 10 % up and down, one at a time, within its limits and allowed by the strategy; words and flags have no neighbour'

/**
 * The single-step neighbours of a parameter set. `evaluate` gives null where it cannot say, and is
 * then asked no more.
 */
export function perturbParams(given: {
  readonly specs: ParamSpecs
  readonly params: Params
  readonly check?: ((params: Params) => string | undefined) | undefined
  readonly evaluate: (params: Params) => ParamFigures | null
  /** Figures of the set itself, where they are known. */
  readonly own?: ParamFigures | undefined
}): ParamPerturbation {
  const { specs, params, check, evaluate } = given
  const found = given.own ?? evaluate(params)
  const own = found && { totalReturn: found.totalReturn, sharpe: found.sharpe }
  const all = neighboursOf(specs, params)
  const allowed = all.filter(one => check?.({ ...params, [one.name]: one.value }) === undefined)
  const neighbours: Neighbour[] = []
  let isSpent = own === null
  for (const one of isSpent ? [] : allowed) {
    const figures = evaluate({ ...params, [one.name]: one.value })
    isSpent = figures === null
    if (figures === null) break
    neighbours.push({ ...one, totalReturn: figures.totalReturn, sharpe: figures.sharpe })
  }
  const refused = all.length - allowed.length
  const reason = reasonOf({ all: all.length, refused, isSpent })
  return {
    n: neighbours.length,
    own,
    ...summaryOf(own, neighbours),
    refused,
    method: METHOD,
    reason,
  }
}

/** Each numeric parameter one step and a tenth up and down, within its limits, each value once. */
export function neighboursOf(
  specs: ParamSpecs,
  params: Params,
): { readonly name: string; readonly value: number }[] {
  return Object.entries(specs).flatMap(([name, spec]) =>
    nearbyValues(spec, params[name]).map(value => ({ name, value })),
  )
}

function nearbyValues(spec: ParamSpec, own: ParamValue | undefined): number[] {
  if (spec.kind !== 'integer' && spec.kind !== 'number') return []
  if (typeof own !== 'number') return []
  const step = spec.step ?? 1
  const tidy = (value: number): number =>
    spec.kind === 'integer' ? Math.round(value) : Number(value.toPrecision(12))
  const values = [own - step, own + step, own * 0.9, own * 1.1].map(tidy)
  const within = values.filter(value => value !== own && value >= spec.min && value <= spec.max)
  return [...new Set(within)].sort((a, b) => a - b)
}

function summaryOf(own: ParamFigures | null, neighbours: readonly Neighbour[]) {
  const sharpes = neighbours.map(({ sharpe }) => sharpe).filter(sharpe => sharpe !== null)
  const isKnown = sharpes.length > 0
  const mean = isKnown ? sharpes.reduce((sum, one) => sum + one, 0) / sharpes.length : null
  const least = isKnown ? Math.min(...sharpes) : null
  const by = own?.sharpe ?? 0
  return {
    neighbours,
    profitableShare: shareOf(neighbours, ({ totalReturn }) => totalReturn > 0),
    meanSharpe: mean,
    leastSharpe: least,
    meanToOwn: mean !== null && by > 0 ? mean / by : null,
    leastToOwn: least !== null && by > 0 ? least / by : null,
  }
}

function reasonOf(found: { all: number; refused: number; isSpent: boolean }): string | null {
  if (found.isSpent) return 'not every neighbour was evaluated'
  if (found.all === 0) return 'the strategy has no number to change'
  return found.all === found.refused ? 'the strategy refuses every neighbour' : null
}
