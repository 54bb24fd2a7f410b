import type { Gate, PromotionEvidence } from './evidence.js'

/** Whether it was tried on paper for long enough. */
export function paperGate({ paper, enough }: PromotionEvidence): Gate {
  const limit = `${enough.days} days or ${enough.trades} trades`
  if (paper === null || paper.sessions === 0) {
    const reason = 'it has not traded on paper on live candles: assay paper --promotion ID'
    const none = { value: 0, figure: 'none', passed: false }
    return { name: 'paper_period', ...none, limit, reason, isOverridable: true }
  }
  const { days, trades } = paper
  const isEnough = days >= enough.days || trades >= enough.trades
  return {
    name: 'paper_period',
    value: Number(days.toFixed(2)),
    figure: `${days.toFixed(1)} days, ${trades} trades`,
    limit,
    passed: isEnough,
    reason: `${days.toFixed(1)} days and ${trades} trades on paper, in ${paper.sessions} sessions`,
    isOverridable: true,
  }
}

/** Whether on paper it decided as the engine does. */
export function parityGate({ paper }: PromotionEvidence): Gate {
  const isDone = paper !== null && paper.sessions > 0
  const different = paper?.different ?? []
  return {
    name: 'paper_parity',
    value: isDone ? different.length : null,
    figure: isDone ? `${different.length} that differ` : 'unchecked',
    limit: 'none',
    passed: isDone ? different.length === 0 : null,
    reason: !isDone
      ? 'there is no session on paper to compare'
      : different.length === 0
        ? 'on paper its decisions equal those of the engine over the same candles'
        : `on paper its decisions differ from those of the engine over the same candles: ${different.join(', ')}`,
    isOverridable: true,
  }
}
