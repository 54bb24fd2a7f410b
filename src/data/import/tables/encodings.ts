/** How the text of a file is written. UTF-32 is known to decode, although Node has no name for it. */
export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'utf-32le' | 'utf-32be'

const SHARE_MIN = 0.9

/** The encoding of a text by its first bytes; undefined where it is no text. */
export function encodingOf(sample: Buffer): Encoding | undefined {
  const [a, b, c, d] = sample
  if (a === 0xff && b === 0xfe) return c === 0 && d === 0 ? 'utf-32le' : 'utf-16le'
  if (a === 0xfe && b === 0xff) return 'utf-16be'
  if (a === 0 && b === 0 && c === 0xfe && d === 0xff) return 'utf-32be'
  if (!sample.includes(0)) return 'utf-8'
  return unmarked(sample)
}

/** Without a mark, text of digits shows by where its zeros stand. */
function unmarked(sample: Buffer): Encoding | undefined {
  const zeros = [0, 0, 0, 0]
  const length = Math.min(sample.length - (sample.length % 4), 4096)
  for (let i = 0; i < length; i++) if (sample[i] === 0) zeros[i % 4]!++
  const isZero = zeros.map(count => length > 0 && count >= (length / 4) * SHARE_MIN)
  const isFull = zeros.map(count => count <= (length / 4) * (1 - SHARE_MIN))
  const fits = (pattern: string): boolean =>
    [...pattern].every((c, i) => (c === '0' ? isZero[i] : isFull[i]))
  if (fits('x000')) return 'utf-32le'
  if (fits('000x')) return 'utf-32be'
  if (fits('x0x0')) return 'utf-16le'
  return fits('0x0x') ? 'utf-16be' : undefined
}

/** The text of chunks in UTF-8. */
export async function* recode(
  chunks: AsyncIterable<Buffer>,
  encoding: Encoding,
): AsyncIterable<Buffer> {
  if (encoding === 'utf-8') yield* chunks
  else if (encoding === 'utf-16le' || encoding === 'utf-16be') {
    const decoder = new TextDecoder(encoding)
    for await (const chunk of chunks) yield Buffer.from(decoder.decode(chunk, { stream: true }))
    yield Buffer.from(decoder.decode())
  } else yield* recode32(chunks, encoding)
}

async function* recode32(
  chunks: AsyncIterable<Buffer>,
  encoding: 'utf-32le' | 'utf-32be',
): AsyncIterable<Buffer> {
  let rest = Buffer.alloc(0)
  for await (const chunk of chunks) {
    const bytes = Buffer.concat([rest, chunk])
    const whole = bytes.length - (bytes.length % 4)
    yield Buffer.from(decode32(bytes.subarray(0, whole), encoding))
    rest = bytes.subarray(whole)
  }
}

const POINT_MAX = 0x10ffff

function decode32(bytes: Buffer, encoding: 'utf-32le' | 'utf-32be'): string {
  const points: string[] = []
  for (let i = 0; i + 4 <= bytes.length; i += 4) {
    const point = encoding === 'utf-32le' ? bytes.readUInt32LE(i) : bytes.readUInt32BE(i)
    points.push(point > POINT_MAX ? '\uFFFD' : String.fromCodePoint(point))
  }
  return points.join('')
}
