import { LOCALISED_TIMES } from './localised-names.js'

/** What a column of times is called: the open of its candle, its close, or a time without more. */
export type TimeRole = 'open' | 'close' | 'plain'

const OPEN_NAMES = words(`opentime opentimestamp opendate opendatetime timeopen dateopen starttime
  starttimestamp startdate startat startsat start begin begintime windowstart periodstart
  timeperiodstart periodstarttime bucket bucketstart bucketstarttime intervalstart from candlebegintime
  candlestarttime candleopentime candletime candledatetime candletimestamp bartime barstart
  klineopentime t0`)
const CLOSE_NAMES = words(`closetime closetimestamp closedate closedatetime timeclose dateclose
  endtime endtimestamp enddate endat end timeperiodend periodend periodendtime windowend bucketend
  intervalend to candleclosetime candleendtime barend klineclosetime`)
const PLAIN_NAMES =
  words(`time times timestamp timestamps timestep ts t date dates datetime dateandtime
  datetimestamp timedate timeiso isotime isodate iso8601 iso unix unixtime unixtimestamp unixdate
  timestampunix timeunix epoch epochtime epochtimestamp mts tstamp day tradedate tradingday tradingdate
  tradetime ticks dtyyyymmdd dtyymmdd yyyymmdd dt timekey index id snapshottime snapshottimeutc`)
/** Words of a name that say a zone or a unit, and not what the time is. */
const LABELS = /^(utc|gmt|z|local|ms|millis|milliseconds|s|sec|secs|seconds|us|ns)$/
const ZONES =
  /^(est|edt|et|cst|cdt|ct|mst|mdt|mt|pst|pdt|pt|cet|cest|bst|ist|jst|kst|msk|hkt|sgt|aest|aedt|eet|eest|wet|local|exchange|broker|server|newyork|ny|london|berlin|chicago|tokyo|moscow|beijing)$/

function words(text: string): ReadonlySet<string> {
  return new Set(text.split(/\s+/))
}

/** The words of a name: `openTime_(UTC)` has `open`, `time`, `utc`. */
function wordsOf(name: string): string[] {
  return name
    .replace(/([\p{Ll}\d])(\p{Lu})/gu, '$1 $2')
    .toLowerCase()
    .replace(/new[ _-]york/, 'newyork')
    .split(/[^\p{L}\p{N}]+/u)
    .filter(word => word !== '')
}

/**
 * What an exact name of a column of times says; undefined for any other name, such as `timeHigh`.
 * The index of a data frame has no name. `T` beside `t` is the close.
 */
export function timeRoleOf(name: string, names: readonly string[] = []): TimeRole | undefined {
  if (name === 'T' && names.includes('t')) return 'close'
  if (/(^|\.)T$/.test(name) && names.includes(name.replace(/T$/, 't'))) return 'close'
  const all = wordsOf(name)
  const bare = all.filter(word => !LABELS.test(word) && !ZONES.test(word) && !/^\d+$/.test(word))
  const plain = bare.join('')
  const whole = all.join('')
  if (OPEN_NAMES.has(plain)) return 'open'
  if (CLOSE_NAMES.has(plain)) return 'close'
  const isTime = [plain, whole].some(n => PLAIN_NAMES.has(n) || LOCALISED_TIMES.has(n))
  return isTime || plain === '' ? 'plain' : undefined
}

/** Whether a name speaks of time at all, where no column has an exact one. */
export function mentionsTime(name: string): boolean {
  return /time|date|stamp|epoch|unix/i.test(name) && !/update|create|insert|high|low/i.test(name)
}

/** What the label of a column says of its zone: `Time (UTC)`, `date_est`, `Local time`. */
export function zoneLabelOf(name: string): 'utc' | { readonly other: string } | undefined {
  const named = /[a-z]{2,}\/[a-z_]{2,}/i.exec(name)
  if (named) return { other: named[0] }
  const offset = /\b(?:utc|gmt)? ?([+-]\d{1,2}(?::?\d{2})?)\b/i.exec(name.replaceAll('_', ' '))
  if (offset && Number.parseInt(offset[1]!, 10) !== 0) return { other: offset[0].trim() }
  const found = wordsOf(name)
  const other = found.find(word => ZONES.test(word))
  if (other !== undefined) return { other }
  return found.some(word => /^(utc|gmt)$/.test(word)) || /(utc|gmt)$/i.test(name)
    ? 'utc'
    : undefined
}
