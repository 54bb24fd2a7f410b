import { baseUnits, type BaseUnits } from '../../core/account/money.js'
import type { SwapAttempt, SwapIntent } from '../../core/ports/trading/journal.js'
import { objectionTo } from '../jupiter/swap-checks.js'
import { thresholdOf, type BuiltSwap, type SwapQuote } from '../jupiter/swap-venue.js'
import { answered, lasting, passing, type Failure, type Reply } from '../reply.js'
import { TOKEN_ACCOUNT_BYTES } from '../solana/tokens/token-accounts.js'
import type { TransactionContents } from '../solana/transaction/transaction.js'
import { fairPrices, objectionToPrice } from './fair-price.js'
import type { SwapParts } from './swap-parts.js'
import { sizeOf, type SwapSize } from './swap-size.js'
import { lookIntoWallet, viewOf, watchedBy, type WalletView } from './wallet-view.js'

/** Blocks for which a transaction may land after the block that it names. */
const WINDOW = 150
/** How far a node may be behind the one that made a transaction, blocks. */
const NODE_LAG_MAX = 300

/**
 * Makes the next transaction of an intent: looks into the wallet, asks for a price, has it built, checks
 * what was built, tries it out, and has it signed. Nothing is sent, and nothing is kept. A failure that
 * may pass is to be tried again from the beginning, with a price of then.
 */
export async function prepareSwap(
  intent: SwapIntent,
  number: number,
  parts: SwapParts,
  since: number,
): Promise<Reply<SwapAttempt>> {
  const sized = await sizeNow(intent, parts, since)
  if (sized.kind === 'failed') return sized
  const { wallet, size, rent } = sized.value
  // Before the quote, which ages with every request that follows it.
  const fair = await fairPrices(intent, parts)
  if (fair !== null && 'kind' in fair) return fair
  const quoted = await quoteFor(intent, size, parts)
  if (quoted.kind === 'failed') return quoted
  const quote = quoted.value
  const objection = objectionToWorth(intent, quote, parts)
  const reason = objection ?? objectionToPrice(quote, fair, parts)
  if (reason !== null) return reason
  const built = await parts.venue.build(quote, {
    wallet: intent.wallet,
    priorityMax: baseUnits(parts.policy.feeMax / 2n),
  })
  if (built.kind === 'failed') return built
  const checked = await check(intent, { size, wallet, rent, built: built.value }, parts)
  if (checked.kind === 'failed') return checked
  const stale = await objectionToAge(quote, parts)
  if (stale !== null) return stale
  return sign(intent, { number, size, quote, ...checked.value }, parts)
}

/** What can be given now, of what a wallet holds. */
interface Sized {
  readonly wallet: WalletView
  readonly size: SwapSize
  /** What an account for a token must hold, lamports. */
  readonly rent: BaseUnits
}

async function sizeNow(intent: SwapIntent, parts: SwapParts, since: number): Promise<Reply<Sized>> {
  const [looked, rent] = await Promise.all([
    lookIntoWallet(intent, parts, since),
    parts.chain.rentFor(TOKEN_ACCOUNT_BYTES),
  ])
  if (looked.kind === 'failed') return looked
  if (rent.kind === 'failed') return rent
  const size = sizeOf(intent, looked.value, { policy: parts.policy, rent: rent.value })
  if (typeof size === 'string') return lasting(size, 'balance')
  return answered({ wallet: looked.value, size, rent: rent.value })
}

/** A quote whose transaction fails where it brings less than the least: asked again where it leaves more room. */
async function quoteFor(
  { givesMint, takesMint }: SwapIntent,
  { amount, least }: SwapSize,
  { venue, policy }: SwapParts,
): Promise<Reply<SwapQuote>> {
  const request = { givesMint, takesMint, amount, slippageBps: policy.slippageBps }
  const first = await venue.quote(request)
  if (first.kind === 'failed' || thresholdOf(first.value) >= least) return first
  const { out } = first.value
  if (out < least) return passing(`the market gives ${out} units, below the least of ${least}`)
  const room = Number(((out - least) * 10_000n) / out)
  const second = await venue.quote({ ...request, slippageBps: room })
  if (second.kind === 'failed' || thresholdOf(second.value) >= least) return second
  return passing(`the market gives ${second.value.out} units, too near to the least of ${least}`)
}

function objectionToWorth(
  { side }: SwapIntent,
  quote: SwapQuote,
  { policy }: SwapParts,
): Failure | null {
  const worth = worthOf(side, quote)
  if (worth >= policy.worthMin) return null
  return lasting(`a swap of ${worth} units of the quote token is below ${policy.worthMin}`, 'dust')
}

/** Units of the quote token: what a purchase gives, what a sale brings. */
function worthOf(side: SwapIntent['side'], { amount, out }: SwapQuote): BaseUnits {
  return side === 'buy' ? amount : out
}

interface Built extends Sized {
  readonly built: BuiltSwap
}

interface Checked {
  readonly bytes: Uint8Array
  readonly contents: TransactionContents
  readonly lastValidHeight: number
}

async function check(
  intent: SwapIntent,
  { size, wallet, rent, built }: Built,
  parts: SwapParts,
): Promise<Reply<Checked>> {
  const { bytes } = built
  const contents = await parts.read(bytes)
  if (typeof contents === 'string') return passing(`a transaction cannot be read: ${contents}`)
  const { givesMint, takesMint } = intent
  const objection = objectionTo(contents, {
    wallet: intent.wallet,
    givesMint,
    takesMint,
    givesProgram: parts.tokens.get(givesMint)!.program,
    takesProgram: parts.tokens.get(takesMint)!.program,
    ...size,
    feeMax: parts.policy.feeMax,
  })
  if (objection !== null) return passing(`a transaction is not signed: ${objection}`)
  const [height, trial] = await Promise.all([
    lastHeightOf(built, parts),
    tryOut(intent, { size, wallet, rent, bytes }, parts),
  ])
  if (height.kind === 'failed') return height
  if (trial !== null) return trial
  return answered({ bytes, contents, lastValidHeight: height.value })
}

/**
 * The height after which a transaction cannot land: what its maker says, or more, where our own nodes
 * allow for more. Too low a height would call a transaction expired that still can land.
 */
async function lastHeightOf(
  { lastValidHeight }: BuiltSwap,
  { chain }: SwapParts,
): Promise<Reply<number>> {
  const tip = await chain.tip('processed')
  if (tip.kind === 'failed') return tip
  const bound = tip.value.height + WINDOW
  if (lastValidHeight < tip.value.height)
    return passing('a transaction has expired before it was signed')
  if (lastValidHeight > bound + NODE_LAG_MAX) {
    return passing(
      `a transaction would be valid until height ${lastValidHeight}, far above ${bound}`,
    )
  }
  return answered(Math.max(lastValidHeight, bound))
}

/** Runs a transaction at a node, and compares what the wallet would hold with what was ordered. */
async function tryOut(
  intent: SwapIntent,
  { size, wallet, rent, bytes }: Sized & { readonly bytes: Uint8Array },
  parts: SwapParts,
): Promise<Failure | null> {
  const reply = await parts.chain.simulate(bytes, watchedBy(intent, parts).all)
  if (reply.kind === 'failed') return reply
  const { error, accounts } = reply.value
  if (error !== null) return passing(`a swap fails in a trial: ${JSON.stringify(error)}`)
  const after = viewOf(intent, parts, accounts)
  // Fee and rent leave the wallet as lamports, as SOL itself does.
  const aside = parts.policy.feeMax + 2n * rent
  const [given, taken] = [wallet.gives - after.gives, after.takes - wallet.takes]
  if (given > size.amount + aside) return passing(`a swap would give ${given} units in a trial`)
  if (taken + aside < size.least) return passing(`a swap would bring ${taken} units in a trial`)
  return null
}

async function objectionToAge(quote: SwapQuote, parts: SwapParts): Promise<Failure | null> {
  const { quoteAgeMs, quoteAgeSlots } = parts.policy
  const age = parts.clock.now() - quote.askedAt
  if (age > quoteAgeMs) return passing(`a quote is ${age} ms old, above ${quoteAgeMs}`)
  if (quote.slot === null) return null
  const tip = await parts.chain.tip('processed')
  if (tip.kind === 'failed') return tip
  const slots = tip.value.slot - quote.slot
  return slots > quoteAgeSlots
    ? passing(`a quote is ${slots} slots old, above ${quoteAgeSlots}`)
    : null
}

interface Signing extends Checked {
  readonly number: number
  readonly size: SwapSize
  readonly quote: SwapQuote
}

async function sign(
  intent: SwapIntent,
  { number, size, quote, bytes, contents, lastValidHeight }: Signing,
  { signer, clock, policy }: SwapParts,
): Promise<Reply<SwapAttempt>> {
  const { order, side, givesMint, takesMint } = intent
  const worth = worthOf(side, quote)
  const terms = { order, givesMint, takesMint, ...size, worth, feeMax: policy.feeMax }
  const signed = await signer.sign(bytes, terms).catch((error: unknown) => error as Error)
  if (signed instanceof Error) return passing(`the signer is away: ${signed.message}`)
  if (signed.kind === 'refused') return lasting(`the signer refuses: ${signed.reason}`, 'signer')
  return answered({
    order,
    number,
    state: 'prepared',
    signature: signed.signature,
    bytes: Buffer.from(signed.transaction).toString('base64'),
    blockhash: contents.blockhash,
    lastValidHeight,
    quote: quote.raw,
    ...size,
    reason: null,
    burnt: baseUnits(0n),
    preparedAt: clock.now(),
  })
}
