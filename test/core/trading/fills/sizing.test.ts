import { expect, it } from 'vitest'
import { NO_RISK_SETTINGS } from '../../../../src/core/risk/settings.js'
import { targetSpend } from '../../../../src/core/trading/fills/sizing.js'

const risk = NO_RISK_SETTINGS

it('makes a spend of numbers, never below nothing', () => {
  expect(targetSpend(-0.5, { weight: 0.5, risk }, 1000)).toBe(250)
  expect(targetSpend(1, { weight: 1, risk }, -5), 'a ruined account').toBe(0)
  expect(() => targetSpend(NaN, { weight: 1, risk }, 1000)).toThrow('sized by no share')
  expect(() => targetSpend(1, { weight: -1, risk }, 1000)).toThrow('sized by no share')
  expect(() => targetSpend(1, { weight: 1, risk }, NaN)).toThrow('an entry spends no amount')
  expect(() => targetSpend(1, { weight: 1, risk }, Infinity)).toThrow('an entry spends no amount')
})
