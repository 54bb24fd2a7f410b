import type { Socket } from 'node:net'
import {
  COPY_IN_RESPONSE,
  fatal,
  greeting,
  type Message,
  MessageReader,
  messagesIn,
  query,
  SYNC,
  textIn,
} from './wire.js'

/** The one connection to the embedded database, which its users take turns with. */
export interface Engine {
  /** What clients are told of the server. */
  readonly parameters: Readonly<Record<string, string>>
  /** Does a piece of work when it is its turn. */
  turn(work: () => Promise<void>): Promise<unknown>
  /** Messages of the protocol, and the answer to them; only within a turn. */
  protocol(bytes: Uint8Array): Promise<Buffer>
  /** Told, within the turn, that a client has changed something. */
  onChange(): Promise<void>
}

/** What a client says first. */
const STARTUP = 196_608
const ENCRYPTION_REQUESTS = [80_877_103, 80_877_104]

/** A statement that copies rows from the client, and does nothing else. */
const COPY_IN = /^\s*copy\b[^;]*\bfrom\s+stdin\b[^;]*;?\s*$/i
/** Any other that copies into a table would end the engine, which waits for rows that nobody sends. */
const OTHER_COPY_IN = /\bcopy\b[^;]*\bfrom\s+(stdin\b|program\b|e?'|u&'|\$)/i
/** Rows of one COPY, which are held until the last has come. */
const COPY_MAX_BYTES = 256 * 2 ** 20

const END_MS = 200

const REFUSAL = query(
  `do $$ begin raise exception using errcode = '0A000', message =
   'a shared database copies rows from stdin alone, by a statement of its own without parameters'; end $$`,
)
const RESET = query('reset all')
const UNDO = Buffer.concat([SYNC, query('rollback'), RESET])

/** Statements that change nothing. */
const READING = /^(SELECT|SHOW|SET|BEGIN|START|ROLLBACK|FETCH|DECLARE|CLOSE|RESET|EXPLAIN|MOVE)\b/

/**
 * One client of a shared database. It has the engine from the beginning of a transaction to its end,
 * and loses it where it goes away, or says nothing for too long. What it sets ends with the transaction.
 */
export class SharedSession {
  /** Settles when the client is gone and what it left open is undone. */
  readonly ended: Promise<void>
  private readonly socket: Socket
  private readonly engine: Engine
  private readonly idleMs: number
  private readonly reader = new MessageReader()
  private work: Promise<void> = Promise.resolve()
  private running = 0
  private gathered: Buffer[] = []
  private copying: Buffer[] | undefined
  private copiedBytes = 0
  private release: (() => void) | undefined
  private hasChanged = false
  private hasSet = false
  private idle: NodeJS.Timeout | undefined

  constructor(socket: Socket, engine: Engine, idleMs: number) {
    this.socket = socket
    this.engine = engine
    this.idleMs = idleMs
    socket.on('data', piece => this.take(piece))
    socket.on('error', () => undefined)
    this.ended = new Promise(done => {
      socket.on('close', () => {
        this.work = this.work.then(() => this.undo()).then(done, done)
      })
    })
  }

  /** Whether it has the engine, or waits for it. */
  get isBusy(): boolean {
    return this.release !== undefined || this.running > 0
  }

  /** Tells the client why, and ends. */
  end(code: string, reason: string): void {
    // Whoever waits for the end lives until then. Who does not read is not waited for.
    const timer = setTimeout(() => this.socket.destroy(), END_MS)
    this.socket.ref().once('close', () => clearTimeout(timer))
    this.socket.end(fatal(code, reason))
  }

  private take(piece: Buffer): void {
    clearTimeout(this.idle)
    try {
      for (const message of this.reader.read(piece)) this.hear(message)
    } catch (error) {
      this.end('08P01', (error as Error).message)
    }
    this.watch()
  }

  private hear(message: Message): void {
    const { type, bytes } = message
    if (type === '') return this.greet(bytes.readUInt32BE(4))
    if (type === 'X') return void this.socket.end()
    if (this.copying !== undefined) return this.copy(message)
    // Rows behind a COPY that has failed are for nobody.
    if (type === 'd' || type === 'c' || type === 'f') return
    if (type === 'Q') return this.query(message)
    this.gathered.push(bytes)
    if (type === 'S' || type === 'H') this.runGathered()
  }

  private greet(code: number): void {
    if (ENCRYPTION_REQUESTS.includes(code)) return void this.socket.write('N')
    if (code !== STARTUP) return void this.socket.destroy()
    this.reader.start()
    this.socket.write(greeting(this.engine.parameters))
  }

  private query(message: Message): void {
    const sql = textIn(message)
    if (COPY_IN.test(sql)) {
      this.copying = [message.bytes]
      this.copiedBytes = 0
      this.after(() => void this.socket.write(COPY_IN_RESPONSE))
    } else this.run(OTHER_COPY_IN.test(sql) ? REFUSAL : message.bytes)
  }

  /** The engine takes the rows of a COPY with the statement or not at all: they are gathered first. */
  private copy({ type, bytes }: Message): void {
    if (type === 'S' || type === 'H') return
    this.copying!.push(bytes)
    this.copiedBytes += bytes.length
    if (this.copiedBytes > COPY_MAX_BYTES) return this.end('54000', 'one COPY has too many rows')
    if (type === 'd') return
    this.run(Buffer.concat(this.copying!), { isCopy: true })
    this.copying = undefined
  }

  private runGathered(): void {
    const bytes = Buffer.concat(this.gathered)
    this.gathered = []
    this.run(OTHER_COPY_IN.test(bytes.toString('latin1')) ? REFUSAL : bytes)
  }

  private run(bytes: Buffer, { isCopy = false } = {}): void {
    this.after(async () => {
      if (this.socket.destroyed) return
      if (this.release === undefined) await this.seize()
      if (this.socket.destroyed) return
      const answer = await this.engine.protocol(bytes)
      await this.judge(answer)
      // That rows may come has been said before they came.
      const isSaid = isCopy && answer[0] === 0x47
      this.socket.write(isSaid ? answer.subarray(1 + answer.readUInt32BE(1)) : answer)
    })
  }

  private after(step: () => void | Promise<void>): void {
    this.running++
    this.work = this.work
      .then(step)
      .catch((error: unknown) => this.end('XX000', String((error as Error).message)))
      .finally(() => {
        this.running--
        this.watch()
      })
  }

  private seize(): Promise<void> {
    return new Promise(granted => {
      void this.engine.turn(
        () =>
          new Promise(release => {
            this.release = release
            granted()
          }),
      )
    })
  }

  /** Gives the engine back where no transaction is open. */
  private async judge(answer: Buffer): Promise<void> {
    let status = ''
    for (const message of messagesIn(answer)) {
      if (message.type === 'Z') status = String.fromCharCode(message.bytes[5]!)
      if (message.type !== 'C') continue
      const tag = textIn(message)
      this.hasChanged ||= !READING.test(tag)
      this.hasSet ||= tag === 'SET'
    }
    if (status !== 'I') return
    if (this.hasChanged) await this.engine.onChange()
    if (this.hasSet) await this.engine.protocol(RESET)
    this.giveBack()
  }

  private async undo(): Promise<void> {
    clearTimeout(this.idle)
    if (this.release === undefined) return
    await this.engine.protocol(UNDO).catch(() => undefined)
    this.giveBack()
  }

  private giveBack(): void {
    this.hasChanged = this.hasSet = false
    this.release?.()
    this.release = undefined
  }

  /** Who has the engine and asks nothing of it holds up all others. */
  private watch(): void {
    clearTimeout(this.idle)
    if (this.release === undefined || this.running > 0) return
    this.idle = setTimeout(
      () => this.end('25P03', 'a transaction was left open; it is undone'),
      this.idleMs,
    )
    this.idle.unref()
  }
}
