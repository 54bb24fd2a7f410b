import { counted } from '../../core/number-format.js'
import type { Check } from '../../backtest/validation/check.js'
import type { Evidence } from '../../backtest/validation/evidence.js'
import { luckChecks } from '../../backtest/validation/luck-checks.js'
import { resultChecks } from '../../backtest/validation/result-checks.js'
import { stressChecks } from '../../backtest/validation/stress-checks.js'
import { judgementOf, type Judgement } from '../../backtest/validation/verdict.js'
import { stressRun, type StressResult } from '../../backtest/stress/stress.js'
import type { BacktestOverfitting } from '../../core/statistics/splits/backtest-overfitting.js'
import type { DeflatedSharpe } from '../../core/statistics/sharpe/deflated-sharpe.js'
import type { Candles } from '../../core/candles/candles.js'
import type { Workspace } from '../workspace/compose.js'
import { Progress } from '../output/progress.js'
import { DEFAULT_BUDGET } from '../../backtest/stress/stress-runs.js'
import { numberOption, type Amount, type Optional } from '../options/options.js'
import { writeAsked, timedRun } from '../backtest/run-execution.js'
import { timed } from '../strategy/guard/time-limit.js'
import { readReportPath } from '../backtest/report-path.js'
import { gatherEvidence, type GatheredEvidence } from './evidence.js'

/** How a validation draws, and where its page goes. */
export type ValidationOptions = Optional<{
  seed: Amount
  /** Histories that are drawn. */
  paths: Amount
  /** Path of a page to write, or `none`. */
  report: string
}>

/** A result that was validated. */
export interface Validation extends Judgement {
  readonly subject: GatheredEvidence['subject']
  readonly evidence: Evidence
  readonly checks: readonly Check[]
  readonly overfitting: BacktestOverfitting | null
  readonly deflated: DeflatedSharpe
  readonly deflatedByAll: number | null
  readonly stress: StressResult
  readonly page: string | null
}

const PATHS_DEFAULT = 10_000
/** How often stress goes over the candles at most, about. */
const STRESS_PASSES = 1_000

/** Tests whether a stored run, or the best set of a sweep, is more than luck. */
export async function validate(
  workspace: Workspace,
  reference: string,
  options: ValidationOptions,
): Promise<Validation> {
  const path = readReportPath(options)
  const seed = numberOption(options, 'seed', { min: 0, max: 0xffff_ffff, whole: true }) ?? 1
  const paths = numberOption(options, 'paths', { min: 100, max: 1e6, whole: true }) ?? PATHS_DEFAULT
  const gathered = await gatherEvidence(workspace, reference, { seed, paths })
  const { evidence, subject, request, data } = gathered
  workspace.output.log(
    `${counted(evidence.returns.length, 'day')}, ${counted(evidence.trials.ledger, 'trial')} in the ledger, returns of ${evidence.trials.columns.length} of them; weighing luck`,
  )
  const luck = luckChecks(evidence)
  const limits = { ...timedRun([request], [data]), passes: STRESS_PASSES }
  const progress = new Progress(workspace.output, 'stress runs', DEFAULT_BUDGET.runsMax)
  const budget = { onRun: (runs: number): void => progress.show(runs) }
  const stress = timed(limits, () => stressRun(request, data, { seed, trades: { paths }, budget }))
  progress.end()
  const checks = [
    ...resultChecks(evidence),
    ...luck.checks,
    ...stressChecks(stress, {
      capital: request.capital,
      volume: medianVolume(evidence.report.candles),
    }),
  ]
  const { overfitting, deflated, deflatedByAll } = luck
  const judged = {
    ...judgementOf(checks),
    subject,
    evidence,
    checks,
    overfitting,
    deflated,
    deflatedByAll,
    stress,
  }
  return { ...judged, page: await writePage(workspace, judged, path) }
}

/** Quote volume of the median candle. */
function medianVolume({ close, volume, length }: Candles): number {
  const values = Float64Array.from({ length }, (_, i) => close[i]! * volume[i]!).sort()
  return values[length >> 1] ?? 0
}

function writePage(
  workspace: Workspace,
  judged: Omit<Validation, 'page'>,
  path: string | undefined,
): Promise<string | null> {
  const { subject, evidence } = judged
  const { manifest } = evidence.report
  const title = `${manifest.strategies[0]!.name}, ${manifest.symbol} ${manifest.timeframe}`
  const { warnings, stop = null } = evidence.report
  const data = { ...judged, title, warnings, stop, facts: factsOf(judged) }
  const about = {
    label: `Validation of the ${subject.kind}`,
    about: `${manifest.strategies[0]!.name} ${manifest.symbol} ${manifest.timeframe}`,
    isStudy: true,
    runs: [evidence.report.runId],
    sweeps: subject.kind === 'sweep' ? [subject.id] : [],
  }
  const asked = { path, name: `validation-${subject.id}`, subject: about }
  return writeAsked(workspace, asked, async (target, beside) => {
    const { writeValidationPage } = await import('../../report/model/validation/validation-page.js')
    await writeValidationPage(data, target, beside)
  })
}

function factsOf({
  subject,
  evidence,
  deflated,
  stress,
}: Omit<Validation, 'page'>): [string, string][] {
  const { report, trials, returns, seed, paths } = evidence
  const { manifest } = report
  const { params } = manifest.strategies[0]!
  return [
    ['subject', `${subject.kind} ${subject.id}`],
    ['run', report.runId],
    ['result hash', report.resultHash],
    [
      'parameters',
      Object.entries(params)
        .map(([name, value]) => `${name} ${String(value)}`)
        .join(', '),
    ],
    ['from, to', `${manifest.from}, ${manifest.to}`],
    ['data hash', manifest.data.hash],
    ['days', String(returns.length)],
    ['trials in the ledger', String(trials.ledger)],
    ['independent trials', String(deflated.trials)],
    ['trials whose returns are known', String(trials.columns.length)],
    [
      'runs of the stress',
      `${stress.runs}${stress.budgetSpent === null ? '' : ` (${stress.budgetSpent})`}`,
    ],
    ['seed, paths', `${seed}, ${paths}`],
    ['engine, Node', `${manifest.engine_version}, ${manifest.node_version}`],
  ]
}
