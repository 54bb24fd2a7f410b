import { writeSync } from 'node:fs'
import type { Output } from '../../app/output/output.js'
import { describeOutputError } from '../../app/output/error-text.js'
import { shownText } from '../../app/output/shown-text.js'
import { endsEarly } from './process-end.js'
import { wrappedLines } from './wrapped-lines.js'

/** The process's own streams. Colours only on a terminal, none where NO_COLOR is set. */
export function processOutput(): Output {
  process.stdout.on('error', endQuietly)
  // Progress and remarks that nobody can read are no reason to stop.
  process.stderr.on('error', () => undefined)
  return {
    print: text => void process.stdout.write(text.endsWith('\n') ? text : `${text}\n`),
    log: text => remark(`${onTerminal(text.replace(/\n$/, ''))}\n`),
    draw: line => remark(`\r\x1b[2K${line}`),
    colour: process.stdout.isTTY === true && process.env['NO_COLOR'] === undefined,
    interactive: process.stdin.isTTY === true && process.stderr.isTTY === true,
  }
}

const STDERR = 2
const WIDTH = 80

/** Broken between words where a person reads it; programs get each remark as one line. */
function onTerminal(text: string): string {
  if (process.stderr.isTTY !== true) return text
  // Some terminals say that they have 0 columns.
  return wrappedLines(text, Math.min(WIDTH, process.stderr.columns || WIDTH))
}

/**
 * Writes past the stream: Ctrl-C can end long work in the middle of a remark, and a stream whose
 * write was cut short keeps all later ones to itself.
 */
function remark(text: string): void {
  let left = Buffer.from(text)
  try {
    while (left.length > 0) left = left.subarray(writeSync(STDERR, left))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') process.stderr.write(left)
  }
}

/** A reader that stops early, as `head` does, is no error; a full disk is one, without a stack. */
function endQuietly(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') {
    endsEarly()
    process.exit(0)
  }
  process.stderr.write(`error: ${describeOutputError(error)}\n`)
  process.exit(1)
}

/** What all output of a command passes: whatever files and names hold, a terminal shows it. */
export function shown(output: Output): Output {
  return {
    ...output,
    print: text => output.print(shownText(text, output.colour)),
    log: text => output.log(shownText(text, output.colour)),
    draw: line => output.draw(shownText(line)),
  }
}

/** JSON for `--json`: two spaces, one value, a newline. */
export function printJson(output: Output, value: unknown): void {
  output.print(JSON.stringify(value, null, 2))
}
