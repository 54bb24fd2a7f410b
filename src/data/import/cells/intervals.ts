import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS, WEEK_MS } from '../../../core/candles/time.js'

const UNITS: readonly (readonly [RegExp, number])[] = [
  [/^(s|sec|secs|second|seconds)$/, SECOND_MS],
  [/^(m|t|min|mins|minute|minutes)$/, MINUTE_MS],
  [/^(h|hr|hrs|hour|hours)$/, HOUR_MS],
  [/^(d|day|days|daily)$/, DAY_MS],
  [/^(w|wk|week|weeks|weekly)$/, WEEK_MS],
]
const COUNTS: Readonly<Record<string, number>> = {
  one: 1,
  two: 2,
  three: 3,
  four: 4,
  five: 5,
  six: 6,
  ten: 10,
  fifteen: 15,
  thirty: 30,
}

/**
 * The lengths that a name of an interval may mean, in milliseconds: `1H`, `60min`, `PT1H`, `M5`,
 * `ONE_HOUR`, `D`. A bare number may count minutes or seconds. Empty for any other text.
 */
export function intervalsOf(text: string): readonly number[] {
  const name = text.trim().replace(/^PT?(?=\d)/, '')
  if (/^\d{1,6}$/.test(name)) return [Number(name) * MINUTE_MS, Number(name) * SECOND_MS]
  // One capital M alone is a month, which has no fixed length.
  if (/^\d*M$/.test(name)) return []
  const plain = name.toLowerCase().replace(/[^a-z0-9]/g, '')
  const readings = [/^(\d{0,5})([a-z]+)$/.exec(plain), turned(plain), spelled(plain)]
  for (const reading of readings) {
    const unit = UNITS.find(([names]) => names.test(reading?.[2] ?? ''))
    if (reading && unit) return [Number(reading[1] === '' ? 1 : reading[1]) * unit[1]]
  }
  return []
}

/** `M5` and `H1`, as MetaTrader has it, and `MINUTE_5`. */
function turned(plain: string): readonly (string | undefined)[] | undefined {
  const match = /^([a-z]+)(\d{1,3})$/.exec(plain)
  return match ? [match[0], match[2], match[1]] : undefined
}

function spelled(plain: string): readonly (string | undefined)[] | undefined {
  const match = /^([a-z]+?)(second|minute|hour|day|week)s?$/.exec(plain)
  const count = match && COUNTS[match[1]!]
  return count ? [match[0], String(count), match[2]] : undefined
}
