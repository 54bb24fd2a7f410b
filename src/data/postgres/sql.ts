import type { Millis } from '../../core/candles/time.js'

/** A string as an SQL literal, for the statements that take no parameters (COPY). */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

/** A value as a field of `COPY ... FROM STDIN` in text format; null becomes `\N`. */
function copyField(value: string | number | null): string {
  if (value === null) return '\\N'
  if (typeof value === 'number') return String(value)
  return value.replace(/[\\\t\n\r]/g, character => COPY_ESCAPES[character]!)
}

const COPY_ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '\t': '\\t',
  '\n': '\\n',
  '\r': '\\r',
}

/** Rows as COPY text, in chunks of a few thousand rows. */
export function* copyRows(
  rows: Iterable<readonly (string | number | null)[]>,
): Iterable<Uint8Array> {
  let lines: string[] = []
  for (const row of rows) {
    lines.push(row.map(copyField).join('\t'))
    if (lines.length === 5000) {
      yield Buffer.from(lines.join('\n') + '\n')
      lines = []
    }
  }
  if (lines.length > 0) yield Buffer.from(lines.join('\n') + '\n')
}

/** Splits the output of `COPY ... TO STDOUT` in text format into lines, a chunk's at a time. */
export async function* copyLines(chunks: AsyncIterable<Uint8Array>): AsyncIterable<string[]> {
  let rest = ''
  const decoder = new TextDecoder()
  for await (const chunk of chunks) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n')
    rest = lines.pop()!
    if (lines.length > 0) yield lines
  }
}

/** Seconds since 1970 with a fraction, as `extract(epoch ...)` writes them, in milliseconds. */
export function epochMillis(seconds: string): Millis {
  return Math.round(Number(seconds) * 1000)
}

/** The same of a column that may hold no time; null for none. */
export function epochMillisOrNull(seconds: string | null | undefined): Millis | null {
  return seconds === null || seconds === undefined ? null : epochMillis(seconds)
}
