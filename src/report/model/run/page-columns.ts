import { promisify } from 'node:util'
import { constants, deflateRaw } from 'node:zlib'
import type { Candles } from '../../../core/candles/candles.js'
import {
  NO_VALUE,
  type Coding,
  type PackedColumn,
  type PackedPlane,
} from '../../browser/run/payload.js'
import type { PriceCodes } from '../../browser/run/unpack.js'

const deflate = promisify(deflateRaw)

/** A column ready to be written: its description, and each of its planes in base64. */
export interface PackedBlock {
  readonly column: PackedColumn
  readonly base64: readonly string[]
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
    codes[i] = value - value === 0 ? Math.round(value * scale) : NO_VALUE
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
  let decimals: number | null = sampledDecimals(candles)
  let codes = decimals === null ? null : linkPrices(candles, POWERS[decimals]!, true)
  if (codes === null && decimals !== null) {
    decimals = allDecimals(candles, decimals)
    codes = decimals === null ? null : linkPrices(candles, POWERS[decimals]!, true)
  }
  const scale = decimals === null ? roundingScale(candles) : POWERS[decimals]!
  if (scale === null) {
    const blocks = PRICES.map(name => packFloats(name, candles[name], 'float32'))
    return { linked: false, decimals, blocks }
  }
  const linked = codes ?? linkPrices(candles, scale, false)!
  return {
    linked: true,
    decimals,
    blocks: PRICES.map(name => packCodes(name, linked[name], scale)),
  }
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

/** Decimals that write some of the prices exactly; null where they are no decimals. */
function sampledDecimals(candles: Candles): number | null {
  const stride = Math.max(1, Math.floor(candles.length / 256))
  let decimals = 0
  for (let i = 0; i < candles.length; i += stride) decimals = decimalsAt(candles, i, decimals)
  return decimals > MAX_DECIMALS ? null : decimals
}

/** Decimals that write every price exactly, `least` or more of them. */
function allDecimals(candles: Candles, least: number): number | null {
  let decimals = least
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

/** The codes of all prices, each against another; null where `exact` is asked for and they have none. */
function linkPrices(candles: Candles, scale: number, exact: boolean): PriceCodes | null {
  const { open, high, low, close, length } = candles
  const make = (): Int32Array => new Int32Array(length)
  const codes = { open: make(), high: make(), low: make(), close: make() }
  let before = 0
  for (let i = 0; i < length; i++) {
    const first = Math.round(open[i]! * scale)
    const last = Math.round(close[i]! * scale)
    const top = Math.round(high[i]! * scale)
    const bottom = Math.round(low[i]! * scale)
    const isExact =
      first / scale === open[i] &&
      last / scale === close[i] &&
      top / scale === high[i] &&
      bottom / scale === low[i] &&
      Math.max(top, first, last) < CODE_LIMIT
    if (exact && !isExact) return null
    codes.open[i] = first - before
    codes.close[i] = last - first
    codes.high[i] = top - (first > last ? first : last)
    codes.low[i] = (first < last ? first : last) - bottom
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
  const folded = scratch(codes.length)
  let before = 0
  let bits = 0
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

/** Room for the values of one column, used by one call after the other. */
function scratch(length: number): Uint32Array {
  if (room.length < length) room = new Uint32Array(length)
  return room
}

let room = new Uint32Array(0)

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
  const described: PackedPlane[] = packed.map(({ deflated }) => ({ deflated }))
  return {
    column: { ...head, planes: described },
    base64: packed.map(({ data: { buffer, byteOffset, byteLength } }) =>
      Buffer.from(buffer, byteOffset, byteLength).toString('base64'),
    ),
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
