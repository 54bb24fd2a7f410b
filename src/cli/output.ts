import type { Output } from '../app/workspace/output.js'
import { AppError } from '../core/errors.js'
import { describeDiskError } from '../data/files/disk-errors.js'

/** The process's own streams. Colours only on a terminal, none where NO_COLOR is set. */
export function processOutput(): Output {
  process.stdout.on('error', endQuietly)
  return {
    print: text => void process.stdout.write(text.endsWith('\n') ? text : `${text}\n`),
    log: text => void process.stderr.write(text.endsWith('\n') ? text : `${text}\n`),
    colour: process.stdout.isTTY === true && process.env['NO_COLOR'] === undefined,
    interactive: process.stdin.isTTY === true && process.stderr.isTTY === true,
  }
}

/** A reader that stops early, as `head` does, is no error; a full disk is one, without a stack. */
function endQuietly(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit(0)
  const reason = describeDiskError(error, 'standard output')?.message ?? error.message
  process.stderr.write(`error: ${reason}\n`)
  process.exit(1)
}

/** What a user reads of an error: the message, then what to do. */
export function describeError(error: unknown): { text: string; exitCode: number } {
  const known = isAppError(error) ? error : describeDiskError(error)
  if (known !== undefined) {
    const hint = known.hint === '' ? '' : `\n  ${known.hint}`
    return { text: `error: ${known.message}${hint}`, exitCode: known.exitCode }
  }
  const message = error instanceof Error ? error.message : String(error)
  return {
    text: `error: ${message}\n  this looks like a bug in Assay; ASSAY_DEBUG=1 prints where`,
    exitCode: 1,
  }
}

/** A strategy file carries its own copy of the class, so its errors are told by name. */
function isAppError(error: unknown): error is AppError {
  return error instanceof AppError || (error instanceof Error && error.name === 'AppError')
}

/** JSON for `--json`: two spaces, one value, a newline. */
export function printJson(output: Output, value: unknown): void {
  output.print(JSON.stringify(value, null, 2))
}

/** Rows under headings, columns aligned; numbers to the right. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = headings.map((heading, k) =>
    Math.max(heading.length, ...rows.map(row => (row[k] ?? '').length)),
  )
  const isNumber = headings.map((_, k) => rows.every(row => /^[-+−–]?[\d.,%]*$/.test(row[k] ?? '')))
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, k) => (isNumber[k] ? cell.padStart(widths[k]!) : cell.padEnd(widths[k]!)))
      .join('  ')
      .trimEnd()
  return [line(headings), line(widths.map(width => '-'.repeat(width))), ...rows.map(line)].join(
    '\n',
  )
}
