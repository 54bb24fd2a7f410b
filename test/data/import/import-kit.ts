import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect } from 'vitest'
import type { Candles } from '../../../src/core/candles/candles.js'
import { AppError } from '../../../src/core/errors.js'
import {
  type CandleLibrary,
  createCandleLibrary,
} from '../../../src/data/candles/candle-library.js'
import { type Database, openDatabase } from '../../../src/data/store/database.js'
import { importFiles, type ImportReport } from '../../../src/data/import/import.js'
import type { ImportOptions } from '../../../src/data/import/tables/options.js'

/** An embedded database in a folder of its own, for the tests of one file. */
export interface ImportKit {
  readonly folder: string
  readonly library: CandleLibrary
  /** Writes a file into the folder; its path. */
  write(name: string, content: string | Uint8Array): string
  /** Imports into a fresh symbol, unless the options name one. */
  run(files: string | readonly string[], options?: Partial<ImportOptions>): Promise<Imported>
}

interface Imported {
  readonly report: ImportReport
  readonly candles: Candles
}

export function importKit(): ImportKit {
  const folder = mkdtempSync(join(tmpdir(), 'assay-import-'))
  let database: Promise<Database> | undefined
  const open = (): Promise<Database> => (database ??= openDatabase({ folder }))
  const library = createCandleLibrary({ home: folder, embedded: true, database: open })
  let symbols = 0
  beforeAll(async () => void (await open()))
  afterAll(async () => {
    await (await database)?.close()
    rmSync(folder, { recursive: true, force: true })
  })
  return {
    folder,
    library,
    write: (name, content) => {
      const file = join(folder, name)
      writeFileSync(file, content)
      return file
    },
    run: async (files, options = {}) => {
      const key = options.key ?? { symbol: `TEST${symbols++}-USD`, timeframe: '1m' }
      const list = typeof files === 'string' ? [files] : files
      const report = await importFiles(list, { ...options, key }, { library })
      return { report, candles: (await library.load(key.symbol, key.timeframe)).candles }
    },
  }
}

/** The error that an import must end with. */
export async function refusal(work: Promise<unknown>): Promise<AppError> {
  try {
    await work
  } catch (error) {
    if (error instanceof AppError) return error
    throw error
  }
  throw new Error('the import was expected to be refused')
}

/** Minute candles as CSV rows, without a header. */
export function csvRows(count: number, since = 1_700_000_040_000, stepMs = 60_000): string[] {
  return Array.from({ length: count }, (_, i) => {
    const open = 100 + i
    return [since + i * stepMs, open, open + 2, open - 1, open + 1, 5 + i].join(',')
  })
}

export const HEADER = 'timestamp,open,high,low,close,volume'

/** One made-up candle; numbers as text. */
export interface MadeCandle {
  readonly time: number
  readonly open: string
  readonly high: string
  readonly low: string
  readonly close: string
  readonly volume: string
}

/** 2024-01-01, a Monday. */
export const MONDAY = Date.UTC(2024, 0, 1)

/** Candles of a market that goes up and down, each opening at the close before. */
export function walk(
  count: number,
  { stepMs = 3_600_000, since = MONDAY, price = 100 } = {},
): MadeCandle[] {
  let close = price * 100
  return Array.from({ length: count }, (_, i) => {
    const open = close
    close = open + Math.round((((i * 7919) % 13) - 6) * price * 0.03) + (i % 2 === 0 ? 7 : -5)
    const high = Math.max(open, close) + 3 + ((i * 31) % 11)
    const low = Math.min(open, close) - 3 - ((i * 17) % 11)
    const [o, h, l, c] = [open, high, low, close].map(units => (units / 100).toFixed(2))
    const volume = (40 + ((i * 37) % 61) + 0.5371).toFixed(4)
    return { time: since + i * stepMs, open: o!, high: h!, low: l!, close: c!, volume }
  })
}

/** The same candles as a file of separated values. */
export function csvOf(
  candles: readonly MadeCandle[],
  header: string,
  line: (candle: MadeCandle, i: number) => string,
): string {
  return `${[...(header === '' ? [] : [header]), ...candles.map(line)].join('\n')}\n`
}

/** Open, high, low, close and volume of a made candle, separated by commas. */
export function pricesOf({ open, high, low, close, volume }: MadeCandle): string {
  return [open, high, low, close, volume].join(',')
}

/** `2024-01-01 09:00:00` */
export function isoOf(time: number, separator = ' '): string {
  return new Date(time).toISOString().slice(0, 19).replace('T', separator)
}

/** What must have been read of made candles, column by column. */
export function expectRead(
  read: Candles,
  made: readonly MadeCandle[],
  options: { readonly hasVolume?: boolean } = {},
): void {
  expect(Array.from(read.time.subarray(0, read.length))).toEqual(made.map(({ time }) => time))
  for (const name of ['open', 'high', 'low', 'close'] as const) {
    const expected = made.map(candle => Number(candle[name]))
    expect(Array.from(read[name].subarray(0, read.length)), name).toEqual(expected)
  }
  if (options.hasVolume === false) return
  const volumes = made.map(({ volume }) => Number(volume))
  expect(Array.from(read.volume.subarray(0, read.length)), 'volume').toEqual(volumes)
}
