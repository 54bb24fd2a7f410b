import type { Workspace } from '../app/workspace/compose.js'
import type { Output, Shown } from '../app/output/output.js'
import { isSet, type Flags } from './flags/flags.js'
import { printJson } from './terminal/output.js'

/** What every command is made with. */
export interface CommandContext {
  readonly output: Output
  /** The words of the command line. */
  readonly args: readonly string[]
}

/** A handler whose work has a workspace, which is closed after it. */
export function inWorkspace(
  { output }: CommandContext,
  work: (workspace: Workspace, flags: Flags) => Promise<void>,
): (flags: Flags) => Promise<void> {
  return async flags => {
    const { withWorkspace } = await import('../app/workspace/compose.js')
    await withWorkspace(output, workspace => work(workspace, flags))
  }
}

/**
 * A handler that prints what comes of its work, as text or, with `--json`, as JSON; what has failed
 * is told after it.
 */
export function showing(
  context: CommandContext,
  work: (workspace: Workspace, flags: Flags) => Promise<Shown>,
): (flags: Flags) => Promise<void> {
  return inWorkspace(context, async (workspace, flags) => {
    const { text, json, failure = null } = await work(workspace, flags)
    if (isSet(flags, 'json')) printJson(workspace.output, json)
    else workspace.output.print(text)
    if (failure !== null) throw failure
  })
}
