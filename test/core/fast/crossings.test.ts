import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Crossings } from '../../../src/core/fast/crossings.js'
import { ColumnView, Cursor } from '../../../src/core/strategy/moment.js'
import { crossed } from '../../../src/core/strategy/strategy.js'

/** Few values, so that ties and what floats make of them are common; some absent. */
const VALUE = fc.constantFrom(NaN, -1, 0, 0.3, 0.1 + 0.2, 1, 1 + 1e-13, 1 + 1e-11)

test('crossings are the candles at which views have crossed, found in one go or in pieces', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(VALUE, VALUE), { maxLength: 60 }), fc.nat(20), (pairs, piece) => {
      const a = Float64Array.from(pairs, ([value]) => value)
      const b = Float64Array.from(pairs, ([, value]) => value)
      const cursor = new Cursor()
      const [viewA, viewB] = [new ColumnView(a, cursor), new ColumnView(b, cursor)]
      const expected = pairs.flatMap((_, i) => {
        cursor.i = i
        return crossed(viewA, viewB) === 0 ? [] : [i]
      })
      const crossings = new Crossings(a, b, new Int32Array(pairs.length + 1))
      for (let end = 0; end < pairs.length;) {
        const start = end
        end = Math.min(pairs.length, end + piece + 1)
        crossings.advance(start, end)
      }
      expect([...crossings.indices.subarray(0, expected.length)]).toEqual(expected)
      expect(crossings.indices[expected.length]).toBe(0x7fff_ffff)
    }),
    { numRuns: 1000 },
  )
})
