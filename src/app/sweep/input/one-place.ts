import { AppError } from '../../../core/errors.js'
import { optionLabel, textOption } from '../../options/options.js'
import type { RunOptions } from '../../backtest/input/run-options.js'
import type { Place } from './sweep-input.js'

/** The one place that a validation is about; `what` names it, as in walk-forward. @throws AppError USAGE */
export function onePlace(options: RunOptions, what: string): Place {
  const one = (name: 'strategy' | 'symbol' | 'timeframe'): string | undefined => {
    const given = textOption(options, name)
    if (given?.includes(',') !== true) return given
    throw new AppError(
      'USAGE',
      `${optionLabel(name)} "${given}" names several; a ${what} takes one`,
      {
        hint: `make one ${what} for each`,
      },
    )
  }
  return { strategy: one('strategy'), symbol: one('symbol'), timeframe: one('timeframe') }
}
