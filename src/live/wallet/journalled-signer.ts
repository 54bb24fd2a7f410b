import type { JournalledIntent, SwapJournal } from '../../core/ports/trading/journal.js'
import type { Signer } from '../../core/ports/trading/signer.js'
import type { OrderSigner } from './local-signer.js'
import type { Outcome } from './signing-book.js'

/**
 * A signer that is told what the journal knows. Before it is asked for another transaction of an order,
 * the journal is asked what became of the last: only where that is over, the signer hears of it. What was
 * signed and does not stand in the journal was never sent, for it stands there before it is sent:
 * so a process that died between the two goes on.
 */
export function journalled(signer: OrderSigner, journal: Pick<SwapJournal, 'find'>): Signer {
  return {
    address: signer.address,
    sign: async (transaction, swap) => {
      const { order } = swap
      const open = await signer.openOf(order)
      const outcome = open === null ? null : outcomeIn(await journal.find(order), open)
      if (open !== null && outcome !== null) await signer.settled(order, open, outcome)
      return signer.sign(transaction, swap)
    },
  }
}

/** Null where it has filled, or still may. */
function outcomeIn(known: JournalledIntent | undefined, signature: string): Outcome | null {
  const attempt = known?.attempts.find(one => one.signature === signature)
  switch (attempt?.state) {
    case 'prepared':
    case 'sent':
    case 'confirmed':
    case 'finalized':
      return null
    case 'failed':
    case 'expired':
      return attempt.state
    case 'abandoned':
    case undefined:
      return 'unsent'
  }
}
