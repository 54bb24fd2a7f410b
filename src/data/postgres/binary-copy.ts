/**
 * The binary format of COPY: doubles travel as they are, and no text needs to be escaped.
 * https://www.postgresql.org/docs/current/sql-copy.html#id-1.9.3.55.9.4
 */
const SIGNATURE = Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1')
/** Where the first row begins. */
export const HEADER_BYTES = SIGNATURE.length + 8
const FIRST_BYTES = 1 << 16
/** `jsonb` begins with the version of its text. */
const JSON_VERSION = 1
const NULL = -1

/** Writes rows for `COPY ... FROM STDIN (FORMAT binary)`. */
export class BinaryRows {
  private bytes = Buffer.from(new ArrayBuffer(FIRST_BYTES))
  private view = viewOf(this.bytes)
  private used = HEADER_BYTES

  constructor() {
    this.bytes.set(SIGNATURE)
  }

  /** How much has gathered. */
  get size(): number {
    return this.used
  }

  /** Begins a row; as many values must follow. */
  row(fields: number): void {
    this.reserve(2)
    this.view.setInt16(this.used, fields)
    this.used += 2
  }

  empty(): void {
    this.reserve(4)
    this.view.setInt32(this.used, NULL)
    this.used += 4
  }

  /** A `double precision`; NaN is no value. */
  double(value: number | null): void {
    if (value === null || Number.isNaN(value)) return this.empty()
    this.reserve(12)
    this.view.setInt32(this.used, 8)
    this.view.setFloat64(this.used + 4, value)
    this.used += 12
  }

  /** A `bigint` that is a safe integer. */
  integer(value: number): void {
    this.reserve(12)
    this.view.setInt32(this.used, 8)
    this.view.setInt32(this.used + 4, Math.floor(value / 2 ** 32))
    this.view.setUint32(this.used + 8, value % 2 ** 32)
    this.used += 12
  }

  text(value: string | null): void {
    if (value === null) return this.empty()
    this.reserve(4 + value.length * 3)
    const length = this.bytes.write(value, this.used + 4)
    this.view.setInt32(this.used, length)
    this.used += 4 + length
  }

  /** A `jsonb` from its text. */
  json(text: string): void {
    this.reserve(5 + text.length * 3)
    const length = this.bytes.write(text, this.used + 5)
    this.view.setInt32(this.used, length + 1)
    this.bytes[this.used + 4] = JSON_VERSION
    this.used += 5 + length
  }

  /** Values or whole rows as another has written them. */
  written(bytes: Uint8Array): void {
    this.reserve(bytes.length)
    this.bytes.set(bytes, this.used)
    this.used += bytes.length
  }

  /** A copy of what was written from a place on. */
  since(place: number): Uint8Array {
    return Uint8Array.prototype.slice.call(this.bytes, place, this.used)
  }

  /** What has gathered as one whole COPY, given away; the next rows begin another. */
  take(): Uint8Array {
    this.row(NULL)
    // As long as it is and no longer: it goes to another thread, and this buffer is filled again.
    const taken = new Uint8Array(this.bytes.subarray(0, this.used))
    this.used = HEADER_BYTES
    return taken
  }

  private reserve(count: number): void {
    if (this.used + count <= this.bytes.length) return
    const larger = Buffer.from(new ArrayBuffer(Math.max(this.bytes.length * 2, this.used + count)))
    larger.set(this.bytes.subarray(0, this.used))
    this.bytes = larger
    this.view = viewOf(larger)
  }
}

function viewOf(bytes: Buffer): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** Reads the whole of a `COPY ... TO STDOUT (FORMAT binary)`, value after value. */
export class BinaryReader {
  private readonly bytes: Buffer
  private at = HEADER_BYTES

  constructor(bytes: Uint8Array) {
    this.bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  /** Steps to the next row; false behind the last. */
  next(): boolean {
    const fields = this.bytes.readInt16BE(this.at)
    this.at += 2
    return fields !== NULL
  }

  double(): number | null {
    if (this.length() === NULL) return null
    this.at += 8
    return this.bytes.readDoubleBE(this.at - 8)
  }

  integer(): number {
    this.length()
    this.at += 8
    return this.bytes.readInt32BE(this.at - 8) * 2 ** 32 + this.bytes.readUInt32BE(this.at - 4)
  }

  text(): string | null {
    const length = this.length()
    if (length === NULL) return null
    this.at += length
    return this.bytes.toString('utf8', this.at - length, this.at)
  }

  json(): unknown {
    const length = this.length()
    this.at += length
    return JSON.parse(this.bytes.toString('utf8', this.at - length + 1, this.at))
  }

  private length(): number {
    this.at += 4
    return this.bytes.readInt32BE(this.at - 4)
  }
}
