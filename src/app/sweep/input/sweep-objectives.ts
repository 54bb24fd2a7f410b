import { AppError } from '../../../core/errors.js'
import {
  parseObjectives,
  scoreBy,
  type Objective,
  type ScoreFunction,
} from '../../../backtest/sweep/expressions/objective.js'
import type { SweepPlan } from '../../../backtest/sweep/plan/sweep-plan.js'
import { timedCall } from '../../strategy/guard/time-limit.js'
import { isStrategyFile } from '../../strategy/strategy-loader.js'

/** The objectives of a plan, those in files loaded. @throws AppError INVALID_OBJECTIVE, STRATEGY_FILE */
export async function loadObjectives(
  { objectives, objective_source: source, min_trades: minTrades }: SweepPlan,
  folder: string,
): Promise<readonly Objective[]> {
  const plain = objectives.filter(text => !isStrategyFile(text))
  const parsed = plain.length > 0 ? parseObjectives(plain, { minTrades }) : []
  const loaded: Objective[] = []
  for (const text of objectives) {
    const known = parsed.find(objective => objective.text === text.trim())
    loaded.push(known ?? (await fromFile(text, folder, source, minTrades)))
  }
  return loaded
}

/** SHA-256 of the file among the objectives; null where there is none. @throws AppError USAGE for two files */
export async function objectiveSource(
  objectives: readonly string[],
  folder: string,
): Promise<string | null> {
  const files = objectives.filter(isStrategyFile)
  if (files.length > 1) {
    throw new AppError('USAGE', `two objectives are files: "${files[0]}" and "${files[1]}"`, {
      hint: 'score by one function, or name metrics',
    })
  }
  await loadObjectives(
    { objectives, objective_source: null, min_trades: 0 } as unknown as SweepPlan,
    folder,
  )
  return files.length === 0 ? null : (await load(files[0]!, folder)).sourceHash
}

async function fromFile(
  path: string,
  folder: string,
  source: string | null,
  minTrades: number,
): Promise<Objective> {
  const { exported, sourceHash } = await load(path, folder)
  if (source !== null && source !== sourceHash) {
    throw new AppError(
      'INVALID_OBJECTIVE',
      `objective file "${path}" has changed since the sweep began`,
      {
        hint: 'put it back as it was, or begin a new sweep',
      },
    )
  }
  const functions = Object.values(exported).filter(value => typeof value === 'function')
  if (functions.length === 1)
    return scoreBy(guarded(path, functions[0] as ScoreFunction), { text: path, minTrades })
  throw new AppError(
    'INVALID_OBJECTIVE',
    `objective file "${path}" exports ${functions.length} functions, but must export one`,
    {
      hint: 'export default (metrics, params) => metrics.sharpe - metrics.max_drawdown',
    },
  )
}

/** What a function of the user's throws is the user's to mend. */
function guarded(path: string, score: ScoreFunction): ScoreFunction {
  return (metrics, params) => {
    try {
      return timedCall(path, () => score(metrics, params))
    } catch (error) {
      if (error instanceof AppError && /^(OUT_OF|STRATEGY_ENDED)/.test(error.code)) throw error
      const set = Object.entries(params).map(([name, value]) => `${name} ${String(value)}`)
      throw new AppError(
        'INVALID_OBJECTIVE',
        `objective file "${path}" threw at ${set.join(', ')}: ${(error as Error).message}`,
        { hint: 'a metric may be null; return null where a set has no score', cause: error },
      )
    }
  }
}

async function load(
  path: string,
  folder: string,
): Promise<{ exported: Record<string, unknown>; sourceHash: string }> {
  const { loadConfined } = await import('../../strategy/strategy-file.js')
  return loadConfined(path, folder)
}
