import { describe, expect, it } from 'vitest'
import {
  judge,
  type Answer,
  type Check,
  type Question,
} from '../../../../src/backtest/validation/check.js'
import {
  checkTitle,
  groupChecks,
  limitText,
  markOf,
  passedText,
  valueText,
} from '../../../../src/report/model/validation/check-text.js'

const ASKED: Question = {
  name: 'net_return',
  group: 'result',
  unit: 'return',
  question: 'Did it make money?',
  limit: { atLeast: 0 },
}

function check(value: number | null, asked: Partial<Question> = {}): Check {
  const answer: Answer = { value, n: 10, formula: 'f', note: 'n' }
  return judge({ ...ASKED, ...asked }, answer)
}

describe('the text of a check', () => {
  it('gives value and limit in one unit', () => {
    const texts = (one: Check): string[] => [valueText(one), limitText(one)]
    expect(texts(check(37.819))).toEqual(['3,781.90%', 'at least 0.00%'])
    const share = { unit: 'share', limit: { atMost: 0.05 } } as const
    expect(texts(check(0.303, share))).toEqual(['30.30%', 'at most 5.00%'])
    const p = { unit: 'p', limit: { atMost: 0.05 } } as const
    expect(texts(check(1, p))).toEqual(['p = 1.000', 'p at most 0.050'])
    const flag = { unit: 'flag', limit: { atLeast: 1 } } as const
    expect(texts(check(0, flag))).toEqual(['no', 'must be yes'])
    const multiple = { unit: 'multiple', limit: { atLeast: 10 } } as const
    expect(texts(check(12.345, multiple))).toEqual(['12.35 times', 'at least 10.00 times'])
    expect(texts(check(29, { unit: 'count', limit: { atLeast: 30 } }))).toEqual([
      '29',
      'at least 30',
    ])
    expect(valueText(check(null))).toBe('')
    expect(checkTitle(check(1))).toBe('net return')
  })

  it('puts failures first, in groups and within them', () => {
    const checks = [
      check(1, { name: 'passed' }),
      check(-1, { name: 'failed' }),
      check(null, { name: 'open' }),
      check(-1, { name: 'condemned', group: 'ruin', fatal: { atLeast: 0 } }),
      check(1, { name: 'lucky', group: 'luck' }),
    ]
    const groups = groupChecks(checks).map(({ group, checks: own, passed, answered }) => [
      group,
      own.map(markOf),
      `${passed} of ${answered}`,
    ])
    expect(groups).toEqual([
      ['ruin', ['fatal'], '0 of 1'],
      ['result', ['no', 'none', 'ok'], '1 of 2'],
      ['luck', ['ok'], '1 of 1'],
    ])
    expect(passedText(checks)).toBe('2 of 4 passed, 1 without an answer')
    expect(passedText([check(1)])).toBe('1 of 1 passed')
  })
})
