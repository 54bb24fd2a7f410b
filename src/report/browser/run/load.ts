import { TRADE_COLUMNS, type PackedColumn, type Payload, type TradeColumn } from './payload.js'
import { restorePrices, unpackCodes, unpackColumn, valuesOf } from './unpack.js'

/** The run's candles, equity and indicators, a column a field. */
export interface Market {
  /** Open times, UTC milliseconds. */
  readonly time: Float64Array
  readonly open: Float64Array
  readonly high: Float64Array
  readonly low: Float64Array
  readonly close: Float64Array
  readonly volume: Float64Array
  readonly equity: Float64Array
  readonly indicators: readonly Float64Array[]
}

/** Resting orders and their fills, by index of the candles; a column a field. */
export interface OrderData {
  readonly lines: Readonly<Record<'side' | 'price' | 'from' | 'to', Float64Array>>
  readonly fills: Readonly<Record<'side' | 'price' | 'at', Float64Array>>
}

export type TradeData = Readonly<Record<TradeColumn, Float64Array>>

/** Reads the header that stands in the page. */
export function readPayload(): Payload {
  return JSON.parse(textOf('payload')) as Payload
}

/** The trades, which are few beside the candles. */
export async function loadTrades(payload: Payload): Promise<TradeData> {
  const names = Object.keys(TRADE_COLUMNS) as TradeColumn[]
  const columns = await Promise.all(names.map(name => loadColumn(payload, `trade-${name}`)))
  return Object.fromEntries(names.map((name, k) => [name, columns[k]!])) as TradeData
}

/** The resting orders, few or none in most runs. */
export async function loadOrders(payload: Payload): Promise<OrderData> {
  const load = (id: string): Promise<Float64Array> => loadColumn(payload, id)
  const [side, price, from, to] = await Promise.all(
    ['order-side', 'order-price', 'order-from', 'order-to'].map(load),
  )
  const [fillSide, fillPrice, at] = await Promise.all(
    ['fill-side', 'fill-price', 'fill-at'].map(load),
  )
  return {
    lines: { side: side!, price: price!, from: from!, to: to! },
    fills: { side: fillSide!, price: fillPrice!, at: at! },
  }
}

/** The candles and all that goes with them. */
export async function loadMarket(payload: Payload): Promise<Market> {
  const load = (id: string): Promise<Float64Array> => loadColumn(payload, id)
  const [prices, volume, equity, gapAt, gapLength, indicators] = await Promise.all([
    loadPrices(payload),
    load('volume'),
    load('equity'),
    load('gap-at'),
    load('gap-length'),
    Promise.all(payload.indicators.map((_, k) => load(`indicator-${k}`))),
  ])
  const time = timesOf(payload, gapAt, gapLength)
  return { time, ...prices, volume, equity, indicators }
}

function timesOf(payload: Payload, at: Float64Array, length: Float64Array): Float64Array {
  const time = new Float64Array(payload.candles)
  let now = payload.firstTime
  let gap = 0
  for (let i = 0; i < time.length; i++) {
    if (i > 0) now += at[gap] === i ? length[gap++]! : payload.timeframeMs
    time[i] = now
  }
  return time
}

type Prices = Pick<Market, 'open' | 'high' | 'low' | 'close'>

async function loadPrices(payload: Payload): Promise<Prices> {
  if (!payload.linkedPrices) {
    const load = (id: string): Promise<Float64Array> => loadColumn(payload, id)
    const [open, high, low, close] = await Promise.all([
      load('open'),
      load('high'),
      load('low'),
      load('close'),
    ])
    return { open, high, low, close }
  }
  const load = async (id: string): Promise<Int32Array> => {
    const column = find(payload, id)
    return unpackCodes(column, await planesOf(column))
  }
  const [open, high, low, close] = await Promise.all([
    load('open'),
    load('high'),
    load('low'),
    load('close'),
  ])
  restorePrices({ open, high, low, close })
  const { scale } = find(payload, 'open')
  return {
    open: valuesOf(open, scale),
    high: valuesOf(high, scale),
    low: valuesOf(low, scale),
    close: valuesOf(close, scale),
  }
}

async function loadColumn(payload: Payload, id: string): Promise<Float64Array> {
  const column = find(payload, id)
  return unpackColumn(column, await planesOf(column))
}

function find(payload: Payload, id: string): PackedColumn {
  const column = payload.columns.find(candidate => candidate.id === id)
  if (!column) throw new Error(`the page lacks its column ${id}`)
  return column
}

function planesOf(column: PackedColumn): Promise<Uint8Array[]> {
  const lines = textOf(`column-${column.id}`, true).split('\n')
  return Promise.all(
    column.planes.map(async ({ deflated }, k) => {
      const data = decodeBase64(lines[k]!)
      return deflated ? await inflate(data, column.length) : data
    }),
  )
}

async function inflate(data: Uint8Array<ArrayBuffer>, length: number): Promise<Uint8Array> {
  const stream = new Blob([data]).stream().pipeThrough(new DecompressionStream('deflate-raw'))
  const plane = new Uint8Array(await new Response(stream).arrayBuffer())
  if (plane.length !== length) throw new Error('a column of this page is damaged')
  return plane
}

function decodeBase64(text: string): Uint8Array<ArrayBuffer> {
  const quick = (Uint8Array as { fromBase64?: (text: string) => Uint8Array<ArrayBuffer> })
    .fromBase64
  if (quick) return quick.call(Uint8Array, text)
  const binary = atob(text)
  const bytes = new Uint8Array(binary.length)
  for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i)
  return bytes
}

/** The text of a block; `once` frees it, because a million candles are megabytes of it. */
function textOf(id: string, once = false): string {
  const element = document.getElementById(id)
  if (!element) throw new Error(`the page lacks its block ${id}`)
  const text = element.textContent
  if (once) element.remove()
  return text
}
