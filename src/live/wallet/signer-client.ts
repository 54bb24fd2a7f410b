import { connect, type Socket } from 'node:net'
import { AppError } from '../../core/errors.js'
import type { SignAnswer, SignedSwap } from '../../core/ports/trading/signer.js'
import type { OrderSigner } from './local-signer.js'
import {
  frame,
  onMessages,
  questionJson,
  readSignAnswer,
  type SignerQuestion,
  signerSocket,
} from './signer-protocol.js'
import type { Outcome } from './signing-book.js'

const TIMEOUT_MS = 5_000

/**
 * Connects to the signer of a key, which is a process of its own.
 * @throws AppError SIGNER_AWAY where nobody answers
 */
export async function connectSigner(
  keyFile: string,
  { timeoutMs = TIMEOUT_MS } = {},
): Promise<SignerClient> {
  const line = new Line(signerSocket(keyFile), keyFile, timeoutMs)
  const address = await line.ask({ ask: 'address' })
  if (typeof address !== 'string') throw away(keyFile, 'it gave no address')
  return new SignerClient(address, line)
}

/**
 * A signer in another process. It answers in time or throws; the same transaction may then be asked for again,
 * and is the same when it comes: no other is signed for its order meanwhile.
 */
class SignerClient implements OrderSigner {
  readonly address: string
  private readonly line: Line

  constructor(address: string, line: Line) {
    this.address = address
    this.line = line
  }

  async sign(transaction: Uint8Array, swap: SignedSwap): Promise<SignAnswer> {
    const answer = readSignAnswer(await this.line.ask({ ask: 'sign', transaction, swap }))
    if (answer === undefined) throw this.line.away('its answer cannot be read')
    return answer
  }

  async settled(order: string, signature: string, outcome: Outcome): Promise<void> {
    await this.line.ask({ ask: 'settled', order, signature, outcome })
  }

  async openOf(order: string): Promise<string | null> {
    const signature = await this.line.ask({ ask: 'open', order })
    if (signature === null || typeof signature === 'string') return signature
    throw this.line.away('its answer cannot be read')
  }

  close(): void {
    this.line.close()
  }
}

export type { SignerClient }

interface Waiting {
  readonly done: (answer: unknown) => void
  readonly fail: (error: Error) => void
  readonly timer: NodeJS.Timeout
}

/** A connection that is made again when it is needed and gone. */
class Line {
  private readonly path: string
  private readonly keyFile: string
  private readonly timeoutMs: number
  private readonly waiting = new Map<number, Waiting>()
  private socket: Socket | undefined
  private next = 0

  constructor(path: string, keyFile: string, timeoutMs: number) {
    this.path = path
    this.keyFile = keyFile
    this.timeoutMs = timeoutMs
  }

  ask(question: SignerQuestion): Promise<unknown> {
    const id = this.next++
    return new Promise((done, fail) => {
      // After silence the connection is of no use: a late answer is nobody's.
      const timer = setTimeout(
        () => this.drop(`it gave no answer within ${this.timeoutMs} ms`),
        this.timeoutMs,
      )
      this.waiting.set(id, { done, fail, timer })
      this.open().write(frame({ id, ...questionJson(question) }))
    })
  }

  away(reason: string): AppError {
    return away(this.keyFile, reason)
  }

  close(): void {
    this.drop('it was closed')
  }

  private open(): Socket {
    if (this.socket !== undefined) return this.socket
    const socket = connect(this.path)
    this.socket = socket
    onMessages(socket, message => this.hear(message))
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (this.socket === socket) this.drop(error.code ?? error.message)
    })
    socket.on('close', () => {
      if (this.socket === socket) this.drop('it has ended')
    })
    return socket
  }

  private hear({ id, answer, error }: Readonly<Record<string, unknown>>): void {
    const waiting = this.waiting.get(Number(id))
    if (waiting === undefined) return
    this.waiting.delete(Number(id))
    clearTimeout(waiting.timer)
    if (error === undefined) waiting.done(answer)
    else waiting.fail(this.away(String(error)))
  }

  private drop(reason: string): void {
    const { socket } = this
    this.socket = undefined
    socket?.destroy()
    for (const { fail, timer } of this.waiting.values()) {
      clearTimeout(timer)
      fail(this.away(reason))
    }
    this.waiting.clear()
  }
}

function away(keyFile: string, reason: string): AppError {
  return new AppError('SIGNER_AWAY', `the signer of "${keyFile}" does not sign: ${reason}`, {
    hint: `see that it runs: assay wallet serve ${keyFile}`,
    data: { reason },
  })
}
