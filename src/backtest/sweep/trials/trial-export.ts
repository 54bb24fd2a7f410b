import { snakeCase } from '../../../core/canonical.js'
import type { TrialRecord } from '../../../core/ports/research/sweeps.js'
import { METRIC_FORMULAS } from '../../../core/metrics/metric-formulas.js'
import type { TableColumn } from '../../tables/table-export.js'

/** Trials a page at a time; every call begins again at the first. */
export type TrialSource = () => AsyncIterable<readonly TrialRecord[]>

type Value = number | string | boolean | null
type TrialColumn = TableColumn<TrialRecord>

const BEFORE_PARAMS: readonly TrialColumn[] = [
  { name: 'number', type: 'whole', valueOf: trial => trial.number },
  { name: 'status', type: 'text', valueOf: trial => trial.status },
  { name: 'strategy', type: 'text', valueOf: trial => trial.strategy },
  { name: 'symbol', type: 'text', valueOf: trial => trial.symbol },
  { name: 'timeframe', type: 'text', valueOf: trial => trial.timeframe },
  { name: 'template', type: 'text', valueOf: trial => trial.template },
]

const AFTER_PARAMS: readonly TrialColumn[] = [
  { name: 'score', type: 'number', valueOf: trial => trial.score },
  ...Object.keys(METRIC_FORMULAS)
    .map(snakeCase)
    .map((name): TrialColumn => ({
      name,
      type: 'number',
      valueOf: trial => trial.metrics?.[name] ?? null,
    })),
  { name: 'message', type: 'text', valueOf: trial => trial.message },
  { name: 'run_id', type: 'text', valueOf: trial => trial.runId },
  { name: 'result_hash', type: 'text', valueOf: trial => trial.resultHash },
  { name: 'data_hash', type: 'text', valueOf: trial => trial.dataHash },
]

/**
 * The columns of an export, one row a trial: several strategies have several sets of parameters. A
 * parameter has a column under its own name; `param_` stands before it only where another column
 * has that.
 */
export async function trialColumns(source: TrialSource): Promise<readonly TrialColumn[]> {
  const types = new Map<string, TrialColumn['type']>()
  for await (const page of source()) {
    for (const { params } of page) {
      for (const name of Object.keys(params)) {
        const type = typeOf(params[name]!)
        types.set(name, (types.get(name) ?? type) === type ? type : 'text')
      }
    }
  }
  const others = [...BEFORE_PARAMS, ...AFTER_PARAMS].map(({ name }) => name)
  const taken = new Set([...others, ...types.keys()])
  const names = [...types.keys()].sort((a, b) => (a < b ? -1 : 1))
  const params = names.map((param): TrialColumn => {
    const type = types.get(param)!
    const asText = (value: Value): Value => (value === null ? null : String(value))
    const valueOf = (trial: TrialRecord): Value => trial.params[param] ?? null
    return {
      name: others.includes(param) ? freeName(param, taken) : param,
      type,
      valueOf: type === 'text' ? trial => asText(valueOf(trial)) : valueOf,
    }
  })
  return [...BEFORE_PARAMS, ...params, ...AFTER_PARAMS]
}

function typeOf(value: number | string | boolean): TrialColumn['type'] {
  if (typeof value === 'number') return 'number'
  return typeof value === 'boolean' ? 'boolean' : 'text'
}

function freeName(param: string, taken: Set<string>): string {
  let name = param
  while (taken.has(name)) name = `param_${name}`
  taken.add(name)
  return name
}
