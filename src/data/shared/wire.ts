/**
 * Messages of PostgreSQL's protocol, version 3.0, as bytes.
 * https://www.postgresql.org/docs/current/protocol-message-formats.html
 */

/** More than this in one message is no query of anybody. */
const MESSAGE_MAX_BYTES = 512 * 2 ** 20

/** A message: its letter, and all of its bytes. */
export interface Message {
  /** Empty for what a client says first. */
  readonly type: string
  readonly bytes: Buffer
}

/** Cuts what comes in over a connection into messages, the first of which have no letter. */
export class MessageReader {
  private pieces: Buffer[] = []
  private size = 0
  private wanted = 0
  private isStarted = false

  /** From now on messages have a letter. */
  start(): void {
    this.isStarted = true
  }

  /** @throws where the length of a message cannot be one */
  *read(piece: Buffer): Generator<Message> {
    this.pieces.push(piece)
    this.size += piece.length
    if (this.size < this.wanted) return
    let rest = this.pieces.length === 1 ? piece : Buffer.concat(this.pieces)
    for (;;) {
      const head = this.isStarted ? 1 : 0
      this.wanted = head + 4
      if (rest.length < this.wanted) break
      this.wanted = head + rest.readUInt32BE(head)
      if (this.wanted < head + 4 || this.wanted > MESSAGE_MAX_BYTES)
        throw new Error('this is not the protocol of PostgreSQL')
      if (rest.length < this.wanted) break
      const bytes = rest.subarray(0, this.wanted)
      rest = rest.subarray(this.wanted)
      yield { type: this.isStarted ? String.fromCharCode(bytes[0]!) : '', bytes }
    }
    this.pieces = rest.length === 0 ? [] : [rest]
    this.size = rest.length
  }
}

/** The messages of an answer, which is whole. */
export function* messagesIn(answer: Buffer): Generator<Message> {
  for (let at = 0; at + 5 <= answer.length;) {
    const end = at + 1 + answer.readUInt32BE(at + 1)
    yield { type: String.fromCharCode(answer[at]!), bytes: answer.subarray(at, end) }
    at = end
  }
}

/** The text that the body of a message begins with. */
export function textIn({ bytes }: Message): string {
  return bytes.toString('utf8', 5, bytes.indexOf(0, 5))
}

export function query(sql: string): Buffer {
  return message('Q', sql)
}

export const SYNC = message('S')

/** Says that rows may come: as text, which the statement itself may say otherwise. */
export const COPY_IN_RESPONSE = message('G', Buffer.alloc(3))

/** The answer to a client's greeting: what the engine says of itself, and that it is ready. */
export function greeting(parameters: Readonly<Record<string, string>>): Buffer {
  return Buffer.concat([
    message('R', Buffer.alloc(4)),
    ...Object.entries(parameters).map(([name, value]) => message('S', name, value)),
    message('K', Buffer.alloc(8)),
    message('Z', Buffer.from('I')),
  ])
}

/** An error that ends the connection. */
export function fatal(code: string, text: string): Buffer {
  return message('E', 'SFATAL', 'VFATAL', `C${code}`, `M${text}`, Buffer.alloc(1))
}

function message(type: string, ...parts: readonly (Buffer | string)[]): Buffer {
  const body = Buffer.concat(
    parts.map(part => (typeof part === 'string' ? Buffer.from(`${part}\0`) : part)),
  )
  const head = Buffer.alloc(5)
  head.write(type, 'latin1')
  head.writeUInt32BE(body.length + 4, 1)
  return Buffer.concat([head, body])
}
