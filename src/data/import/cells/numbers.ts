/** The two marks inside of a number: `1.234,5` has `,` for the decimals and `.` for the thousands. */
export type DecimalMark = '.' | ','

/** Decimal text as it is stored, `.` before the decimals. */
export const NUMBER = /^(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?$/
/** What stands for no number, in spreadsheets, databases and Python. */
const NO_NUMBER = /^(?:|-{1,3}|null|none|nan|na|n\/a|#n\/a|nil|undefined|\\n)$/i

export function isNoNumber(cell: string): boolean {
  return NO_NUMBER.test(cell.trim())
}

const SPACES = /[\s\u00a0\u2009\u202f'’_]/g
const CURRENCY = /^(?:[$€£¥₹₩₽₿]|US\$|USD|USDT|USDC|EUR)\s?|\s?(?:[$€£¥₹₩₽₿]|USD|USDT|USDC|EUR)$/
const SUFFIX = /^(.*\d)\s?([KMBTk])$/
const POWERS: Readonly<Record<string, number>> = { K: 3, M: 6, B: 9, T: 12 }
const BODY = /^[\d.,]*\d[\d.,]*$/
const GROUPED: Readonly<Record<DecimalMark, RegExp>> = {
  '.': /^(?:[1-9]\d{0,2}(?:,\d{2,3})*,\d{3}|\d+)?(?:\.\d*)?$/,
  ',': /^(?:[1-9]\d{0,2}(?:\.\d{2,3})*\.\d{3}|\d+)?(?:,\d*)?$/,
}

/** A number as written: its digits with marks, and the power of ten of its `K` or `M`. */
interface WrittenNumber {
  readonly body: string
  readonly power: number
}

function written(cell: string): WrittenNumber | undefined {
  const bare = cell.trim().replace(CURRENCY, '')
  const suffixed = SUFFIX.exec(bare)
  const body = (suffixed?.[1] ?? bare).replace(/\s?%$/, '').replace(SPACES, '')
  if (!BODY.test(body)) return undefined
  return { body, power: suffixed ? POWERS[suffixed[2]!.toUpperCase()]! : 0 }
}

/** Whether a cell is a number in one style or another: `1.234,5`, `$12`, `48.57K`, `-0.1%`. */
export function looksLikeNumber(cell: string): boolean {
  const text = cell.trim()
  if (NUMBER.test(text)) return true
  return written(text.replace(/^[+-]/, '')) !== undefined
}

/** Which mark a cell must have before its decimals; undefined where it may be either, or has none. */
export function decimalMarkOf(cell: string): DecimalMark | 'either' | undefined {
  const body = written(cell.trim().replace(/^[+-]/, ''))?.body
  if (body === undefined || !/[.,]/.test(body)) return undefined
  const [asPoint, asComma] = [GROUPED['.'].test(body), GROUPED[','].test(body)]
  if (asPoint && asComma) return 'either'
  return asPoint ? '.' : asComma ? ',' : undefined
}

/**
 * A cell as plain decimal text, digit for digit: `$1,234.5` gives `1234.5`, `48.57K` gives `48570`.
 * Undefined where the cell is no number above or equal to 0 in the style.
 */
export function plainNumber(cell: string, mark: DecimalMark): string | undefined {
  const number = written(cell)
  if (number === undefined || cell.trim().endsWith('%')) return undefined
  if (!GROUPED[mark].test(number.body)) return undefined
  const [whole = '', decimals = ''] = number.body
    .replaceAll(mark === '.' ? ',' : '.', '')
    .split(mark)
  if (number.power === 0) return decimals === '' ? whole || '0' : `${whole || '0'}.${decimals}`
  return shifted(whole, decimals, number.power)
}

/** As `plainNumber`, and numbers with an exponent where the mark is a point. */
export function numberText(cell: string, mark: DecimalMark): string | undefined {
  if (mark === '.' && NUMBER.test(cell)) return cell
  return plainNumber(cell, mark)
}

/** Moves the point without arithmetic, so that no digit is lost. */
function shifted(whole: string, decimals: string, power: number): string {
  const moved = decimals.padEnd(power, '0')
  const left = `${whole}${moved.slice(0, power)}`.replace(/^0+(?=\d)/, '')
  const right = moved.slice(power)
  return right === '' ? left : `${left}.${right}`
}
