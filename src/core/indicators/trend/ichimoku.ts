import { folded, paired, type Fold } from '../fold.js'
import type { Indicator } from '../indicator.js'
import { checkPeriod } from '../limits.js'
import { donchian } from '../ranges/range.js'
import { Window } from '../window.js'
import { withParts } from '../parts.js'

class DelayFold implements Fold {
  private readonly past: Window

  constructor(length: number) {
    this.past = new Window(length + 1)
  }

  push(value: number): number {
    if (value !== value || !this.past.push(value)) return NaN
    return this.past.at(this.past.length - 1)
  }
}

function middle(key: string, period: number): Indicator {
  return { ...donchian(period).middle, key }
}

function delayed(key: string, source: Indicator, length: number): Indicator {
  return folded({ key, source, wait: length, fold: () => new DelayFold(length) })
}

/**
 * Ichimoku Kinko Hyo, in units of price. `conversion` and `base` are the middles of the ranges of
 * two windows. `spanA` (the mean of both) and `spanB` (the middle of a third window) are the cloud
 * as it is drawn at this candle: computed `shift - 1` candles ago, as charts count the candle itself
 * as the first of the shift. The lagging span is left out: at its place it shows a later close.
 * https://en.wikipedia.org/wiki/Ichimoku_Kink%C5%8D_Hy%C5%8D
 */
export function ichimoku(
  conversion = 9,
  base = 26,
  span = 52,
  shift = 26,
): {
  readonly conversion: Indicator
  readonly base: Indicator
  readonly spanA: Indicator
  readonly spanB: Indicator
} {
  checkPeriod('ichimoku', 'conversion', conversion)
  checkPeriod('ichimoku', 'base', base)
  checkPeriod('ichimoku', 'span', span)
  checkPeriod('ichimoku', 'shift', shift)
  const key = `ichimoku(${conversion},${base},${span},${shift})`
  const fast = middle(`${key}.conversion`, conversion)
  const slow = middle(`${key}.base`, base)
  const lead = paired(`${key}.lead`, [fast, slow], (a, b) => (a + b) / 2)
  return withParts('ichimoku', {
    conversion: fast,
    base: slow,
    spanA: delayed(`${key}.spanA`, lead, shift - 1),
    spanB: delayed(`${key}.spanB`, middle(`${key}.range`, span), shift - 1),
  })
}
