import { AppError } from '../core/errors.js'
import { textFlag, type Flags } from './flags.js'
import type { Place } from './sweep-input.js'

/** The one place that a validation is about; `what` names it, as in walk-forward. @throws AppError USAGE */
export function onePlace(flags: Flags, what: string): Place {
  const one = (name: string): string | undefined => {
    const given = textFlag(flags, name)
    if (given?.includes(',') !== true) return given
    throw new AppError('USAGE', `--${name} "${given}" names several; a ${what} takes one`, {
      hint: `make one ${what} for each`,
    })
  }
  return { strategy: one('strategy'), symbol: one('symbol'), timeframe: one('timeframe') }
}
