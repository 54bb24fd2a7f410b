import type { Millis } from '../../candles/time.js'

/** What a job computes. */
export const JOB_KINDS = ['run', 'sweep', 'walk-forward', 'validation', 'promotion'] as const

export type JobKind = (typeof JOB_KINDS)[number]

/** `interrupted`: its server ended before it did. */
export const JOB_STATES = [
  'queued',
  'running',
  'cancelling',
  'succeeded',
  'failed',
  'cancelled',
  'interrupted',
] as const

export type JobState = (typeof JOB_STATES)[number]

/** Code of the problem of a job that is `interrupted`. */
export const INTERRUPTED = 'INTERRUPTED'

/** States in which a job is over. */
export const ENDED_STATES: readonly JobState[] = ['succeeded', 'failed', 'cancelled', 'interrupted']

/** How far a job is. */
export interface JobProgress {
  /** Units done. */
  readonly done: number
  /** Units in all, or an upper bound; null where nobody knows. */
  readonly total: number | null
  /** What is counted. */
  readonly unit: string
}

/** Why a job has failed, as the command line would say it. */
export interface JobProblem {
  /** Of `docs/errors.md`. */
  readonly code: string
  /** What went wrong. */
  readonly message: string
  /** What to do. */
  readonly hint: string
}

/** Work that was asked of the API. */
export interface JobRecord {
  /** Sixteen hexadecimal digits. */
  readonly jobId: string
  /** What it computes. */
  readonly kind: JobKind
  /** What was asked, as plain JSON. */
  readonly request: unknown
  /** The key that asked. */
  readonly keyId: string
  /** The server that runs it; null for one of before servers were noted. */
  readonly serverId: string | null
  /** How far its life is. */
  readonly state: JobState
  /** When it was asked for, UTC milliseconds. */
  readonly createdAt: Millis
  /** When it began, UTC milliseconds; null before. */
  readonly startedAt: Millis | null
  /** When it ended, UTC milliseconds; null before. */
  readonly endedAt: Millis | null
  /** How far its work is; null before it has said so. */
  readonly progress: JobProgress | null
  /** What the command line prints of the same with `--json`; null unless it succeeded. */
  readonly result: unknown
  /** Why it failed; null unless it did. */
  readonly problem: JobProblem | null
}

/** What changes in a job. */
export type JobChange = Partial<
  Pick<JobRecord, 'state' | 'startedAt' | 'endedAt' | 'progress' | 'result' | 'problem'>
>

/** Jobs of the API. */
export interface JobRepository {
  /** Writes a new job down. */
  create(job: JobRecord): Promise<void>
  /** A job; undefined where there is none. */
  find(jobId: string): Promise<JobRecord | undefined>
  /** Newest first, without results; those before another one where it is named. */
  list(page: { readonly limit: number; readonly before?: string }): Promise<readonly JobRecord[]>
  /** Changes a job while it is in one of some states. @returns whether it was */
  change(jobId: string, from: readonly JobState[], change: JobChange): Promise<boolean>
  /** Marks those that have not ended and whose server is not registered. @returns their ids */
  interrupt(at: Millis, problem: JobProblem): Promise<readonly string[]>
}
