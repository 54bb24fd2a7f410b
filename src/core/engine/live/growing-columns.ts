import type { Candles } from '../../candles/candles.js'
import type { Step } from '../../indicators/indicator.js'
import type { LegSpec } from '../../trading/desk.js'
import { indicatorsOf } from '../columns.js'
import type { LegColumns } from '../spec.js'

/** An indicator that grows by one value per candle. */
class GrowingColumn {
  values: Float64Array = new Float64Array(256)
  private readonly step: Step

  constructor(step: Step) {
    this.step = step
  }

  append(candles: Candles, i: number): number {
    if (i >= this.values.length) {
      const longer = new Float64Array(this.values.length * 2)
      longer.set(this.values)
      this.values = longer
    }
    const value = this.step.next(candles, i)
    this.values[i] = value
    return value
  }
}

/** The indicator columns of the legs on one market, as its candles come. */
export class GrowingColumns {
  /** Whether every column has a value at the last candle. */
  isComplete = false
  private readonly legs: readonly Readonly<Record<string, GrowingColumn>>[]

  constructor(legs: readonly LegSpec[]) {
    this.legs = legs.map(leg =>
      Object.fromEntries(
        Object.entries(indicatorsOf(leg)).map(([name, indicator]) => [
          name,
          new GrowingColumn(indicator.start()),
        ]),
      ),
    )
  }

  /** Computes the values at the candle at index `i`, the next one. */
  append(candles: Candles, i: number): void {
    this.isComplete = true
    for (const leg of this.legs) {
      for (const name of Object.keys(leg)) {
        if (Number.isNaN(leg[name]!.append(candles, i))) this.isComplete = false
      }
    }
  }

  /** The columns as they stand, one record a leg; they move where they grow. */
  values(): LegColumns[] {
    return this.legs.map(leg =>
      Object.fromEntries(Object.entries(leg).map(([name, column]) => [name, column.values])),
    )
  }
}
