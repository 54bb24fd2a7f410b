import { PublicKey } from '@solana/web3.js'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { fromBase58, toBase58 } from '../../../src/live/solana/base58.js'

const bytes = (length: number): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array({ minLength: length, maxLength: length })

it('writes addresses as the library of Solana does, and reads them back', () => {
  fc.assert(
    fc.property(bytes(32), key => {
      const text = toBase58(key)
      expect(text).toBe(new PublicKey(key).toBase58())
      expect(fromBase58(text)).toEqual(Uint8Array.from(key))
    }),
  )
})

it('keeps the zeros in front, and reads nothing that is of another alphabet', () => {
  expect(toBase58(new Uint8Array([0, 0, 1]))).toBe('112')
  expect(toBase58(new Uint8Array(3))).toBe('111')
  expect(fromBase58('112')).toEqual(new Uint8Array([0, 0, 1]))
  expect(fromBase58('0OIl')).toBeUndefined()
})
