import type { ErrorCode } from '../../core/errors.js'
import type { SwapParts } from './swap-parts.js'

const AWAY: ReadonlySet<string> = new Set<ErrorCode>(['DATABASE_AWAY', 'DATABASE_BUSY', 'DISK'])

/**
 * Does something with the journal, from its beginning again for as long as that cannot be reached: what
 * was being written may stand there or not. Undefined where somebody stops it meanwhile.
 */
export async function patiently<T>(
  { clock, policy, notice }: Pick<SwapParts, 'clock' | 'policy' | 'notice'>,
  { order, isStopped }: { readonly order: string | null; readonly isStopped: () => boolean },
  work: () => Promise<T>,
): Promise<T | undefined> {
  while (!isStopped()) {
    try {
      return await work()
    } catch (error) {
      if (!isAway(error)) throw error
      notice({ kind: 'journal', order, text: (error as Error).message })
      await clock.sleep(policy.pollMs)
    }
  }
  return undefined
}

function isAway(error: unknown): boolean {
  return AWAY.has(String((error as { code?: unknown } | null)?.code))
}
