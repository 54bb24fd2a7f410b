import { HOUR_MS } from '../../../core/candles/time.js'

/** Abbreviations that mean one offset wherever they are written. */
const OFFSETS: Readonly<Record<string, number>> = {
  EST: -5,
  EDT: -4,
  CDT: -5,
  MST: -7,
  MDT: -6,
  PST: -8,
  PDT: -7,
  CET: 1,
  CEST: 2,
  MEZ: 1,
  MESZ: 2,
  EET: 2,
  EEST: 3,
  MSK: 3,
  HKT: 8,
  SGT: 8,
  JST: 9,
  KST: 9,
  AEST: 10,
  AEDT: 11,
}
/** Those that mean one thing here and another there. */
const UNCLEAR = new Set(['CST', 'IST', 'BST', 'AST', 'SST', 'ET', 'CT', 'MT', 'PT', 'WET', 'WST'])
/** Old names of zones in one word, as Interactive Brokers writes them. */
const WORDS =
  /^(MET|GB|GB-Eire|Eire|Hongkong|Japan|Singapore|ROK|PRC|ROC|NZ|Israel|Turkey|Poland|Portugal|Iran|Egypt|EST5EDT|CST6CDT|MST7MDT|PST8PDT)$/
const SUFFIX = /^(.*\d(?: ?[ap]\.?m\.?(?=[ [])|)) ?\[?([a-z][a-z_/+-]*[a-z\d])\]?$/i

/** A time and the zone that is written behind it in words, where there is one. */
export function splitZoneName(text: string): { time: string; name: string | undefined } {
  const match = SUFFIX.exec(text)
  const name = match?.[2]
  if (!match || name === undefined || !isZoneName(name)) return { time: text, name: undefined }
  return { time: match[1]!, name }
}

function isZoneName(name: string): boolean {
  return (
    /^[a-z_]+\/[a-z_/+-]+\d{0,2}$/i.test(name) ||
    WORDS.test(name) ||
    UNCLEAR.has(name) ||
    Object.hasOwn(OFFSETS, name)
  )
}

/** The offset of an abbreviation in milliseconds; undefined for names of zones. */
export function abbreviatedOffset(name: string): number | undefined {
  return Object.hasOwn(OFFSETS, name) ? OFFSETS[name]! * HOUR_MS : undefined
}

/** Whether a name stands for several zones, so that somebody has to say which. */
export function isUnclearZone(name: string): boolean {
  return UNCLEAR.has(name)
}

/**
 * Whether an abbreviation of winter stands in summer: who writes `EST` all year round means the
 * time of New York, not that offset.
 */
export function isOutOfSeason(name: string, localMs: number): boolean {
  if (!/^(EST|MST|PST|CET|MEZ|EET)$/.test(name)) return false
  const month = new Date(localMs).getUTCMonth()
  return month >= 4 && month <= 8
}
