import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { crc32, createInflateRaw } from 'node:zlib'

const CHUNK_BYTES = 1 << 18
const TRAILER_BYTES = 8
/** Longer than any name and comment that a header has. */
const HEADER_BYTES_MAX = 1 << 16

/**
 * The text of a gzip file, member after member, each held against its checksum.
 * @param onTrailing is told of bytes after the last member that are no gzip
 * @throws Error for damaged or cut off data
 */
export async function* gunzip(
  file: string,
  onTrailing: (bytes: number) => void,
): AsyncIterable<Buffer> {
  const handle = await open(file, 'r')
  try {
    const { size } = await handle.stat()
    const read = async (at: number, length: number): Promise<Buffer> => {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, at)
      return buffer.subarray(0, bytesRead)
    }
    let at = 0
    while (at < size) {
      const head = await read(at, HEADER_BYTES_MAX)
      if (at > 0 && !isGzip(head)) return reportTrailing(head, size - at, onTrailing)
      const start = at + headerLength(head)
      const member = new Member(file, start)
      yield* member.chunks()
      at = start + member.consumed + TRAILER_BYTES
      member.check(await read(at - TRAILER_BYTES, TRAILER_BYTES))
    }
  } finally {
    await handle.close()
  }
}

export function isGzip(bytes: Buffer): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b
}

/** Zeros fill up the last block of a tape, and say nothing. */
function reportTrailing(head: Buffer, bytes: number, onTrailing: (bytes: number) => void): void {
  if (head.some(byte => byte !== 0)) onTrailing(bytes)
}

/** The header of a member as RFC 1952 has it: https://www.rfc-editor.org/rfc/rfc1952#page-5 */
function headerLength(head: Buffer): number {
  if (head[2] !== 8) throw new Error('unknown compression method')
  const flags = head[3] ?? 0
  let at = 10
  if ((flags & 4) !== 0) at += 2 + head.readUInt16LE(at)
  for (const flag of [8, 16]) {
    if ((flags & flag) === 0) continue
    const end = head.indexOf(0, at)
    if (end < 0) throw new Error('incorrect header')
    at = end + 1
  }
  return (flags & 2) === 0 ? at : at + 2
}

/** One compressed stream within a file. */
class Member {
  consumed = 0
  private readonly file: string
  private readonly start: number
  private length = 0
  private checksum = 0

  constructor(file: string, start: number) {
    this.file = file
    this.start = start
  }

  async *chunks(): AsyncIterable<Buffer> {
    const bytes = createReadStream(this.file, { start: this.start, highWaterMark: CHUNK_BYTES })
    const text = bytes.pipe(createInflateRaw({ chunkSize: CHUNK_BYTES }))
    bytes.on('error', error => text.destroy(error))
    try {
      for await (const chunk of text as AsyncIterable<Buffer>) {
        this.length += chunk.length
        this.checksum = crc32(chunk, this.checksum)
        yield chunk
      }
      this.consumed = text.bytesWritten
    } finally {
      bytes.destroy()
      text.destroy()
    }
  }

  check(trailer: Buffer): void {
    if (trailer.length < TRAILER_BYTES) throw new Error('unexpected end of file')
    if (trailer.readUInt32LE(0) !== this.checksum) throw new Error('incorrect data check')
    if (trailer.readUInt32LE(4) !== this.length % 2 ** 32) throw new Error('incorrect length check')
  }
}
