import { isAway } from '../away.js'
import type { SwapParts } from './swap-parts.js'

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
      notice({ kind: 'journal', order, text: error.message })
      await clock.sleep(policy.pollMs)
    }
  }
  return undefined
}
