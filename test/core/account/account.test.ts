import { expect, it } from 'vitest'
import { Account } from '../../../src/core/account/account.js'

it('goes on from what was saved, and from nothing that is no money', () => {
  const account = new Account(1000)
  account.cash = 400
  account.notional = 600
  const saved = account.save()
  const other = new Account(1000)
  other.restore(saved)
  expect(other).toEqual(account)
  expect(() => other.restore({ ...saved, cash: NaN })).toThrow('saved cash is not a number')
  expect(() => other.restore({ ...saved, notional: -1 })).toThrow('the value of saved fills')
  expect(other, 'a refused one changes nothing').toEqual(account)
})
