import { AppError } from '../../core/errors.js'
import type { Reply } from '../../live/reply.js'

/** Something that stands in one place otherwise than in another. */
export interface Difference {
  /**
   * `attempt`: journal and chain disagree about what became of a transaction. `fill`: about what it
   * moved. `missing_fill`: it moved something and nothing is booked. `open`: nothing is settled yet.
   * `unheard`: the session has not heard of a fill. `unjournalled`: it has heard of one that the journal
   * does not hold. `booked`: it has heard of another. `holding`: it holds more than the wallet.
   * `foreign`: the wallet moved something that no order of Assay did.
   */
  readonly kind:
    | 'attempt'
    | 'fill'
    | 'missing_fill'
    | 'open'
    | 'unheard'
    | 'unjournalled'
    | 'booked'
    | 'holding'
    | 'foreign'
  readonly session: string | null
  readonly order: string | null
  readonly signature: string | null
  readonly expected: string
  readonly found: string
  readonly explanation: string
}

/** The answer of the chain. @throws AppError NODE_AWAY where there is none */
export function heard<T>(reply: Reply<T>): T {
  if (reply.kind === 'answered') return reply.value
  throw new AppError('NODE_AWAY', `the chain does not answer: ${reply.reason}`, {
    hint: 'nothing was compared; see --rpc or SOLANA_RPC_URL, and try again',
  })
}
