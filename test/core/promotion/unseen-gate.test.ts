import { expect, it } from 'vitest'
import type { EvidenceCheck, PromotionEvidence } from '../../../src/core/promotion/evidence.js'
import { unseenGate } from '../../../src/core/promotion/result-gates.js'

/** A check with its value; null for one without. */
function check(name: string, value: number | null): EvidenceCheck {
  return {
    name,
    value,
    figure: value === null ? 'unchecked' : String(value),
    limit: 'at least 0.95',
    passed: value === null ? null : value >= 0.95,
    isFatal: value !== null && value < 0.5,
    note: `${name} says so`,
  }
}

it.each([
  [null, null, null],
  [0.96, null, true],
  [null, 0.97, true],
  [0.7, 0.97, true],
  [0.96, 0.7, true],
  [0.7, null, false],
  [null, 0.7, false],
  [0.7, 0.7, false],
  [0.4, 0.97, false],
  [0.96, 0.4, false],
])('a cross-validation of %s and a walk-forward of %s: %s', (crossed, walked, passed) => {
  const checks = [check('cross_validation', crossed), check('walk_forward', walked)]
  const gate = unseenGate({ checks } as unknown as PromotionEvidence)
  expect(gate).toMatchObject({ name: 'out_of_sample', passed, isOverridable: true })
  expect(gate.figure).toContain(`cross-validation ${crossed ?? 'unchecked'}`)
  expect(gate.figure).toContain(`walk-forward ${walked ?? 'unchecked'}`)
  expect(gate.reason).toContain('says so')
})
