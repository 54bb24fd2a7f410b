import type { CommandModule } from 'yargs'
import type { CommandContext } from '../../command.js'
import { isSet, textFlag, valueFlag, type Flags } from '../../flags/flags.js'
import { untilInterrupted } from '../../terminal/interrupt.js'
import { printJson } from '../../terminal/output.js'
import { endsEarly } from '../../terminal/process-end.js'
import { TerminalScreen } from '../../terminal/terminal-screen.js'
import type { Output } from '../../../app/output/output.js'
import type { StoreReach } from '../../../app/live/watch/store-reach.js'

/** A store that does not answer holds up nobody who quits for longer. */
const CLOSING_MS = 1000

/** `assay watch`: a page of the running sessions, which can be steered from it. */
export function watchCommand({ output }: CommandContext): CommandModule {
  return {
    command: 'watch',
    describe: 'Watch the running sessions on a page that keeps itself up to date',
    builder: parser =>
      parser
        .option('session', valueFlag('One session, by its id or the beginning of it'))
        .option('once', { type: 'boolean', describe: 'Print how all stands now, and end' })
        .option('json', {
          type: 'boolean',
          describe: 'A line of JSON a second; with --once one object',
        })
        .example('$0 watch', 'q quits; p, r and k pause, resume and kill a session')
        .example('$0 watch --json --once', 'for a program'),
    handler: async flags => {
      const { StoreReach } = await import('../../../app/live/watch/store-reach.js')
      const store = new StoreReach()
      try {
        await watch(output, store, flags)
      } catch (error) {
        await isClosed(store)
        throw error
      }
      if (await isClosed(store)) return
      endsEarly()
      process.exit(0)
    },
  }
}

async function watch(output: Output, store: StoreReach, flags: Flags): Promise<void> {
  const { WATCH_LEFT, watchJson, watchOnce, watchPage } =
    await import('../../../app/live/watch/watch.js')
  const session = textFlag(flags, 'session') ?? null
  const world = { reach: store.reach }
  const asJson = isSet(flags, 'json')
  if (isSet(flags, 'once') || (!asJson && !isTerminal(output))) {
    const { text, json } = await watchOnce(session, world)
    if (asJson) printJson(output, json)
    else output.print(text)
    return
  }
  await untilInterrupted(async signal => {
    if (asJson) {
      const print = (frame: object): void => output.print(JSON.stringify(frame))
      return watchJson(session, { ...world, signal }, print)
    }
    const streams = { input: process.stdin, output: process.stdout }
    const screen = new TerminalScreen(streams, output.colour)
    screen.open()
    try {
      await watchPage(session, screen, { ...world, signal })
    } finally {
      screen.close()
    }
    output.print(WATCH_LEFT)
  })
}

/** Whether a person sees what is drawn, and types. */
function isTerminal({ interactive }: Output): boolean {
  return interactive && process.stdout.isTTY === true
}

/** Whether a store could be let go within a while. */
async function isClosed(store: StoreReach): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<boolean>(resolve => (timer = setTimeout(resolve, CLOSING_MS, false)))
  const isInTime = await Promise.race([store.closed().then(() => true), late])
  clearTimeout(timer)
  return isInTime
}
