import { writeSync } from 'node:fs'
import { describeError } from '../../app/output/error-text.js'
import { shownText } from '../../app/output/shown-text.js'

let isDone = false

/** Says that the process may end with success though its command has not come to an end. */
export function endsEarly(): void {
  isDone = true
}

/**
 * Does the work of a process and gives its exit code. A process that ends before, by whatever a
 * strategy does or because nothing is left to wait for, has failed; so has one in which something
 * throws that nobody waits for.
 */
export async function toItsEnd(work: () => Promise<number>): Promise<number> {
  guardLastCall()
  process.on('exit', code => {
    if (isDone || (code !== 0 && code !== UNSETTLED)) return
    process.exitCode = 1
    tell(
      'error: the command ended before it was done; a strategy, or something it uses, ended it\n',
    )
  })
  const fail = (error: unknown): never => {
    tell(`${describeError(error).text}\n`)
    process.exit(1)
  }
  process.on('uncaughtException', fail)
  process.on('unhandledRejection', fail)
  const code = await work()
  isDone = true
  return code
}

/** What `process.exit` calls last, which code can call without it. */
function guardLastCall(): void {
  const inner = process as unknown as { reallyExit: (code?: unknown) => never }
  const quit = inner.reallyExit.bind(process)
  inner.reallyExit = code => quit(isDone ? code : Math.max(1, Number(code ?? 1)))
}

/** What Node ends with where the last thing that it waits for never comes. */
const UNSETTLED = 13

function tell(text: string): void {
  try {
    writeSync(2, shownText(text))
  } catch {
    // Nobody listens.
  }
}
