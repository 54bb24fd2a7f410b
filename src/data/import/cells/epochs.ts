/** The units in which epochs are written, by the milliseconds of one. */
export const EPOCH_UNITS = { s: 1000, ms: 1, us: 1e-3, ns: 1e-6 } as const
export type EpochUnit = keyof typeof EPOCH_UNITS

/** An epoch as written: `1.63875E+12` may be off by half a unit of its last digit. */
export interface Epoch {
  readonly value: number
  readonly slack: number
}

const EPOCH = /^-?\d{1,19}(?:\.\d+)?$/
const EXPONENT = /^(\d(?:\.(\d+))?)[eE]\+?(\d{1,2})$/

/** Reads a number that may be an epoch; `slack` is 0 where all digits are there. */
export function readEpoch(text: string): Epoch | undefined {
  if (EPOCH.test(text)) return { value: Number(text), slack: 0 }
  const match = EXPONENT.exec(text)
  if (!match) return undefined
  const lost = Number(match[3]) - (match[2]?.length ?? 0)
  return { value: Number(text), slack: lost <= 0 ? 0 : 0.5 * 10 ** lost }
}

/** The unit that puts an epoch between 1973 and 5138; smaller numbers count as seconds. */
export function unitOf(value: number): EpochUnit {
  const size = Math.abs(value)
  if (size < 1e11) return 's'
  if (size < 1e14) return 'ms'
  return size < 1e17 ? 'us' : 'ns'
}

/** Milliseconds; fractions of them, as microseconds may have, are cut off. */
export function epochMillis(value: number, unit: EpochUnit): number {
  // Multiplying by 1e-3 would miss whole milliseconds by a bit; dividing does not.
  switch (unit) {
    case 's':
      return Math.round(value * 1000)
    case 'ms':
      return Math.floor(value)
    case 'us':
      return Math.floor(value / 1e3)
    case 'ns':
      return Math.floor(value / 1e6)
  }
}
