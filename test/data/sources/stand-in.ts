import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { deflateRawSync, crc32 } from 'node:zlib'

/** A candle of the series behind a stand-in; numbers as the venue writes them. */
export interface TrueCandle {
  readonly time: number
  readonly open: string
  readonly high: string
  readonly low: string
  readonly close: string
  readonly volume: string
  readonly quoteVolume: string
  /** Without trades: told flat, or left out. */
  readonly isEmpty: boolean
}

const MINUTE = 60_000

/** A series that is the same on every machine: a walk in cents, some minutes without trades. */
export function trueSeries(options: {
  readonly since: number
  readonly count: number
  readonly stepMs?: number
  readonly seed?: number
  /** Opens at which the venue has no candle at all. */
  readonly missing?: ReadonlySet<number>
}): TrueCandle[] {
  const { since, count, stepMs = MINUTE, seed = 1, missing } = options
  let state = seed >>> 0
  const random = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
  let cents = 14_250
  const candles: TrueCandle[] = []
  for (let i = 0; i < count; i++) {
    const time = since + i * stepMs
    const isEmpty = i % 97 === 41
    const open = cents
    if (!isEmpty) cents = Math.max(100, cents + Math.round((random() - 0.5) * 60))
    const high = isEmpty ? open : Math.max(open, cents) + Math.floor(random() * 20)
    const low = isEmpty ? open : Math.min(open, cents) - Math.floor(random() * 20)
    const thousandths = isEmpty ? 0 : Math.floor(random() * 900_000) + 1000
    if (missing?.has(time)) continue
    candles.push({
      time,
      open: text(open, 2),
      high: text(high, 2),
      low: text(low, 2),
      close: text(cents, 2),
      volume: text(thousandths, 3),
      quoteVolume: text(Math.round((thousandths * (high + low)) / 2), 5),
      isEmpty,
    })
  }
  return candles
}

function text(units: number, decimals: number): string {
  const digits = String(units).padStart(decimals + 1, '0')
  return `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`
}

/** What a request asks for, whatever its venue. */
export interface AskedRows {
  readonly market: string
  readonly stepMs: number
  /** Half-open. */
  readonly since: number
  readonly until: number
  readonly limit: number
}

/** How a venue is asked and how it answers, as its documentation has it. */
export interface VenueShape {
  readonly source: string
  readonly market: string
  /** Rows that an answer has at most. */
  readonly page: number
  readonly newestFirst: boolean
  readonly leavesOutEmpty: boolean
  /** Undefined for another address of the venue. */
  readonly parse: (url: URL) => AskedRows | undefined
  readonly body: (rows: readonly TrueCandle[], context: ShapeContext) => string
  readonly unknownMarket: Reply
  readonly tooMany: Reply
}

export interface ShapeContext {
  readonly now: number
  readonly stepMs: number
}

export interface Reply {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body: string | Buffer
  /** Sends this much of the body, and cuts the connection. */
  readonly cutAt?: number
  /** Never answers. */
  readonly hangs?: boolean
  /** Answers then. */
  readonly after?: Promise<void>
}

/** Takes the place of an answer, or changes its rows; undefined leaves it as it is. */
export type Fault = (asked: {
  readonly url: URL
  readonly count: number
  readonly rows: readonly TrueCandle[]
}) => Reply | { readonly rows: readonly TrueCandle[] } | undefined

/** A venue on a loopback address, with a clock of its own, that counts what it is asked. */
export class StandIn {
  readonly requests: URL[] = []
  fault: Fault = () => undefined
  now: number
  /** Most requests that were under way at once. */
  parallel = 0
  headers: Readonly<Record<string, string>> | undefined
  private underWay = 0
  private server: Server | undefined
  private scheme = 'http'
  readonly shape: VenueShape
  series: readonly TrueCandle[]

  constructor(shape: VenueShape, series: readonly TrueCandle[], now: number) {
    this.shape = shape
    this.series = series
    this.now = now
  }

  get address(): string {
    return `${this.scheme}://127.0.0.1:${(this.server!.address() as AddressInfo).port}`
  }

  /** @param tls a key and a certificate, for an address that begins with https */
  async start(tls?: { readonly key: string; readonly cert: string }): Promise<this> {
    const answer = (request: IncomingMessage, response: ServerResponse): void =>
      void this.answer(request, response)
    this.server = tls === undefined ? createServer(answer) : createTlsServer(tls, answer)
    this.scheme = tls === undefined ? 'http' : 'https'
    await new Promise<void>(resolve => this.server!.listen(0, '127.0.0.1', resolve))
    return this
  }

  async stop(): Promise<void> {
    this.server?.closeAllConnections()
    await new Promise(resolve => this.server?.close(resolve))
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url!, 'http://stand-in')
    this.requests.push(url)
    this.parallel = Math.max(this.parallel, ++this.underWay)
    const reply = this.reply(url)
    if (reply.hangs === true) return
    await reply.after
    this.underWay--
    send(response, reply, { date: new Date(this.now).toUTCString(), ...this.headers })
  }

  private reply(url: URL): Reply {
    const asked = this.shape.parse(url)
    const file = this.file(url)
    const rows = asked === undefined ? [] : this.rows(asked)
    const fault = this.fault({ url, count: this.requests.length, rows })
    if (fault !== undefined && 'status' in fault) return fault
    if (file !== undefined) return file
    if (asked === undefined) return { status: 404, body: 'not found' }
    if (asked.market !== this.shape.market) return this.shape.unknownMarket
    return this.page(fault?.rows ?? rows, asked)
  }

  private rows({ since, until, limit, stepMs }: AskedRows): readonly TrueCandle[] {
    const { newestFirst, leavesOutEmpty, page } = this.shape
    const known = stepMs === MINUTE ? this.series : coarser(this.series, stepMs)
    const within = known.filter(
      candle =>
        candle.time >= since &&
        candle.time < until &&
        candle.time <= this.now &&
        !(leavesOutEmpty && candle.isEmpty),
    )
    const most = Math.min(limit, page)
    return newestFirst ? within.slice(-most).reverse() : within.slice(0, most)
  }

  private page(rows: readonly TrueCandle[], { stepMs }: AskedRows): Reply {
    const body = this.shape.body(rows, { now: this.now, stepMs })
    return { status: 200, headers: { 'content-type': 'application/json' }, body }
  }

  /** Files as Binance publishes them: the whole day or month, once it is over. */
  private file(url: URL): Reply | undefined {
    const match =
      /\/data\/spot\/(daily|monthly)\/klines\/(\w+)\/1m\/\w+-1m-([\d-]+)\.zip(\.CHECKSUM)?$/.exec(
        url.pathname,
      )
    if (match === null) return undefined
    const [, kind, market, date, sum] = match
    const since = Date.parse(`${date}${kind === 'daily' ? '' : '-01'}T00:00:00Z`)
    const end = new Date(since)
    if (kind === 'daily') end.setUTCDate(end.getUTCDate() + 1)
    else end.setUTCMonth(end.getUTCMonth() + 1)
    const rows = this.series.filter(({ time }) => time >= since && time < end.getTime())
    if (rows.length === 0 || end.getTime() > this.now) return { status: 404, body: '<Error/>' }
    const unit = since >= Date.UTC(2025, 0, 1) ? 1000 : 1
    const csv = rows.map(row => archiveLine(row, unit)).join('\n')
    const name = `${market}-1m-${date}`
    const zip = zipOf(`${name}.csv`, Buffer.from(`${csv}\n`))
    if (sum === undefined) return { status: 200, headers: { etag: '"1"' }, body: zip }
    return { status: 200, body: `${sha256(zip)}  ${name}.zip\n` }
  }
}

function archiveLine(row: TrueCandle, unit: number): string {
  const { time, open, high, low, close, volume, quoteVolume } = row
  const end = (time + MINUTE) * unit - 1
  return [time * unit, open, high, low, close, volume, end, quoteVolume, 7, 0, 0, 0].join(',')
}

export function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/** Candles of a higher timeframe; of the last one, what there is so far. */
function coarser(series: readonly TrueCandle[], stepMs: number): readonly TrueCandle[] {
  const groups = new Map<number, TrueCandle[]>()
  for (const candle of series) {
    const open = candle.time - (candle.time % stepMs)
    groups.set(open, [...(groups.get(open) ?? []), candle])
  }
  return [...groups].map(([time, parts]) => {
    const pick = (name: 'high' | 'low', sign: number): string =>
      parts.reduce((a, b) => ((Number(b[name]) - Number(a[name])) * sign > 0 ? b : a))[name]
    const sum = (name: 'volume' | 'quoteVolume'): string =>
      parts.reduce((total, part) => total + Number(part[name]), 0).toFixed(5)
    return {
      time,
      open: parts[0]!.open,
      high: pick('high', 1),
      low: pick('low', -1),
      close: parts.at(-1)!.close,
      volume: sum('volume'),
      quoteVolume: sum('quoteVolume'),
      isEmpty: false,
    }
  })
}

/** An archive of one file. */
export function zipOf(name: string, content: Buffer): Buffer {
  const packed = deflateRawSync(content)
  const title = Buffer.from(name)
  const fields = Buffer.alloc(26)
  fields.writeUInt16LE(20, 0)
  fields.writeUInt16LE(8, 4)
  fields.writeUInt32LE(crc32(content), 10)
  fields.writeUInt32LE(packed.length, 14)
  fields.writeUInt32LE(content.length, 18)
  fields.writeUInt16LE(title.length, 22)
  const local = Buffer.concat([Buffer.from('PK\x03\x04'), fields, title, packed])
  const central = Buffer.concat([
    Buffer.from('PK\x01\x02'),
    Buffer.from([20, 0]),
    fields,
    Buffer.alloc(14),
    title,
  ])
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06', 'latin1')
  end.writeUInt16LE(1, 8)
  end.writeUInt16LE(1, 10)
  end.writeUInt32LE(central.length, 12)
  end.writeUInt32LE(local.length, 16)
  return Buffer.concat([local, central, end])
}

function send(
  response: ServerResponse,
  { status, headers, body, cutAt }: Reply,
  usual: Readonly<Record<string, string>>,
): void {
  const bytes = Buffer.from(body)
  response.writeHead(status, { ...usual, ...headers, 'content-length': bytes.length })
  if (cutAt === undefined) {
    response.end(bytes)
    return
  }
  response.write(bytes.subarray(0, cutAt), () => response.destroy())
}
