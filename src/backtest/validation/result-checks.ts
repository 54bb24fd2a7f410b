import { diagnose } from '../diagnosis/diagnosis.js'
import { counted, formatPercent, isOrAre } from '../../core/number-format.js'
import { judge, type Check, type Question } from './check.js'
import type { Evidence } from './evidence.js'

/** Is the result what it says, and enough of one? */
export function resultChecks(evidence: Evidence): readonly Check[] {
  return [
    repeatCheck(evidence),
    proofCheck(evidence),
    profitCheck(evidence),
    tradesCheck(evidence),
    boundsCheck(evidence),
    remarksCheck(evidence),
  ]
}

function repeatCheck({ report, storedHash }: Evidence): Check {
  const isSame = report.resultHash === storedHash
  return judge(
    {
      name: 'reproducible',
      group: 'result',
      unit: 'flag',
      question: 'Does running it again give the same result?',
      limit: { atLeast: 1 },
      fatal: { atLeast: 1 },
      isRequired: true,
    },
    {
      value: isSame ? 1 : 0,
      n: 1,
      formula: 'result_hash of the stored run = result_hash of the same run now',
      note: isSame
        ? `run again it gives the same result, ${report.resultHash.slice(0, 12)}`
        : `run again it gives ${report.resultHash.slice(0, 12)}, but ${storedHash.slice(0, 12)} was stored: candles, strategy or engine have changed`,
    },
  )
}

function proofCheck({ proof, report }: Evidence): Check {
  const asked: Question = {
    name: 'no_lookahead',
    group: 'result',
    unit: 'flag',
    question: 'Do decisions depend on the past alone, and not on how much history there is?',
    limit: { atLeast: 1 },
    fatal: { atLeast: 1 },
    isRequired: true,
  }
  const formula =
    'decisions and indicators up to t stay the same when the candles after t are altered'
  if (proof === null) {
    const note = report.manifest.signals
      ? 'decisions of a file were made elsewhere: what they saw cannot be proven here'
      : 'the proof could not be made'
    return judge(asked, { value: null, n: 0, formula, note })
  }
  const { lookahead, warmUp, passed } = proof
  const broken = [
    lookahead?.passed === false ? 'they change with the future' : '',
    warmUp?.passed === false ? 'they change with the length of the history' : '',
    proof.determinism.passed ? '' : 'they differ from one run to the next',
  ].filter(text => text !== '')
  return judge(asked, {
    value: passed ? 1 : 0,
    n: (lookahead?.samples.length ?? 0) + (warmUp?.samples.length ?? 0),
    formula,
    note: passed
      ? `decisions stayed the same at ${lookahead?.samples.length ?? 0} altered futures and ${warmUp?.samples.length ?? 0} shorter histories`
      : `the decisions cannot be trusted: ${broken.join(', ')} (assay check shows where)`,
  })
}

function profitCheck({ report: { metrics } }: Evidence): Check {
  return judge(
    {
      name: 'net_return',
      group: 'result',
      unit: 'return',
      question: 'Did it make money after all costs?',
      limit: { atLeast: 0 },
      fatal: { atLeast: 0 },
      isRequired: true,
    },
    {
      value: metrics.totalReturn,
      n: metrics.trades,
      formula: 'final equity / capital − 1',
      note: `after costs it made ${formatPercent(metrics.totalReturn)}; holding the market made ${formatPercent(metrics.buyAndHoldReturn)}`,
    },
  )
}

const TRADES_MIN = 30

function tradesCheck({ report: { metrics } }: Evidence): Check {
  return judge(
    {
      name: 'trades',
      group: 'result',
      unit: 'count',
      question: 'Are there enough trades to judge?',
      limit: { atLeast: TRADES_MIN },
      fatal: { atLeast: 5 },
      isRequired: true,
    },
    {
      value: metrics.trades,
      n: metrics.trades,
      formula: 'closed trades',
      note: `${counted(metrics.trades, 'trade')} ${metrics.trades < TRADES_MIN ? `${isOrAre(metrics.trades)} too few to tell skill from luck: at least ${TRADES_MIN} are needed` : 'are enough to look at'}`,
    },
  )
}

function boundsCheck({ report: { bounds, metrics } }: Evidence): Check {
  const asked: Question = {
    name: 'ambiguity',
    group: 'result',
    unit: 'flag',
    question: 'Does the result hold whichever way ambiguous candles went?',
    limit: { atLeast: 1 },
  }
  const formula = 'sign of the return with the adverse and with the favourable extreme first'
  if (bounds === null) {
    return judge(asked, { value: null, n: 0, formula, note: 'the bounds were not run' })
  }
  const [low, high] = [bounds.pessimistic.totalReturn, bounds.optimistic.totalReturn]
  return judge(asked, {
    value: Math.sign(low) === Math.sign(high) ? 1 : 0,
    interval: [Math.min(low, high), Math.max(low, high)],
    n: metrics.ambiguousTrades,
    formula,
    note: `${counted(metrics.ambiguousTrades, 'trade')} ${isOrAre(metrics.ambiguousTrades)} ambiguous; the return lies from ${formatPercent(Math.min(low, high))} to ${formatPercent(Math.max(low, high))}`,
  })
}

function remarksCheck({ report }: Evidence): Check {
  const serious = diagnose(report).filter(({ severity }) => severity === 'serious')
  return judge(
    {
      name: 'diagnosis',
      group: 'result',
      unit: 'count',
      question: 'Is the diagnosis free of serious remarks?',
      limit: { atMost: 0 },
    },
    {
      value: serious.length,
      n: report.trades.length,
      formula: 'serious remarks of the diagnosis (docs/diagnosis.md)',
      note:
        serious.length === 0
          ? 'the diagnosis has no serious remark'
          : serious.map(({ text }) => text).join(' '),
    },
  )
}
