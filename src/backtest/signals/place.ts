import { AppError } from '../../core/errors.js'
import { nearestName } from '../../core/names.js'
import { cut, printable } from '../../core/text-layout.js'

/** A cell of a file of signals, as a message names it. */
export interface Place {
  readonly file: string
  readonly line: number
  readonly column: string
}

const SHOWN_WIDTH = 60

/** A refusal that names file, line, column and value. */
export function refuseCell(
  { file, line, column }: Place,
  value: unknown,
  { problem, hint }: { problem: string; hint: string },
): AppError {
  return refusal(`"${file}", line ${line}, column ${column}: "${shown(value)}" ${problem}`, hint)
}

/** A refusal of a whole line. */
export function refuseLine(
  { file, line }: Pick<Place, 'file' | 'line'>,
  problem: string,
  hint: string,
): AppError {
  return refusal(`"${file}", line ${line}: ${problem}`, hint)
}

export function refusal(message: string, hint: string): AppError {
  return new AppError('BAD_SIGNALS', message, { hint })
}

export function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value))
  return cut(printable(text), SHOWN_WIDTH)
}

/** "did you mean", or the names there are. */
export function namesHint(name: string, known: readonly string[], what: string): string {
  const near = nearestName(name, known)
  return near === undefined ? `the ${what} are ${known.join(', ')}` : `did you mean ${near}?`
}
