import {
  checkTitle,
  groupChecks,
  GROUP_WORDS,
  limitText,
  markOf,
  passedText,
  valueText,
  type GroupedChecks,
} from '../../report/model/validation/check-text.js'
import { stopSentence } from '../../report/model/run/stop-section.js'
import { nextLine } from '../output/next-line.js'
import { wrap } from '../../core/text-layout.js'
import type { Check } from '../../backtest/validation/check.js'
import { snakeKeys } from '../../core/canonical.js'
import type { Validation } from './validation.js'

const WIDTH = 80

/** A verdict as programs read it. */
export function validationJson(validation: Validation): Record<string, unknown> {
  const { subject, evidence, verdict, reasons, checks, overfitting, deflated, stress, page } =
    validation
  const { manifest, runId, resultHash } = evidence.report
  const [strategy] = manifest.strategies
  return {
    schema_version: 1,
    subject,
    run_id: runId,
    result_hash: resultHash,
    strategy: strategy!.name,
    params: strategy!.params,
    symbol: manifest.symbol,
    timeframe: manifest.timeframe,
    from: manifest.from,
    to: manifest.to,
    data_hash: manifest.data.hash,
    verdict,
    reasons,
    checks: checks.map(checkJson),
    trials: {
      ledger: evidence.trials.ledger,
      known_returns: evidence.trials.columns.length,
      independent: deflated.trials,
      by_average_correlation: deflated.trialsByAverageCorrelation,
      deflated_sharpe_with_all: validation.deflatedByAll,
    },
    overfitting: snakeKeys(overfitting),
    stress: snakeKeys(stress),
    report: page,
    seed: evidence.seed,
    paths: evidence.paths,
  }
}

function checkJson(check: Check): Record<string, unknown> {
  const { name, group, unit, question, value, interval, limit, passed, isFatal, n, formula, note } =
    check
  return {
    name,
    group,
    unit,
    question,
    value,
    interval,
    limit: limit && snakeKeys(limit),
    passed,
    fatal: isFatal,
    n,
    formula,
    note,
  }
}

const WORDS: Readonly<Record<Validation['verdict'], string>> = {
  pass: 'PASS: no test speaks against it',
  weak: 'WEAK: not disproved, but not proven',
  fail: 'FAIL: do not trade this',
}

/** A verdict for a terminal: the verdict, why, then every question with its answer. */
export function validationText(validation: Validation): string {
  const { evidence, verdict, reasons, checks, subject } = validation
  const { manifest } = evidence.report
  const { name, params } = manifest.strategies[0]!
  const set = Object.entries(params)
    .map(([key, value]) => `${key} ${String(value)}`)
    .join(', ')
  return [
    ...wrap(`${name} (${set})`, WIDTH, '  '),
    ...wrap(
      `${manifest.symbol} ${manifest.timeframe}, ${manifest.from} to ${manifest.to}, ${subject.kind} ${subject.id}`,
      WIDTH,
      '  ',
    ),
    '',
    ...stopLines(evidence.report.stop),
    `${WORDS[verdict]} (${passedText(checks)})`,
    ...reasons.flatMap(reason => wrap(`- ${reason}`, WIDTH, '  ')),
    ...evidence.report.warnings.flatMap(warning => wrap(`! ${warning}`, WIDTH, '  ')),
    ...groupChecks(checks).flatMap(groupLines),
    '',
    ...(validation.page === null ? [] : [`report  ${validation.page}`]),
    nextOf(validation),
  ].join('\n')
}

/** After a pass, whether it holds as time goes on; else where the money was made and lost. */
function nextOf({ verdict, subject, evidence: { report } }: Validation): string {
  const { strategies, symbol, timeframe } = report.manifest
  if (verdict !== 'pass' && subject.kind === 'sweep') {
    return nextLine(`assay sweeps best ${subject.id}`, 'a page of where it gains and loses')
  }
  if (verdict !== 'pass')
    return nextLine(`assay report ${report.runId}`, 'where it gains and loses')
  const place = `${strategies[0]!.name} --symbol ${symbol} --timeframe ${timeframe}`
  return nextLine(`assay walk-forward ${place} --train 180d --test 30d`)
}

/** Said before the verdict: it is on an account that stopped. */
function stopLines(stop: Validation['evidence']['report']['stop']): string[] {
  if (stop === null || stop === undefined) return []
  return [...wrap(`! ${stopSentence(stop)}`, WIDTH, '  '), '']
}

function groupLines({ group, checks }: GroupedChecks): string[] {
  return ['', `${GROUP_WORDS[group]}: ${passedText(checks)}`, ...checks.flatMap(checkLines)]
}

function checkLines(check: Check): string[] {
  const limit = limitText(check)
  const mark = markOf(check)
  const sign = mark === 'fatal' ? 'FATAL' : mark
  const figure = [valueText(check), limit === '' ? '' : `(limit: ${limit})`].filter(Boolean)
  const head = `${sign.padEnd(6)}${checkTitle(check).padEnd(21)} ${figure.join(' ')}`
  return [head.trimEnd(), ...wrap(check.note, WIDTH - 6).map(line => `      ${line}`)]
}
