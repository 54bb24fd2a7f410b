/** Text of numbers for people: the same on any machine and in any locale. */

const MINUS = '-'

/** `1234.5` as `1,234.50`; beyond 1e15 in exponential form, because digits stop being true there. */
export function formatFixed(value: number, digits: number): string {
  if (!Number.isFinite(value)) return '–'
  if (Math.abs(value) >= 1e15) return value.toExponential(3)
  const [whole, fraction] = Math.abs(value).toFixed(digits).split('.') as [string, string?]
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',')
  const text = fraction === undefined ? grouped : `${grouped}.${fraction}`
  return value < 0 && /[1-9]/.test(text) ? MINUS + text : text
}

/** A noun as a count asks for it: `trial`, `trials`, `entries`. */
export function plural(count: number, noun: string): string {
  if (count === 1) return noun
  return /[^aeiou]y$/.test(noun) ? `${noun.slice(0, -1)}ies` : `${noun}s`
}

/** The verb that goes with a count. */
export function isOrAre(count: number): 'is' | 'are' {
  return count === 1 ? 'is' : 'are'
}

/** A count with its noun: `1 trial`, `1,234 trials`. */
export function counted(count: number, noun: string): string {
  return `${formatFixed(count, 0)} ${plural(count, noun)}`
}

/** An amount of quote currency: two decimals, more for amounts that two would hide. */
export function formatAmount(value: number): string {
  const size = Math.abs(value)
  if (size === 0 || size >= 1) return formatFixed(value, 2)
  if (size < 1e-9) return value.toExponential(2)
  return formatFixed(value, Math.max(2, 3 - Math.floor(Math.log10(size)) - 1))
}

/** A fraction as percent with two decimals: 0.1234 is `12.34%`. */
export function formatPercent(fraction: number): string {
  return `${formatFixed(fraction * 100, 2)}%`
}

/** A fraction as percent, with its sign: `+12.34%`. */
export function formatChange(fraction: number): string {
  const text = formatPercent(fraction)
  return fraction > 0 && text !== '0.00%' ? `+${text}` : text
}

/** An amount with its sign. */
export function formatProfit(value: number): string {
  return value > 0 ? `+${formatAmount(value)}` : formatAmount(value)
}

/** A quantity of base units: up to six digits after the first that is not zero, none to spare. */
export function formatQuantity(value: number): string {
  const size = Math.abs(value)
  if (size === 0) return '0'
  if (size < 1e-9 || size >= 1e15) return value.toExponential(3)
  const digits = Math.min(9, Math.max(0, 5 - Math.floor(Math.log10(size))))
  const text = formatFixed(value, digits)
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text
}

/** Large amounts short: `12.3M`. */
export function formatShort(value: number): string {
  const size = Math.abs(value)
  for (const [limit, unit] of SHORT) {
    if (size >= limit) return `${formatFixed(value / limit, size >= limit * 100 ? 0 : 1)}${unit}`
  }
  return size >= 100 || size === 0 ? formatFixed(value, 0) : formatQuantity(value)
}

const SHORT = [
  [1e12, 'T'],
  [1e9, 'B'],
  [1e6, 'M'],
  [1e3, 'k'],
] as const
