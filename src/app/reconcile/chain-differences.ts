import { passing } from '../../live/reply.js'
import { formatTime } from '../../core/candles/time.js'
import type { JournalledIntent, SwapAttempt, SwapFill } from '../../core/ports/trading/journal.js'
import type { Chain, LandedTransaction, SeenStatus } from '../../live/solana/rpc/chain.js'
import { fillOfLanded } from '../../live/swaps/settlement.js'
import { heard, type Difference } from './difference.js'

/** What the chain says of an attempt: `unknown` where no node knows it. */
export type ChainWord = 'landed' | 'failed' | 'unknown'

/** An attempt, what the journal says of it, and what the chain does. */
export interface ComparedAttempt {
  readonly order: string
  readonly session: string
  readonly number: number
  readonly signature: string
  readonly journal: SwapAttempt['state']
  readonly chain: ChainWord
}

export interface ComparedIntent {
  readonly attempts: readonly ComparedAttempt[]
  readonly differences: readonly Difference[]
}

/** Compares all that the journal holds of an intent with the chain. @throws AppError NODE_AWAY */
export async function compareIntent(
  known: JournalledIntent,
  chain: Chain,
): Promise<ComparedIntent> {
  const attempts: ComparedAttempt[] = []
  const differences: Difference[] = []
  for (const attempt of known.attempts) {
    const word = await wordOf(attempt.signature, chain)
    const { order, number, signature, state } = attempt
    attempts.push({
      order,
      session: known.intent.session,
      number,
      signature,
      journal: state,
      chain: word,
    })
    const difference = await compareAttempt(known, attempt, word, chain)
    if (difference !== null) differences.push(difference)
  }
  return { attempts, differences }
}

async function wordOf(signature: string, chain: Chain): Promise<ChainWord> {
  const seen = await chain.statuses(signature)
  if (seen.length === 0) heard(passing('no node of the chain answers'))
  const found = seen.map((status: SeenStatus) => status.found).find(one => one !== null)
  if (found === undefined) return 'unknown'
  return found.error === null ? 'landed' : 'failed'
}

async function compareAttempt(
  known: JournalledIntent,
  attempt: SwapAttempt,
  word: ChainWord,
  chain: Chain,
): Promise<Difference | null> {
  switch (attempt.state) {
    case 'prepared':
    case 'sent':
      return differ(known, attempt, {
        kind: 'open',
        expected: `${attempt.state} at ${formatTime(attempt.preparedAt)}`,
        found: word,
        explanation: `it is not settled yet; going on with the session drives it to its end: assay live --session ${known.intent.session}`,
      })
    case 'confirmed':
    case 'finalized':
      return word === 'landed'
        ? compareFill(known, attempt, await landedOf(attempt, chain))
        : differ(known, attempt, {
            kind: 'attempt',
            expected: attempt.state,
            found: word,
            explanation:
              word === 'failed'
                ? 'the journal holds a fill of a transaction that the chain says has failed'
                : 'no node knows the transaction: the chain has taken it back, or the nodes have lost their history',
          })
    case 'failed':
      return word === 'failed'
        ? compareFee(known, attempt, await landedOf(attempt, chain))
        : notAsBooked(known, attempt, word)
    case 'expired':
    case 'abandoned':
      return word === 'unknown' ? null : notAsBooked(known, attempt, word)
  }
}

function notAsBooked(known: JournalledIntent, attempt: SwapAttempt, word: ChainWord): Difference {
  return differ(known, attempt, {
    kind: word === 'landed' ? 'missing_fill' : 'attempt',
    expected: attempt.state,
    found: word,
    explanation:
      word === 'landed'
        ? 'the transaction has moved tokens, and nothing of it stands in the books'
        : 'the journal says otherwise of the transaction than the chain',
  })
}

async function landedOf({ signature }: SwapAttempt, chain: Chain): Promise<LandedTransaction> {
  return heard(await chain.transaction(signature, 'confirmed'))
}

function compareFee(
  known: JournalledIntent,
  attempt: SwapAttempt,
  { fee }: LandedTransaction,
): Difference | null {
  if (fee === attempt.burnt) return null
  return differ(known, attempt, {
    kind: 'fill',
    expected: `fee ${attempt.burnt}`,
    found: `fee ${fee}`,
    explanation:
      'what the failed transaction cost is booked otherwise than the chain says, lamports',
  })
}

const AMOUNTS = ['given', 'taken', 'fee', 'rent'] as const

function compareFill(
  known: JournalledIntent,
  attempt: SwapAttempt,
  landed: LandedTransaction,
): Difference | null {
  const told = fillOfLanded(known.intent, attempt, landed, 0)
  const booked = known.fills.find(({ number }) => number === attempt.number)
  if (booked === undefined) {
    return differ(known, attempt, {
      kind: 'missing_fill',
      expected: 'no fill',
      found: amountsText(told, AMOUNTS),
      explanation: 'the transaction has moved tokens, and the journal holds no fill of it',
    })
  }
  const names = AMOUNTS.filter(name => told[name] !== booked[name])
  if (names.length === 0) return null
  return differ(known, attempt, {
    kind: 'fill',
    expected: amountsText(booked, names),
    found: amountsText(told, names),
    explanation: 'the chain moved other amounts than are booked, base units and lamports',
  })
}

function amountsText(fill: SwapFill, names: readonly (typeof AMOUNTS)[number][]): string {
  return names.map(name => `${name} ${fill[name]}`).join(', ')
}

function differ(
  { intent }: JournalledIntent,
  { signature }: SwapAttempt,
  rest: Pick<Difference, 'kind' | 'expected' | 'found' | 'explanation'>,
): Difference {
  return { ...rest, session: intent.session, order: intent.order, signature }
}
