import { snakeCase } from '../../core/canonical.js'
import { AppError } from '../../core/errors.js'
import type { ReturnScore } from '../../core/statistics/splits/cross-validation-picks.js'
import type { ReturnMetrics } from '../../core/statistics/samples/segment-moments.js'
import { parseObjective } from '../sweep/expressions/objective.js'

const KEYS: readonly (keyof ReturnMetrics)[] = [
  'sharpe',
  'sortino',
  'totalReturn',
  'cagr',
  'calmar',
  'volatility',
  'maxDrawdown',
]

const KEY_OF = new Map(KEYS.map(key => [snakeCase(key), key]))

/** The metrics that daily returns give; those of trades cannot be had for some of the days. */
export const RETURN_METRICS: readonly string[] = [...KEY_OF.keys()]

const FILE = /\.[cm]?[jt]s$/

/**
 * An objective as sweeps have it, of metrics that daily returns give: a name, `max:` or `min:` of one,
 * or a mix of them.
 * @throws AppError INVALID_OBJECTIVE for one that reads anything else, and as `parseObjective` does
 */
export function returnObjective(text: string): ReturnScore {
  if (FILE.test(text.trim())) throw notOfReturns(text, 'is a file, which may read any metric')
  const objective = parseObjective(text)
  const names = objective.names ?? []
  const other = names.find(name => !KEY_OF.has(name))
  if (other !== undefined) throw notOfReturns(text, `reads ${other}`)
  const read = names.map(name => [name, KEY_OF.get(name)!] as const)
  return metrics => {
    const record: Record<string, number | null> = {}
    for (const [name, key] of read) record[name] = metrics[key]
    const score = objective.score(record, {})
    // Endless scores have no line through them; picks rank what has none by its return.
    return score !== null && Number.isFinite(score) ? score : null
  }
}

function notOfReturns(text: string, why: string): AppError {
  return new AppError(
    'INVALID_OBJECTIVE',
    `objective "${text}" ${why}, but a cross-validation picks by the daily returns of some of the days`,
    { hint: `name ${RETURN_METRICS.join(', ')}, or a mix of them`, data: { text } },
  )
}
