import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import type { SignAnswer, SignedSwap, Signer } from '../../core/ports/trading/signer.js'
import { toBase58 } from '../solana/base58.js'
import { checkSwap } from '../solana/transaction/transaction-check.js'
import { readWire, withSignature } from '../solana/transaction/wire-transaction.js'
import { type Outcome, type SignedEntry, SigningBook } from './signing-book.js'
import { type Caps, readLimits, type SigningLimits } from './signing-limits.js'
import type { WalletKey } from './wallet-key.js'

/** A signer that is told what became of what it signed. */
export interface OrderSigner extends Signer {
  /**
   * Says that a transaction moves nothing any more. Before that, no other is signed for its order; after one
   * that has filled, never. @throws where the signer is away, or did not sign it
   */
  settled(order: string, signature: string, outcome: Outcome): Promise<void>
  /** The signature of what was signed for an order and is not known to be over; null for none. */
  openOf(order: string): Promise<string | null>
}

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** While this file lies beside a key, nothing is signed. */
export function stopFile(keyFile: string): string {
  return `${keyFile}.stop`
}

/** Judges, counts and signs, within the process that holds the key. */
export class LocalSigner implements OrderSigner {
  readonly address: string
  private readonly key: WalletKey
  private readonly keyFile: string
  private readonly limits: SigningLimits
  private readonly book: SigningBook
  private readonly now: () => number
  /** The last that was signed for each order, and whether it is over. */
  private readonly orders = new Map<string, { entry: SignedEntry; isOver: boolean }>()

  /** @throws AppError KEY_FILE, SIGNER_LIMITS, SIGNER_BOOK */
  constructor(key: WalletKey, keyFile: string, now: () => number = Date.now) {
    this.key = key
    this.keyFile = keyFile
    this.address = key.address
    this.now = now
    this.limits = readLimits(keyFile)
    this.book = SigningBook.open(keyFile, key)
    for (const entry of this.book.entries) this.note(entry)
  }

  sign(transaction: Uint8Array, swap: SignedSwap): Promise<SignAnswer> {
    return new Promise(done => done(this.signNow(transaction, swap)))
  }

  settled(order: string, signature: string, outcome: Outcome): Promise<void> {
    return new Promise(done => {
      const known = this.orders.get(order)
      if (known?.entry.signature !== signature)
        throw new Error(`the last that was signed for the order ${order} is not ${signature}`)
      if (!known.isOver) {
        const entry = { kind: 'settled', at: this.now(), order, signature, outcome } as const
        this.book.append(entry)
        this.note(entry)
      }
      done()
    })
  }

  openOf(order: string): Promise<string | null> {
    const known = this.orders.get(order)
    return Promise.resolve(known === undefined || known.isOver ? null : known.entry.signature)
  }

  close(): void {
    this.book.close()
  }

  private note(entry: (typeof this.book.entries)[number]): void {
    if (entry.kind === 'signed') this.orders.set(entry.order, { entry, isOver: false })
    else {
      const known = this.orders.get(entry.order)
      if (known?.entry.signature === entry.signature) known.isOver = true
    }
  }

  private signNow(bytes: Uint8Array, swap: SignedSwap): SignAnswer {
    if (existsSync(stopFile(this.keyFile)))
      return refused([`signing is stopped: remove "${stopFile(this.keyFile)}"`])
    const wire = readWire(bytes)
    if (typeof wire === 'string') return refused([wire])
    const { refusals, fee } = checkSwap(wire, swap, this.address)
    const digest = createHash('sha256').update(wire.message).digest('hex')
    const before = this.orders.get(swap.order)
    const isSame = before?.entry.digest === digest
    const all = [...refusals, ...this.termsOf(swap)]
    if (before !== undefined && !isSame && !before.isOver) {
      const { signature } = before.entry
      all.push(
        `for the order ${swap.order} the transaction ${signature} is signed and not known to be over`,
      )
    }
    // What was signed once is counted once, and was within the caps then.
    if (!isSame) all.push(...this.capsOf(swap, fee))
    if (all.length > 0) return refused(all)
    const raw = this.key.sign(wire.message)
    const signature = toBase58(raw)
    if (!isSame) this.keep(swap, { digest, signature, fee })
    return { kind: 'signed', transaction: withSignature(bytes, wire, 0, raw), signature }
  }

  private keep(
    { order, worth, givesMint, amount }: SignedSwap,
    { digest, signature, fee }: Pick<SignedEntry, 'digest' | 'signature' | 'fee'>,
  ): void {
    const at = this.now()
    const entry = {
      kind: 'signed',
      at,
      order,
      digest,
      signature,
      worth,
      fee,
      givesMint,
      amount,
    } as const
    this.book.append(entry)
    this.note(entry)
  }

  /** What is said of a swap must agree with itself: its worth above all, which the caps count. */
  private termsOf({ givesMint, takesMint, amount, least, worth }: SignedSwap): string[] {
    const { quoteMint, tokens } = this.limits
    const reasons = [givesMint, takesMint]
      .filter(mint => !tokens.has(mint))
      .map(mint => `the limits name no token ${mint}`)
    const told = givesMint === quoteMint ? amount : takesMint === quoteMint ? least : undefined
    if (told === undefined) reasons.push('neither token is the one that worth is counted in')
    else if (worth < told) reasons.push(`its worth is said to be ${worth} units, and is ${told}`)
    if (amount <= 0n || least <= 0n) reasons.push('it gives or takes nothing')
    return reasons
  }

  private capsOf({ givesMint, amount, worth }: SignedSwap, fee: bigint): string[] {
    const given = this.limits.tokens.get(givesMint) ?? 0n
    const ofMint = (entry: SignedEntry): bigint =>
      entry.givesMint === givesMint ? entry.amount : 0n
    return [
      ...this.above('worth', worth, this.limits.worth, entry => entry.worth),
      ...this.above('fees', fee, this.limits.fees, entry => entry.fee),
      ...over('given in a day', this.sum(DAY_MS, ofMint) + amount, given),
    ]
  }

  private above(
    of: string,
    value: bigint,
    caps: Caps,
    read: (entry: SignedEntry) => bigint,
  ): string[] {
    return [
      ...over(`${of} of a trade`, value, caps.perTrade),
      ...over(`${of} of an hour`, this.sum(HOUR_MS, read) + value, caps.perHour),
      ...over(`${of} of a day`, this.sum(DAY_MS, read) + value, caps.perDay),
    ]
  }

  /** Whatever lies in the future of a clock that was set back counts too. */
  private sum(windowMs: number, read: (entry: SignedEntry) => bigint): bigint {
    const since = this.now() - windowMs
    let sum = 0n
    for (const entry of this.book.entries)
      if (entry.kind === 'signed' && entry.at > since) sum += read(entry)
    return sum
  }
}

function over(what: string, value: bigint, cap: bigint): string[] {
  return value > cap ? [`${what}: ${value} units are above the cap of ${cap}`] : []
}

function refused(reasons: readonly string[]): SignAnswer {
  return { kind: 'refused', reason: reasons.join('; ') }
}
