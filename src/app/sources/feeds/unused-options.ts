import { AppError } from '../../../core/errors.js'
import { optionLabel } from '../../options/options.js'
import type { WatchCandlesOptions } from './watch-options.js'

/** What is watched: stored candles, prices of which candles are built, or the candles of a source. */
type Watched = 'stored' | 'prices' | 'candles'

/** Options that do nothing for what is watched. */
const UNUSED = {
  stored: ['source', 'store', 'then', 'stream', 'streamUrl', 'poll', 'maxAge', 'maxSlots'],
  prices: ['since', 'until', 'speed', 'then', 'stream', 'streamUrl'],
  candles: ['until', 'speed', 'poll'],
} as const satisfies Readonly<Record<Watched, readonly (keyof WatchCandlesOptions)[]>>

const WHAT: Readonly<Record<Watched, string>> = {
  stored: 'stored candles, which --replay gives',
  prices: 'candles that are built of the prices of now',
  candles: 'the candles of a source as they close',
}

/** @throws AppError USAGE for an option that would do nothing */
export function refuseUnused(options: WatchCandlesOptions, watched: Watched): void {
  const given = UNUSED[watched].find(
    name => options[name] !== undefined && options[name] !== null && options[name] !== false,
  )
  if (given === undefined) return
  throw new AppError('USAGE', `${optionLabel(given)} does nothing for ${WHAT[watched]}`, {
    hint: 'leave it out; assay data watch --help says what each flag is for',
  })
}
