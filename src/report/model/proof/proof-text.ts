import { formatFixed } from '../../../core/number-format.js'
import { printable, wrap } from '../../../core/text-layout.js'
import type { Violation } from '../../../backtest/proof/differences.js'
import type { LookaheadProof } from '../../../backtest/proof/lookahead.js'
import type { Proof } from '../../../backtest/proof/proof.js'
import type { RepetitionProof } from '../../../backtest/proof/repetition.js'
import type { IndicatorSettling, WarmUpProof } from '../../../backtest/proof/warm-up.js'

const WIDTH = 80
/** Violations shown of each part; the JSON has all. */
const SHOWN = 6

/** A proof for the terminal: what was tried, whether it held, and the first things that did not. */
export function proofText({ lookahead, warmUp, determinism }: Proof): string {
  return [
    ...(lookahead ? lookaheadLines(lookahead) : []),
    ...(warmUp ? warmUpLines(warmUp) : []),
    ...determinismLines(determinism),
  ].join('\n')
}

function lookaheadLines(proof: LookaheadProof): string[] {
  const { passed, samples, ways, fedOneByOne, violations } = proof
  const tried = `what comes after ${samples.length} candles altered in ${ways} ways; ${formatFixed(fedOneByOne, 0)} candles fed one at a time`
  return part('lookahead', passed, tried, violations)
}

function warmUpLines({
  passed,
  samples,
  indicators,
  decisions,
  ties,
  violations,
}: WarmUpProof): string[] {
  const settling = indicators.map(settlingText).join('; ')
  const tried =
    samples.length === 0
      ? `nothing compared: the candles do not last for an indicator to settle. ${settling}`
      : `${samples.length} later starts, ${formatFixed(decisions, 0)} decisions asked again${ties === 0 ? '' : `, ${ties} of them near ties`}. ${settling}`
  return part('warm-up', passed, tried, violations)
}

function settlingText({ name, settle, difference }: IndicatorSettling): string {
  if (settle === null) return `${name} never settles (a running total)`
  const off =
    difference === null || difference === 0 ? 'exactly' : `to ${difference.toExponential(0)}`
  return `${name} settles after ${settle}, ${off}`
}

function determinismLines({ passed, runs, violations }: RepetitionProof): string[] {
  const tried = `run again: ${runs.map(run => run.replaceAll('_', ' ')).join(', ')}`
  return part('determinism', passed, tried, violations)
}

function part(
  name: string,
  passed: boolean,
  tried: string,
  violations: readonly Violation[],
): string[] {
  const head = `${name.padEnd(13)}${passed ? 'passed' : 'FAILED'}  ${tried}`
  const more = violations.length - SHOWN
  return [
    ...wrap(printable(head.trimEnd()), WIDTH, ' '.repeat(21)),
    ...violations
      .slice(0, SHOWN)
      .flatMap(({ text }) => wrap(`  - ${printable(text)}`, WIDTH, '    ')),
    ...(more > 0 ? [`  - and ${more} more; --json has all`] : []),
  ]
}
