import type { Socket } from 'node:net'
import { basename, dirname, join, resolve } from 'node:path'
import { baseUnits, UNITS_MAX } from '../../core/account/money.js'
import type { SignAnswer, SignedSwap } from '../../core/ports/trading/signer.js'
import type { Outcome } from './signing-book.js'

/** What is asked of a signer in another process. Nothing that it answers holds a key. */
export type SignerQuestion =
  | { readonly ask: 'address' }
  | { readonly ask: 'open'; readonly order: string }
  | { readonly ask: 'sign'; readonly transaction: Uint8Array; readonly swap: SignedSwap }
  | {
      readonly ask: 'settled'
      readonly order: string
      readonly signature: string
      readonly outcome: Outcome
    }

/** A message is JSON with its length in front, four bytes, the highest first. */
const HEAD_BYTES = 4
/** A transaction has at most 1232 bytes. */
const MESSAGE_MAX_BYTES = 16_384

/** Where the signer of a key listens: beside it. */
export function signerSocket(keyFile: string): string {
  const file = resolve(keyFile)
  return join(dirname(file), `${basename(file)}.sock`)
}

export function frame(message: object): Buffer {
  const body = Buffer.from(JSON.stringify(message))
  const head = Buffer.alloc(HEAD_BYTES)
  head.writeUInt32BE(body.length)
  return Buffer.concat([head, body])
}

/** Hands over each message of a connection; one that is none ends it. */
export function onMessages(
  socket: Socket,
  hear: (message: Readonly<Record<string, unknown>>) => void,
): void {
  let rest = Buffer.alloc(0)
  socket.on('data', (piece: Buffer) => {
    rest = Buffer.concat([rest, piece])
    while (rest.length >= HEAD_BYTES && !socket.destroyed) {
      const end = HEAD_BYTES + rest.readUInt32BE()
      if (end > HEAD_BYTES + MESSAGE_MAX_BYTES) return void socket.destroy()
      if (rest.length < end) return
      const text = rest.toString('utf8', HEAD_BYTES, end)
      rest = rest.subarray(end)
      const message = parsed(text)
      if (message === undefined) return void socket.destroy()
      hear(message)
    }
  })
}

function parsed(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return Object(JSON.parse(text)) as Readonly<Record<string, unknown>>
  } catch {
    return undefined
  }
}

export function questionJson(question: SignerQuestion): object {
  if (question.ask !== 'sign') return question
  const { transaction, swap } = question
  return {
    ask: 'sign',
    transaction: Buffer.from(transaction).toString('base64'),
    swap: swapJson(swap),
  }
}

function swapJson(swap: SignedSwap): Readonly<Record<string, string>> {
  const { amount, least, worth, feeMax, ...names } = swap
  const units = { amount, least, worth, feeMax }
  const texts = Object.entries(units).map(([name, value]) => [name, value.toString()])
  return { ...names, ...(Object.fromEntries(texts) as Readonly<Record<string, string>>) }
}

/** @returns undefined for what is no question */
export function readQuestion(
  message: Readonly<Record<string, unknown>>,
): SignerQuestion | undefined {
  const { ask, order, signature, outcome, transaction, swap } = message
  if (ask === 'address') return { ask }
  if (ask === 'open' && areTexts([order])) return { ask, order: order as string }
  if (ask === 'settled' && areTexts([order, signature]) && isOutcome(outcome))
    return { ask, order: order as string, signature: signature as string, outcome }
  if (ask !== 'sign' || typeof transaction !== 'string') return undefined
  const read = readSwap(Object(swap) as Readonly<Record<string, unknown>>)
  return (
    read && { ask, transaction: Uint8Array.from(Buffer.from(transaction, 'base64')), swap: read }
  )
}

function readSwap(swap: Readonly<Record<string, unknown>>): SignedSwap | undefined {
  const { order, givesMint, takesMint } = swap
  const texts = ['amount', 'least', 'worth', 'feeMax'].map(name => swap[name])
  if (!texts.every(areUnits) || !areTexts([order, givesMint, takesMint])) return undefined
  const [amount, least, worth, feeMax] = texts.map(text => baseUnits(BigInt(text as string)))
  return {
    order: order as string,
    givesMint: givesMint as string,
    takesMint: takesMint as string,
    amount: amount!,
    least: least!,
    worth: worth!,
    feeMax: feeMax!,
  }
}

function areUnits(text: unknown): boolean {
  return typeof text === 'string' && /^\d{1,20}$/.test(text) && BigInt(text) <= UNITS_MAX
}

function areTexts(values: readonly unknown[]): boolean {
  return values.every(value => typeof value === 'string' && value.length <= 200)
}

const OUTCOMES: readonly string[] = ['failed', 'expired', 'unsent'] satisfies Outcome[]

function isOutcome(value: unknown): value is Outcome {
  return typeof value === 'string' && OUTCOMES.includes(value)
}

export function answerJson(answer: SignAnswer): object {
  if (answer.kind === 'refused') return answer
  return { ...answer, transaction: Buffer.from(answer.transaction).toString('base64') }
}

/** @returns undefined for what is no answer */
export function readSignAnswer(value: unknown): SignAnswer | undefined {
  const { kind, reason, transaction, signature } = Object(value) as Readonly<
    Record<string, unknown>
  >
  if (kind === 'refused' && typeof reason === 'string') return { kind, reason }
  if (kind !== 'signed' || typeof transaction !== 'string' || typeof signature !== 'string')
    return undefined
  return { kind, transaction: Uint8Array.from(Buffer.from(transaction, 'base64')), signature }
}
