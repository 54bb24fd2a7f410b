import type { Gate, PromotionEvidence } from './evidence.js'
import { paperGate, parityGate } from './paper-gates.js'
import {
  dataGate,
  fromCheck,
  luckGate,
  modelGate,
  unseenGate,
  verdictGate,
} from './result-gates.js'
import {
  longOnlyGate,
  lossGate,
  mintGate,
  safetyGate,
  settingsGate,
  stopGate,
  symbolGate,
} from './trading-gates.js'

/** All gates of a promotion, in the order in which they are told. */
export function gatesOf(evidence: PromotionEvidence): readonly Gate[] {
  const gates = [
    fromCheck(evidence, 'same_result', 'reproducible', false),
    modelGate(evidence),
    dataGate(evidence),
    fromCheck(evidence, 'no_lookahead', 'no_lookahead', false),
    longOnlyGate(evidence),
    unseenGate(evidence),
    luckGate(evidence),
    fromCheck(evidence, 'earns', 'net_return', true),
    fromCheck(evidence, 'costs', 'cost_stress', true),
    verdictGate(evidence),
    stopGate(evidence),
    symbolGate(evidence),
    settingsGate(evidence),
    mintGate(evidence),
  ]
  if (evidence.target === 'paper') return gates
  return [
    ...gates,
    lossGate(evidence),
    safetyGate(evidence),
    paperGate(evidence),
    parityGate(evidence),
  ]
}

/** Gates that keep a promotion back: those that a written reason does not stand for, or any without one. */
export function closedGates(gates: readonly Gate[], hasReason: boolean): readonly Gate[] {
  return gates.filter(
    ({ passed, isOverridable }) => passed !== true && !(hasReason && isOverridable),
  )
}
