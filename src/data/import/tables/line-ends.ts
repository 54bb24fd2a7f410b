const RETURN = 13
const FEED = 10

/** Bytes with `\n` at the end of every line, whichever ends they had, mixed ones included. */
export class LineEnds {
  private wasReturn = false
  /** Whether the bytes so far end with that of a line. */
  isAtEnd = true

  take(chunk: Buffer): Buffer {
    if (chunk.length === 0) return chunk
    const bytes = this.wasReturn || chunk.includes(RETURN) ? this.mend(chunk) : chunk
    if (bytes.length > 0) this.isAtEnd = bytes[bytes.length - 1] === FEED
    return bytes
  }

  private mend(chunk: Buffer): Buffer {
    const mended = Buffer.allocUnsafe(chunk.length)
    let length = 0
    for (const byte of chunk) {
      const isSecond = byte === FEED && this.wasReturn
      this.wasReturn = byte === RETURN
      if (!isSecond) mended[length++] = byte === RETURN ? FEED : byte
    }
    return mended.subarray(0, length)
  }
}
