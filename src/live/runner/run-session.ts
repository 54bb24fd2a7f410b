import { merge } from '../feed/merge.js'
import type { Runner } from './runner.js'
import type { RunnerInput } from './runner-input.js'

/** Why a session takes nothing more: its feed has ended, somebody stopped it, or this process is to end. */
export type SessionEnd = 'fed' | 'stopped' | 'interrupted'

/** What a session is fed by, each asked for more when it was taken. */
export interface SessionSources {
  /** Its candles, and quotes where there are any: the session ends with it. */
  readonly feed: AsyncGenerator<readonly RunnerInput[]>
  /** What is ordered of it, and whatever else comes in. */
  readonly others: readonly AsyncGenerator<readonly RunnerInput[]>[]
  readonly signal: AbortSignal
}

/** Lets a runner take all that comes until the session ends. @throws what the runner throws */
export async function runSession(
  runner: Runner,
  { feed, others, signal }: SessionSources,
): Promise<SessionEnd> {
  for await (const inputs of merge([feed, ...others], 0)) {
    await runner.take(inputs)
    if (runner.stopReason !== null) return 'stopped'
    if (signal.aborted) return 'interrupted'
  }
  return signal.aborted ? 'interrupted' : 'fed'
}
