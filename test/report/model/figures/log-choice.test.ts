import { describe, expect, it } from 'vitest'
import { wantsLog } from '../../../../src/report/model/figures/log-choice.js'

const curve = (...values: number[]): Float64Array => Float64Array.from(values)

describe('logarithms', () => {
  it('are chosen where curves span an order of magnitude', () => {
    expect(wantsLog(curve(10, 99), curve(10, 12))).toBe(false)
    expect(wantsLog(curve(10, 100), curve(10, 12))).toBe(true)
    expect(wantsLog(curve(10, 12), curve(10, 100))).toBe(true)
  })

  it('are chosen where buy and hold flattens the strategy', () => {
    expect(wantsLog(curve(10, 13), curve(10, 30))).toBe(false)
    expect(wantsLog(curve(10, 12), curve(10, 30))).toBe(true)
  })

  it('are never chosen where equity came to nothing', () => {
    expect(wantsLog(curve(10, 0), curve(10, 1000))).toBe(false)
    expect(wantsLog(curve(10, -5), curve(10, 1000))).toBe(false)
  })
})
