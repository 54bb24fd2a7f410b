import type { EvidenceCheck, Gate, PromotionEvidence } from './evidence.js'

/** A gate that is a result of the validation. */
export function fromCheck(
  { checks }: PromotionEvidence,
  name: string,
  asked: string,
  isOverridable: boolean,
): Gate {
  const check = checks.find(one => one.name === asked)
  return {
    name,
    value: check?.value ?? null,
    figure: check?.figure ?? 'unchecked',
    limit: check?.limit ?? 'a result of the validation',
    passed: check?.passed ?? null,
    reason: check?.note ?? 'the validation did not check this',
    isOverridable,
  }
}

/** Whether the run was made by the current rules. */
export function modelGate({ executionModel: { run, now } }: PromotionEvidence): Gate {
  return {
    name: 'execution_model',
    value: run,
    figure: `version ${run}`,
    limit: `version ${now}`,
    passed: run === now,
    reason:
      run === now
        ? 'the run was made by the current rules'
        : `the run was made by rules of version ${run}, now is ${now}: run it again`,
    isOverridable: false,
  }
}

/** Whether a market traded the candles. */
export function dataGate({ isSyntheticData, target }: PromotionEvidence): Gate {
  const isRefused = isSyntheticData && target === 'live'
  return {
    name: 'real_data',
    value: isSyntheticData ? 'synthetic' : 'real',
    figure: isSyntheticData ? 'synthetic' : 'real',
    limit: target === 'live' ? 'real' : 'any',
    passed: !isRefused,
    reason: isSyntheticData
      ? 'the candles are synthetic: no market traded them, so they prove nothing'
      : 'the candles are of a market',
    isOverridable: false,
  }
}

/**
 * Whether what was chosen earns on days that had no part in the choice: by a cross-validation or a
 * walk-forward. One is enough where the other does not condemn the run.
 */
export function unseenGate({ checks }: PromotionEvidence): Gate {
  const found = ['cross_validation', 'walk_forward'].flatMap(
    asked => checks.find(({ name }) => name === asked) ?? [],
  )
  const told = found.filter(({ passed }) => passed !== null)
  const condemned = told.find(({ isFatal }) => isFatal)
  const decided = condemned ?? told.find(({ passed }) => passed === true) ?? told[0]
  const saying = decided === undefined ? found : told
  const nameOf = ({ name }: EvidenceCheck): string => name.replaceAll('_', '-')
  return {
    name: 'out_of_sample',
    value: decided?.value ?? null,
    figure: found.map(one => `${nameOf(one)} ${one.figure}`).join(', ') || 'unchecked',
    limit: `${found[0]?.limit ?? 'a result'} in either`,
    passed: decided === undefined ? null : decided.passed === true,
    reason: saying.map(one => `${nameOf(one)}: ${one.note}`).join('; '),
    isOverridable: true,
  }
}

/** Either statistic of luck is enough: they ask the same from two sides. */
export function luckGate({ checks }: PromotionEvidence): Gate {
  const asked = ['deflated_sharpe', 'backtest_overfitting']
  const found = checks.filter(({ name }) => asked.includes(name))
  const best =
    found.find(({ passed }) => passed === true) ?? found.find(({ passed }) => passed !== null)
  return {
    name: 'not_luck',
    value: best?.value ?? null,
    figure: best?.figure ?? 'unchecked',
    limit:
      best === undefined
        ? 'a deflated Sharpe ratio, or a probability of overfitting'
        : `${best.name.replaceAll('_', ' ')} ${best.limit}`,
    passed: best?.passed ?? null,
    reason: best?.note ?? found.map(({ note }) => note).join('; '),
    isOverridable: true,
  }
}

/** Whether a result of the validation condemns the run alone. */
export function verdictGate({ verdict }: PromotionEvidence): Gate {
  return {
    name: 'validation',
    value: verdict,
    figure: verdict,
    limit: 'pass or weak',
    passed: verdict !== 'fail',
    reason:
      verdict === 'fail'
        ? 'one check of the validation is enough to refuse it: assay validate RUN shows which'
        : 'no check of the validation refuses it by itself',
    isOverridable: true,
  }
}
