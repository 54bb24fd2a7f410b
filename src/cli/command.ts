import type { Output } from '../app/workspace/output.js'

/** What every command is made with. */
export interface CommandContext {
  readonly output: Output
  /** The words of the command line. */
  readonly args: readonly string[]
}
