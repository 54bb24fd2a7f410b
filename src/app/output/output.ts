import type { AppError } from '../../core/errors.js'
import type { JobProgress } from '../../core/ports/server/jobs.js'

/** Where a command writes: results to `print`, everything else to `log`. */
export interface Output {
  /** A result, to standard output. */
  print(text: string): void
  /** Progress and remarks, to standard error. */
  log(text: string): void
  /** Writes over the line of progress that was drawn before; an empty one takes it away. */
  draw(line: string): void
  /** How far long work is, for programs; left out where none listens. */
  readonly onProgress?: (progress: JobProgress) => void
  readonly colour: boolean
  /** Whether a person watches: bars and questions only then. */
  readonly interactive: boolean
}

/** What a command answers. */
export interface Shown {
  readonly text: string
  /** The same, for `--json`. */
  readonly json: unknown
  /** Why the command has failed though it answers; null where it has not. */
  readonly failure?: AppError | null
}
