import { createHmac } from 'node:crypto'
import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  renameSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { AppError } from '../../core/errors.js'
import { readSecretFile } from './key-file.js'
import type { WalletKey } from './wallet-key.js'

/**
 * Why a signed transaction moves nothing any more, as the journal says: `failed` on the chain; `expired`,
 * as the chain's height proves; `unsent`, for nothing is sent before it stands in the journal.
 */
export type Outcome = 'failed' | 'expired' | 'unsent'

/** A transaction that was signed. */
export interface SignedEntry {
  readonly kind: 'signed'
  /** UTC milliseconds. */
  readonly at: number
  readonly order: string
  /** SHA-256 of what was signed. */
  readonly digest: string
  /** Base58. */
  readonly signature: string
  /** Units of the quote token. */
  readonly worth: bigint
  /** At most, lamports. */
  readonly fee: bigint
  readonly givesMint: string
  /** Units of the token given. */
  readonly amount: bigint
}

/** What somebody has said of one. */
export interface SettledEntry {
  readonly kind: 'settled'
  readonly at: number
  readonly order: string
  readonly signature: string
  readonly outcome: Outcome
}

export type BookEntry = SignedEntry | SettledEntry

/** Nobody forgets what a cap of a day counts. */
const LINES_MAX_BYTES = 2 ** 30

/**
 * What a key has signed, kept over restarts: a line an entry, on the disk before the signature is given
 * away. Each line carries a code over itself and the line before, made with a key of the wallet's, and
 * `.head` beside it says how many there are. A book that was changed, cut or is gone opens no more.
 */
export class SigningBook {
  /** In order of time. */
  readonly entries: BookEntry[] = []
  private readonly file: string
  private readonly secret: Uint8Array
  private readonly descriptor: number
  private count = 0
  private mac = ''
  private size = 0

  private constructor(file: string, key: WalletKey) {
    this.file = file
    this.secret = key.derived('assay signing book')
    this.descriptor = openSync(file, 'a+', 0o600)
  }

  /** Begins the book of a new key. @throws AppError SIGNER_BOOK where there is one */
  static begin(keyFile: string, key: WalletKey): void {
    SigningBook.requireNone(keyFile)
    const book = new SigningBook(bookFile(keyFile), key)
    book.write({ kind: 'began', address: key.address })
    book.close()
  }

  /** @throws AppError SIGNER_BOOK where a key of this name has one: it is never begun twice */
  static requireNone(keyFile: string): void {
    const file = bookFile(keyFile)
    if (existsSync(file) || existsSync(headFile(file)))
      throw broken(file, 'there is one already', 'give another path: a book is never begun twice')
  }

  /** @throws AppError SIGNER_BOOK where it is not as it was left */
  static open(keyFile: string, key: WalletKey): SigningBook {
    const file = bookFile(keyFile)
    const hint =
      'put back the book from a copy, or move what is left of it away and begin another by assay wallet create --from KEY, knowing that the caps begin anew'
    if (!existsSync(file) || !existsSync(headFile(file))) throw broken(file, 'it is missing', hint)
    const text = readBook(file)
    const book = new SigningBook(file, key)
    const fault = book.load(text, readSecretFile(headFile(file)).trim())
    if (fault === undefined) return book
    book.close()
    throw broken(file, fault, hint)
  }

  /** Keeps an entry; it is on the disk when this returns. @throws AppError SIGNER_BOOK */
  append(entry: BookEntry): void {
    this.write(entry)
    this.entries.push(entry)
  }

  close(): void {
    closeSync(this.descriptor)
  }

  private write(content: object): void {
    if (fstatSync(this.descriptor).size !== this.size) {
      throw broken(this.file, 'somebody else has written into it', 'run one signer for each key')
    }
    const text = JSON.stringify(content, (_, value: unknown) =>
      typeof value === 'bigint' ? value.toString() : value,
    )
    const mac = this.macOf(text)
    const line = Buffer.from(`${text}\t${mac}\n`)
    if (writeSync(this.descriptor, line) !== line.length)
      throw broken(this.file, 'its disk is full', 'free some space')
    fsyncSync(this.descriptor)
    this.size += line.length
    this.mac = mac
    this.count++
    this.writeHead()
  }

  private writeHead(): void {
    const head = headFile(this.file)
    const draft = `${head}.draft`
    writeFileSync(draft, `${this.count} ${this.mac}\n`, { mode: 0o600, flush: true })
    renameSync(draft, head)
    syncFolder(dirname(head))
  }

  private macOf(text: string): string {
    return createHmac('sha256', this.secret)
      .update(`${this.count} ${this.mac} ${text}`)
      .digest('hex')
  }

  /** A line that was cut off was never answered for. One line more than the head says was not told it. */
  private load(text: string, head: string): string | undefined {
    const lines = text.split('\n')
    const cut = lines.pop()!
    const macs: string[] = []
    for (const line of lines) {
      const [content, mac] = line.split('\t')
      if (content === undefined || mac !== this.macOf(content))
        return `its line ${this.count + 1} was changed`
      this.mac = mac
      this.count++
      macs.push(mac)
      const entry = entryOf(content)
      if (entry !== undefined) this.entries.push(entry)
    }
    const [told, toldMac] = head.split(' ')
    const known = Number(told)
    if (macs[known - 1] !== toldMac || this.count > known + 1) return 'lines of it are missing'
    this.size = Buffer.byteLength(text) - Buffer.byteLength(cut)
    if (cut !== '') ftruncateSync(this.descriptor, this.size)
    if (this.count !== known) this.writeHead()
    return undefined
  }
}

/** Where the book of a key lies: beside it. */
export function bookFile(keyFile: string): string {
  return `${keyFile}.signed`
}

function headFile(file: string): string {
  return `${file}.head`
}

function readBook(file: string): string {
  return readSecretFile(file, LINES_MAX_BYTES)
}

function entryOf(text: string): BookEntry | undefined {
  const found = JSON.parse(text) as Readonly<Record<string, unknown>>
  if (found['kind'] === 'settled') return found as unknown as SettledEntry
  if (found['kind'] !== 'signed') return undefined
  const [worth, fee, amount] = ['worth', 'fee', 'amount'].map(name => BigInt(String(found[name])))
  return { ...found, worth, fee, amount } as unknown as SignedEntry
}

function syncFolder(folder: string): void {
  const descriptor = openSync(folder, 'r')
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

function broken(file: string, reason: string, hint: string): AppError {
  return new AppError('SIGNER_BOOK', `the signer's book "${file}" cannot be used: ${reason}`, {
    hint,
    data: { file },
  })
}
