import { promisify } from 'node:util'
import { constants, deflateRaw } from 'node:zlib'
import type { Candles } from '../core/candles.js'
import { NO_VALUE, type Coding, type PackedColumn, type PackedPlane } from './page/payload.js'
import type { PriceCodes } from './page/unpack.js'

const deflate = promisify(deflateRaw)

/** A column ready to be written: its description, and its planes one after the other in base64. */
export interface PackedBlock {
  readonly column: PackedColumn
  readonly base64: string
}

const CODE_LIMIT = 2 ** 30
const MAX_DECIMALS = 9

/** Numbers as whole multiples of `1 / scale`, rounded; what is not finite has no value. */
export function packRounded(
  id: string,
  values: ArrayLike<number>,
  scale: number,
  coding: 'delta' | 'plain' = 'delta',
): Promise<PackedBlock> {
  const codes = new Int32Array(values.length)
  for (let i = 0; i < codes.length; i++) {
    const value = values[i]!
    codes[i] = Number.isFinite(value) ? Math.round(value * scale) : NO_VALUE
  }
  return packCodes(id, codes, scale, coding)
}

/** IEEE doubles or singles, the first `keep` bytes of each: 3 of a single are 16 bits of precision. */
export function packFloats(
  id: string,
  values: ArrayLike<number>,
  coding: 'float32' | 'float64',
  keep = coding === 'float32' ? 4 : 8,
): Promise<PackedBlock> {
  const width = coding === 'float32' ? 4 : 8
  const numbers = coding === 'float32' ? Float32Array.from(values) : Float64Array.from(values)
  const bytes = new Uint8Array(numbers.buffer)
  if (keep === 3) roundTo24(new Uint32Array(numbers.buffer))
  const planes = Array.from({ length: keep }, (_, k) => {
    const plane = new Uint8Array(values.length)
    let at = width - 1 - k
    for (let i = 0; i < plane.length; i++, at += width) plane[i] = bytes[at]!
    return plane
  })
  return finishBlock({ id, length: values.length, coding, scale: 1 }, planes)
}

/** Open, high, low and close: as decimals where they are such, against each other; else rounded. */
export function packPrices(candles: Candles): {
  readonly linked: boolean
  readonly decimals: number | null
  readonly blocks: readonly Promise<PackedBlock>[]
} {
  const decimals = priceDecimals(candles)
  const scale = decimals === null ? roundingScale(candles) : 10 ** decimals
  if (scale === null) {
    const blocks = PRICES.map(name => packFloats(name, candles[name], 'float32'))
    return { linked: false, decimals, blocks }
  }
  const codes = linkPrices(candles, scale)
  return { linked: true, decimals, blocks: PRICES.map(name => packCodes(name, codes[name], scale)) }
}

/** A power of ten by which the largest of `values` keeps about `digits` digits. */
export function scaleFor(values: ArrayLike<number>, digits: number): number {
  let largest = 0
  for (let i = 0; i < values.length; i++) {
    const size = Math.abs(values[i]!)
    if (size > largest && size < Infinity) largest = size
  }
  return largest === 0 ? 1 : 10 ** (digits - 1 - Math.floor(Math.log10(largest)))
}

const PRICES = ['open', 'high', 'low', 'close'] as const

/** Decimals with which every price is written exactly; null where they are no such decimals. */
function priceDecimals(candles: Candles): number | null {
  const stride = Math.max(1, Math.floor(candles.length / 256))
  let decimals = 0
  for (let i = 0; i < candles.length; i += stride) decimals = decimalsAt(candles, i, decimals)
  for (let i = 0; i < candles.length && decimals <= MAX_DECIMALS; i++) {
    decimals = decimalsAt(candles, i, decimals)
  }
  return decimals > MAX_DECIMALS ? null : decimals
}

function decimalsAt(candles: Candles, i: number, least: number): number {
  let decimals = decimalsOf(candles.open[i]!, least)
  decimals = decimalsOf(candles.high[i]!, decimals)
  decimals = decimalsOf(candles.low[i]!, decimals)
  return decimalsOf(candles.close[i]!, decimals)
}

function decimalsOf(price: number, least: number): number {
  let decimals = least
  while (decimals <= MAX_DECIMALS) {
    const scale = POWERS[decimals]!
    const code = Math.round(price * scale)
    if (code >= CODE_LIMIT) return MAX_DECIMALS + 1
    if (code / scale === price) return decimals
    decimals += 1
  }
  return decimals
}

const POWERS = Array.from({ length: MAX_DECIMALS + 2 }, (_, k) => 10 ** k)

/** A scale that keeps 8 digits of the largest price and 5 of the smallest; null where none does. */
function roundingScale(candles: Candles): number | null {
  const scale = scaleFor(candles.high, 8)
  let least = Infinity
  for (let i = 0; i < candles.length; i++) if (candles.low[i]! < least) least = candles.low[i]!
  return least * scale < 10_000 ? null : scale
}

function linkPrices(candles: Candles, scale: number): PriceCodes {
  const make = (): Int32Array => new Int32Array(candles.length)
  const codes = { open: make(), high: make(), low: make(), close: make() }
  let before = 0
  for (let i = 0; i < candles.length; i++) {
    const first = Math.round(candles.open[i]! * scale)
    const last = Math.round(candles.close[i]! * scale)
    codes.open[i] = first - before
    codes.close[i] = last - first
    codes.high[i] = Math.round(candles.high[i]! * scale) - Math.max(first, last)
    codes.low[i] = Math.min(first, last) - Math.round(candles.low[i]! * scale)
    before = last
  }
  return codes
}

function packCodes(
  id: string,
  codes: Int32Array,
  scale: number,
  coding: 'delta' | 'plain' = 'plain',
): Promise<PackedBlock> {
  const step = coding === 'delta' ? 1 : 0
  const folded = new Uint32Array(codes.length)
  let [before, bits] = [0, 0]
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i]!
    const change = (code - before * step) | 0
    const zigzag = (change << 1) ^ (change >> 31)
    folded[i] = zigzag
    bits |= zigzag
    before = code
  }
  const count = Math.ceil((32 - Math.clz32(bits)) / 8)
  const planes = Array.from({ length: count }, (_, k) => {
    const plane = new Uint8Array(codes.length)
    for (let i = 0; i < plane.length; i++) plane[i] = folded[i]! >>> (k * 8)
    return plane
  })
  return finishBlock({ id, length: codes.length, coding, scale }, planes)
}

/** Rounds singles to their upper 24 bits. */
function roundTo24(bits: Uint32Array): void {
  for (let i = 0; i < bits.length; i++) bits[i] = bits[i]! + 0x80
}

/** Deflates in the thread pool. Run-length matching: the planes are noise or long runs of zero. */
async function finishBlock(
  head: { id: string; length: number; coding: Coding; scale: number },
  planes: readonly Uint8Array[],
): Promise<PackedBlock> {
  const packed = await Promise.all(planes.map(deflatePlane))
  const described: PackedPlane[] = packed.map(({ deflated, data }) => ({
    deflated,
    bytes: data.length,
  }))
  return {
    column: { ...head, planes: described },
    base64: Buffer.concat(packed.map(plane => plane.data)).toString('base64'),
  }
}

async function deflatePlane(plane: Uint8Array): Promise<{ deflated: boolean; data: Uint8Array }> {
  const data = await deflate(plane, {
    level: 1,
    strategy: constants.Z_RLE,
    memLevel: 9,
    chunkSize: Math.max(1024, plane.length),
  })
  return data.length < plane.length * 0.98
    ? { deflated: true, data }
    : { deflated: false, data: plane }
}
