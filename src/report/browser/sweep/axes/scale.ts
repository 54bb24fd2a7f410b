/** Colours for numbers: blue above 0, orange below, so that both signs are told apart by anybody. */
export interface ColourScale {
  readonly min: number
  readonly max: number
  readonly stops: readonly string[]
  /** Whether numbers beyond the ends are drawn in the colour of the end. */
  readonly isClipped: boolean
}

/** Share of the numbers that get a colour of their own; the outliers take that of the end. */
const SHOWN = 0.98

/** The scale of scores: symmetric about 0 where they have both signs, else from least to most. */
export function scoreScale(
  values: readonly (number | null)[],
  stops: readonly string[],
): ColourScale {
  const known = values.filter(value => value !== null).sort((a, b) => a - b)
  const [min, max] = [known[0] ?? 0, known.at(-1) ?? 0]
  if (min < 0 && max > 0) {
    const sizes = known.map(Math.abs).sort((a, b) => a - b)
    const most = sizes[Math.ceil(SHOWN * (sizes.length - 1))]! || 1
    return { min: -most, max: most, stops, isClipped: most < sizes.at(-1)! }
  }
  const half = Math.floor(stops.length / 2)
  const ramp = max > 0 ? stops.slice(half + 1) : stops.slice(0, half)
  // One number alone gets the strongest colour of its sign, which for losses comes first.
  const stopsShown = min === max && max <= 0 ? ramp.toReversed() : ramp
  return { min, max, stops: stopsShown, isClipped: false }
}

/** The scale of counts, from 0. */
export function countScale(counts: readonly number[], stops: readonly string[]): ColourScale {
  const most = counts.reduce((high, count) => Math.max(high, count), 1)
  return { min: 0, max: most, stops, isClipped: false }
}

/** The colour of a number. Where all numbers are one, it is the strongest. */
export function colourOf(scale: ColourScale, value: number): string {
  const { min, max, stops } = scale
  const share = max > min ? Math.min(1, Math.max(0, (value - min) / (max - min))) : 1
  const at = share * (stops.length - 1)
  const k = Math.min(stops.length - 2, Math.floor(at))
  return blend(stops[k]!, stops[k + 1]!, at - k)
}

/** A number inside the ends of its scale. */
export function clip({ min, max }: ColourScale, value: number): number {
  return Math.min(max, Math.max(min, value))
}

/** Stops are six hex digits. */
function blend(from: string, to: string, share: number): string {
  const channel = (k: number): string => {
    const [a, b] = [from, to].map(stop => parseInt(stop.slice(1 + 2 * k, 3 + 2 * k), 16))
    return Math.round(a! + (b! - a!) * share)
      .toString(16)
      .padStart(2, '0')
  }
  return `#${channel(0)}${channel(1)}${channel(2)}`
}
