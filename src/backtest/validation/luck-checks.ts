import { backtestLength } from '../../core/statistics/sharpe/backtest-length.js'
import type { BacktestOverfitting } from '../../core/statistics/splits/backtest-overfitting.js'
import { bootstrapIntervals } from '../../core/statistics/resampling/bootstrap.js'
import {
  deflatedSharpe,
  type DeflatedSharpe,
} from '../../core/statistics/sharpe/deflated-sharpe.js'
import { effectiveTrials } from '../../core/statistics/sharpe/effective-trials.js'
import { haircutSharpe } from '../../core/statistics/sharpe/haircut-sharpe.js'
import { probabilisticSharpe } from '../../core/statistics/sharpe/probabilistic-sharpe.js'
import { PERIODS_A_YEAR } from '../../core/statistics/statistic.js'
import { superiorAbility } from '../../core/statistics/resampling/superior-ability.js'
import { trackRecordLength } from '../../core/statistics/sharpe/track-record.js'
import { counted, formatFixed, formatPercent, isOrAre } from '../../core/number-format.js'
import { answerOf, judge, type Check } from './check.js'
import { overfittingCheck, overfittingOf } from './overfitting-check.js'
import { crossValidationCheck } from './cross-validation-check.js'
import type { Evidence, TrialEvidence } from './evidence.js'

/** Is it luck? Statistics of the returns, and of how many were tried. */
export function luckChecks(evidence: Evidence): {
  readonly checks: readonly Check[]
  readonly overfitting: BacktestOverfitting | null
  readonly deflated: DeflatedSharpe
  /** The same with every trial of the ledger counted as independent. */
  readonly deflatedByAll: number | null
} {
  const overfitting = overfittingOf(evidence.trials, evidence.returns.length)
  const deflated = deflatedOf(evidence, independentTrials(evidence.trials))
  const deflatedByAll = deflatedOf(evidence, evidence.trials.ledger).value
  return {
    checks: [
      probableCheck(evidence),
      deflatedCheck(deflated, evidence.trials),
      lengthCheck(evidence),
      backtestLengthCheck(evidence, deflated),
      haircutCheck(evidence),
      bootstrapCheck(evidence),
      abilityCheck(evidence),
      overfittingCheck(overfitting, evidence.trials),
      crossValidationCheck(evidence),
    ],
    overfitting,
    deflated,
    deflatedByAll,
  }
}

function probableCheck({ returns }: Evidence): Check {
  const psr = probabilisticSharpe(returns)
  return judge(
    {
      name: 'probabilistic_sharpe',
      group: 'luck',
      unit: 'share',
      question: 'Is the Sharpe ratio above 0, given the length and shape of its returns?',
      limit: { atLeast: 0.95 },
      fatal: { atLeast: 0.5 },
      isRequired: true,
    },
    answerOf(psr, {
      interval: psr.sharpeIntervalAnnual,
      say: value =>
        `the true Sharpe ratio is above 0 with a probability of ${formatPercent(value)}, from ${psr.n} days`,
    }),
  )
}

/** The number of trials that are not alike, in proportion to those whose returns are known. */
function independentTrials({ ledger, columns }: TrialEvidence): number {
  if (columns.length < 2) return ledger
  const { clusters, byAverageCorrelation } = effectiveTrials(columns.map(({ returns }) => returns))
  const known = clusters ?? byAverageCorrelation ?? columns.length
  return Math.max(1, Math.min(ledger, Math.ceil((known * ledger) / columns.length)))
}

function deflatedOf({ returns, trials }: Evidence, count: number): DeflatedSharpe {
  const { ledger, sharpeVariance, columns, chosen } = trials
  const known = columns.length >= 2 ? columns : [{ name: chosen, returns }]
  return deflatedSharpe(known, {
    selected: chosen,
    trials: count,
    ...(columns.length < 2 && {
      sharpeVariance: sharpeVariance === null ? 0 : sharpeVariance / PERIODS_A_YEAR,
    }),
    ...(ledger === 1 && { trials: 1 }),
  })
}

function deflatedCheck(deflated: DeflatedSharpe, { ledger }: TrialEvidence): Check {
  const { thresholdAnnual, trials } = deflated
  return judge(
    {
      name: 'deflated_sharpe',
      group: 'luck',
      unit: 'share',
      question: 'Is it better than the best of as many worthless trials?',
      limit: { atLeast: 0.95 },
      fatal: { atLeast: 0.5 },
      isRequired: true,
    },
    answerOf(deflated, {
      say: value =>
        `${counted(ledger, 'trial')} (${trials} independent) ${ledger === 1 ? 'reaches' : 'reach'} a Sharpe ratio of ${shown(thresholdAnnual)} by luck; this one is above that with a probability of ${formatPercent(value)}`,
    }),
  )
}

function lengthCheck({ returns }: Evidence): Check {
  const record = trackRecordLength(returns)
  return judge(
    {
      name: 'track_record_length',
      group: 'luck',
      unit: 'multiple',
      question: 'Are there enough days to tell such a Sharpe ratio from 0?',
      limit: { atLeast: 1 },
    },
    answerOf(
      {
        ...record,
        value: record.value === null || record.value === 0 ? null : returns.length / record.value,
      },
      {
        say: () =>
          `${counted(returns.length, 'day')} ${isOrAre(returns.length)} there, ${formatFixed(Math.ceil(record.value!), 0)} are needed`,
      },
    ),
  )
}

function backtestLengthCheck(
  { returns }: Evidence,
  { trials, sharpeAnnual }: DeflatedSharpe,
): Check {
  const years = returns.length / PERIODS_A_YEAR
  const target = sharpeAnnual === null || sharpeAnnual <= 0 ? 1 : sharpeAnnual
  const least = backtestLength({
    trials,
    targetSharpeAnnual: target,
    count: returns.length,
  })
  return judge(
    {
      name: 'backtest_length',
      group: 'luck',
      unit: 'multiple',
      question: 'Is the history long enough for so many trials?',
      limit: { atLeast: 1 },
    },
    answerOf(
      { ...least, value: least.value === null ? null : years / least.value },
      {
        say: () =>
          `${trials} independent trials reach this Sharpe ratio by luck over ${shown(least.value)} years; there are ${shown(years)}`,
      },
    ),
  )
}

function haircutCheck({ returns, trials }: Evidence): Check {
  const columns = trials.columns.length >= 2 ? trials.columns : [{ name: trials.chosen, returns }]
  const cut = haircutSharpe(columns, {
    selected: trials.chosen,
    trials: Math.max(trials.ledger, columns.length),
  })
  const pValue = cut.bhy?.pValue ?? null
  return judge(
    {
      name: 'haircut_sharpe',
      group: 'luck',
      unit: 'p',
      question:
        'What p-value remains after correcting for all trials (Benjamini, Hochberg, Yekutieli)?',
      limit: { atMost: 0.05 },
    },
    answerOf(
      { ...cut, value: pValue },
      {
        say: value =>
          `after correcting for ${formatFixed(cut.trials, 0)} trials, ${leftOf(cut.bhy?.sharpeAnnual ?? null)} of the Sharpe ratio of ${shown(cut.sharpeAnnual)} remains (p = ${formatFixed(value, 3)})`,
      },
    ),
  )
}

/** What a correction leaves of a Sharpe ratio. */
function leftOf(sharpe: number | null): string {
  const text = shown(sharpe)
  return text === '0.00' ? 'nothing' : text
}

function bootstrapCheck({ returns, paths, seed }: Evidence): Check {
  const drawn = bootstrapIntervals(returns, { paths, seed })
  const interval = drawn.sharpeAnnual?.interval ?? null
  return judge(
    {
      name: 'bootstrap_sharpe',
      group: 'luck',
      unit: 'number',
      question: 'Does the Sharpe ratio stay above 0 when its days are resampled in blocks?',
      limit: { atLeast: 0 },
      isRequired: true,
    },
    answerOf(
      { ...drawn, value: interval === null ? null : interval[0] },
      {
        interval,
        say: () =>
          `in 95 % of ${paths} drawn histories the Sharpe ratio lies from ${shown(interval![0])} to ${shown(interval![1])}, the drawdown from ${percent(drawn.maxDrawdown?.interval?.[0])} to ${percent(drawn.maxDrawdown?.interval?.[1])}`,
      },
    ),
  )
}

function abilityCheck({ returns, holding, trials, paths, seed }: Evidence): Check {
  const columns = trials.columns.length >= 2 ? trials.columns : [{ name: trials.chosen, returns }]
  const ability = superiorAbility(columns, {
    benchmark: { name: 'buy and hold', returns: holding },
    paths: Math.min(paths, 2000),
    seed,
  })
  return judge(
    {
      name: 'superior_ability',
      group: 'luck',
      unit: 'p',
      question: 'Does the best of the trials beat holding the market (Hansen’s test)?',
      limit: { atMost: 0.05 },
    },
    answerOf(ability, {
      say: value =>
        value <= 0.05
          ? `the best of ${ability.trials} trials beats buy and hold by more than luck (p = ${formatFixed(value, 3)})`
          : `no evidence that the best of ${ability.trials} trials beats buy and hold (p = ${formatFixed(value, 3)})`,
    }),
  )
}

function shown(value: number | null): string {
  return value === null ? 'none' : formatFixed(value, 2)
}

function percent(value: number | undefined): string {
  return value === undefined ? 'none' : formatPercent(value)
}
