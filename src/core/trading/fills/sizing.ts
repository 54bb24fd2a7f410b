import { assert } from '../../assert.js'
import type { RiskSettings } from '../../risk/settings.js'

/** The most that the settings let a position take of an equity, quote currency; Infinity without a cap. */
export function positionCap({ positionSize }: RiskSettings, equity: number): number {
  if (positionSize === null) return Infinity
  return positionSize.kind === 'quote' ? positionSize.amount : positionSize.share * equity
}

/** Quote currency that a target means: its share of the leg's part of the equity, within the cap. */
export function targetSpend(
  target: number,
  { weight, risk }: { readonly weight: number; readonly risk: RiskSettings },
  equity: number,
): number {
  assert(Number.isFinite(target) && weight >= 0, 'an entry is sized by no share')
  const spend = Math.max(0, Math.min(Math.abs(target) * weight * equity, positionCap(risk, equity)))
  assert(spend < Infinity, 'an entry spends no amount')
  return spend
}
