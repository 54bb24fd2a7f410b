import type { Check } from '../backtest/validation/check.js'
import type { Evidence } from '../backtest/validation/evidence.js'
import { luckChecks } from '../backtest/validation/luck-checks.js'
import { resultChecks } from '../backtest/validation/result-checks.js'
import { judgementOf, type Judgement } from '../backtest/validation/verdict.js'
import type { BacktestOverfitting } from '../core/statistics/backtest-overfitting.js'
import type { DeflatedSharpe } from '../core/statistics/deflated-sharpe.js'
import type { Workspace } from './compose.js'
import { numberFlag, textFlag, type Flags } from './flags.js'
import { gatherEvidence, type GatheredEvidence } from './validate-evidence.js'

/** A result before the court. */
export interface Validation extends Judgement {
  readonly subject: GatheredEvidence['subject']
  readonly evidence: Evidence
  readonly checks: readonly Check[]
  readonly overfitting: BacktestOverfitting | null
  readonly deflated: DeflatedSharpe
}

const PATHS_DEFAULT = 10_000

/** Brings a stored run, or the best set of a sweep, before the court. */
export async function validate(workspace: Workspace, flags: Flags): Promise<Validation> {
  const seed = numberFlag(flags, 'seed', { min: 0, max: 0xffff_ffff, whole: true }) ?? 1
  const paths = numberFlag(flags, 'paths', { min: 100, max: 1e6, whole: true }) ?? PATHS_DEFAULT
  const gathered = await gatherEvidence(workspace, textFlag(flags, 'reference')!, { seed, paths })
  const { evidence, subject } = gathered
  workspace.output.log(
    `${evidence.returns.length} days, ${evidence.trials.ledger} trials in the ledger, returns of ${evidence.trials.columns.length} of them`,
  )
  const luck = luckChecks(evidence)
  const checks = [...resultChecks(evidence), ...luck.checks]
  return {
    ...judgementOf(checks),
    subject,
    evidence,
    checks,
    overfitting: luck.overfitting,
    deflated: luck.deflated,
  }
}
