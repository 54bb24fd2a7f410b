import { describe, expect, it } from 'vitest'
import { parseExactly, unitsIn } from '../../../src/live/http/exact-json.js'

describe('JSON of services', () => {
  it('loses no digit of a large number, and leaves all others as they are', () => {
    const text = '{"a":18446744073709551615,"b":[-9007199254740993,1],"c":"12345678901234567890"}'
    expect(parseExactly(text)).toEqual({
      a: '18446744073709551615',
      b: ['-9007199254740993', 1],
      c: '12345678901234567890',
    })
    expect(parseExactly('[0.12345678901234567891,1.5e-300,"\\"9999999999999999"]')).toEqual([
      0.12345678901234568,
      1.5e-300,
      '"9999999999999999',
    ])
  })

  it('is undefined where it is cut', () => {
    expect(parseExactly('{"jsonrpc":"2.0","resu')).toBeUndefined()
  })

  it('holds amounts as numbers or digits, and nothing else', () => {
    expect(unitsIn(7, 'it')).toBe(7n)
    expect(unitsIn('18446744073709551615', 'it')).toBe(2n ** 64n - 1n)
    for (const bad of [-1, 1.5, '1.5', '-1', null, undefined, '0x10', 1e21]) {
      expect(() => unitsIn(bad, 'it'), String(bad)).toThrow('it is no amount')
    }
  })
})
