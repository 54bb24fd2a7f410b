import type { CommandModule } from 'yargs'
import type { EventOptions } from '../../../app/live/session/session-events.js'
import type { Workspace } from '../../../app/workspace/compose.js'
import { inWorkspace, type CommandContext } from '../../command.js'
import { isSet, JSON_FLAG, numberFlag, optionsOf, type Flags } from '../../flags/flags.js'
import { untilInterrupted } from '../../terminal/interrupt.js'
import { printJson } from '../../terminal/output.js'

const SESSION = {
  session: { type: 'string', requiresArg: true, describe: 'The session [the newest]' },
} as const

/** `assay events tail|verify|export`: what happened in sessions, as it was stored. */
export function eventsCommand(context: CommandContext): CommandModule {
  return {
    command: 'events',
    describe: 'Print, check and export the events of sessions',
    builder: parser =>
      parser
        .command({
          command: 'tail',
          describe: 'Print the last events of a session; with --follow each that comes',
          builder: tail =>
            tail
              .options(SESSION)
              .option('last', { type: 'string', requiresArg: true, describe: 'How many [20]' })
              .option('follow', { type: 'boolean', describe: 'Go on until Ctrl-C' })
              .option('json', JSON_FLAG),
          handler: inWorkspace(context, tailEvents),
        })
        .command({
          command: 'verify',
          describe: 'Check that no event of a session was changed',
          builder: verify => verify.options(SESSION).option('json', JSON_FLAG),
          handler: inWorkspace(context, verifySession),
        })
        .command({
          command: 'export',
          describe: 'Print all events of a session, a JSON line each',
          builder: exported =>
            exported
              .options(SESSION)
              .option('since', { type: 'string', requiresArg: true, describe: 'First number [0]' }),
          handler: inWorkspace(context, exportEvents),
        })
        .demandCommand(1, 'say tail, verify or export'),
    handler: () => undefined,
  }
}

const COUNT = { min: 0, max: 1e9, whole: true }

async function tailEvents(workspace: Workspace, flags: Flags): Promise<void> {
  const { eventJson, eventLine, followEvents } =
    await import('../../../app/live/session/session-events.js')
  const options = optionsOf<EventOptions>(flags, SESSION)
  const last = numberFlag(flags, 'last', COUNT) ?? 20
  const line = isSet(flags, 'json')
    ? (event: Parameters<typeof eventJson>[0]): string => JSON.stringify(eventJson(event))
    : eventLine
  await untilInterrupted(async signal => {
    const follow = isSet(flags, 'follow')
    for await (const event of followEvents(workspace, options, { last, follow, signal })) {
      workspace.output.print(line(event))
    }
  })
}

async function verifySession(workspace: Workspace, flags: Flags): Promise<void> {
  const { brokenChain, verifyEvents } = await import('../../../app/live/session/session-events.js')
  const { nextLine } = await import('../../../app/output/next-line.js')
  const check = await verifyEvents(workspace, optionsOf<EventOptions>(flags, SESSION))
  const { sessionId, events, brokenAt } = check
  if (isSet(flags, 'json')) {
    const json = { session_id: sessionId, events, chain: brokenAt === null ? 'whole' : 'broken' }
    printJson(workspace.output, { ...json, broken_at: brokenAt })
  }
  if (brokenAt !== null) throw brokenChain(check)
  if (isSet(flags, 'json')) return
  workspace.output.print(
    `the ${events} events of session ${sessionId} are as they were written\n${nextLine(`assay sessions show ${sessionId}`)}`,
  )
}

async function exportEvents(workspace: Workspace, flags: Flags): Promise<void> {
  const { eventJson, sessionEvents } = await import('../../../app/live/session/session-events.js')
  const since = numberFlag(flags, 'since', COUNT) ?? 0
  for await (const event of sessionEvents(
    workspace,
    optionsOf<EventOptions>(flags, SESSION),
    since,
  )) {
    workspace.output.print(JSON.stringify(eventJson(event)))
  }
}
