import { describe, expect, it } from 'vitest'
import { runBacktest } from '../../../src/backtest/run/replay/backtest.js'
import { NO_RISK_LIMITS } from '../../../src/core/risk/limits.js'
import { type RiskSettings } from '../../../src/core/risk/settings.js'
import { rows } from '../../market-generator.js'
import { scripted, specOf } from '../../run-spec.js'

const flat = (price: number) => [price, price, price, price] as const

interface Trimmed {
  readonly scripts: readonly (readonly (number | null)[])[]
  readonly maxExposure: number
  readonly risk?: Partial<RiskSettings>
  readonly shortable?: boolean
}

/** A run of one script a leg, equally weighted, under max_exposure. */
function trimmed(
  { scripts, maxExposure, risk = {}, shortable = false }: Trimmed,
  candles: ReturnType<typeof rows>,
) {
  const specs = scripts.map((script, k) =>
    specOf(scripted([...script], `leg_${k}`), {
      risk,
      market: { shortable },
      weight: 1 / scripts.length,
    }),
  )
  const spec = {
    ...specs[0]!,
    legs: specs.flatMap(({ legs }) => legs),
    limits: { ...NO_RISK_LIMITS, maxExposure },
    keepOpen: true,
  }
  return runBacktest({ spec, candles, first: 0 })
}

describe('a trim by max_exposure', () => {
  it('keeps the quantity that the limit left at its mark, whatever the price does before it fills', () => {
    const { trades, openPositions } = trimmed(
      { scripts: [[0.5]], maxExposure: 0.6 },
      rows(flat(100), flat(100), flat(200), flat(50), flat(50)),
    )
    expect(trades).toEqual([])
    // 10,000 in the market of 15,000 at the mark: 0.6 of the equity are 9,000, which are 45.
    expect(openPositions[0]!.quantity).toBe(45)
  })

  it('does not take the place of a reversal that was decided at the same close', () => {
    const { openPositions } = trimmed(
      { scripts: [[0.5, null, -0.5]], maxExposure: 0.6, shortable: true },
      rows(flat(100), flat(100), flat(200), flat(200), flat(200)),
    )
    expect(openPositions[0]!.quantity).toBeLessThan(0)
  })

  it('does not take the place of a smaller target that was decided at the same close', () => {
    const { openPositions, equity } = trimmed(
      { scripts: [[0.5, null, 0.2]], maxExposure: 0.6 },
      rows(flat(100), flat(100), flat(200), flat(200), flat(200)),
    )
    expect((openPositions[0]!.quantity * 200) / equity[4]!).toBeCloseTo(0.2, 6)
  })

  it('lets a larger target stand, which the limit cuts when it fills', () => {
    const { openPositions, equity } = trimmed(
      { scripts: [[0.5, null, 0.9]], maxExposure: 0.6 },
      rows(flat(100), flat(100), flat(200), flat(200), flat(200)),
    )
    expect((openPositions[0]!.quantity * 200) / equity[4]!).toBeCloseTo(0.6, 6)
  })

  it('sells down to the limit, not to position_size', () => {
    const { openPositions, equity } = trimmed(
      {
        scripts: [[1]],
        maxExposure: 0.6,
        risk: { positionSize: { kind: 'quote', amount: 5000 } },
      },
      rows(flat(100), flat(100), flat(200), flat(200)),
    )
    expect((openPositions[0]!.quantity * 200) / equity[3]!).toBeCloseTo(0.6, 6)
  })

  it('takes the same share from every leg', () => {
    const { openPositions, equity } = trimmed(
      { scripts: [[0.5], [0.5]], maxExposure: 0.6 },
      rows(flat(100), flat(100), flat(200), flat(200)),
    )
    const quantities = openPositions.map(({ quantity }) => quantity)
    expect(quantities[0]).toBeCloseTo(quantities[1]!, 6)
    expect(((quantities[0]! + quantities[1]!) * 200) / equity[3]!).toBeCloseTo(0.6, 6)
  })
})
