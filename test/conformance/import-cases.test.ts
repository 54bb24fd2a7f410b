import { importedKey } from '../../src/core/candles/symbols.js'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { formatTime } from '../../src/core/candles/time.js'
import { importKit, refusal } from '../data/import/import-kit.js'
import { type CaseFile, READ, REFUSED } from './import-cases.js'
import { DATA_FOLDER, describeWithData } from './shared-data.js'

/** Files made after those that people have, each with its right value; they stand beside the candles. */
const CASES_FOLDER = join(DATA_FOLDER, '../cases/data')

const titleOf = ({ file, said }: CaseFile): string =>
  said === undefined ? file : `${file} with ${JSON.stringify(said)}`

describeWithData('cases of files', () => {
  if (!existsSync(CASES_FOLDER)) return void it.skip('need the folder of cases', () => undefined)
  const kit = importKit()
  const run = async ({ file, symbol, timeframe, said }: CaseFile) => {
    const key = { symbol, timeframe }
    await kit.library.remove(importedKey(key))
    return kit.run(join(CASES_FOLDER, file), { ...said, key })
  }

  for (const expected of READ) {
    it.sequential(`${titleOf(expected)} is read`, async () => {
      const { candles, report } = await run(expected)
      expect(candles.length).toBe(expected.rows)
      const { open, high, low, close, volume } = candles
      const first = [open, high, low, close, volume].map(column => column[0])
      if (expected.first)
        expect([formatTime(candles.time[0]!).slice(0, 16), ...first]).toEqual(expected.first)
      if (expected.hash) expect(report.dataSet.dataHash.slice(0, 12)).toBe(expected.hash)
      if (expected.notes) expect(report.files[0]!.notes.join('. ')).toMatch(expected.notes)
      expect(report.files[0]!.findings.map(f => f.code)).toEqual(expected.findings ?? [])
    })
  }

  for (const expected of REFUSED) {
    it.sequential(`${titleOf(expected)} is refused with the next step`, async () => {
      const error = await refusal(run(expected))
      expect(error.code).toBe(expected.code)
      expect(error.message).toMatch(expected.message)
      expect(error.hint).toMatch(expected.hint)
    })
  }

  it('are all covered', () => {
    const covered = new Set([...READ, ...REFUSED].map(({ file }) => file))
    const files = readdirSync(CASES_FOLDER).flatMap(folder =>
      readdirSync(join(CASES_FOLDER, folder))
        .filter(name => name !== 'README.md')
        .map(name => `${folder}/${name}`),
    )
    expect(new Set(files)).toEqual(covered)
  })
})

/** Answers in the shape of each service, their rows, and what stands before the newest of them. */
const SHAPES: readonly (readonly [file: string, rows: number, volume?: number])[] = [
  ['binance/klines.json', 24],
  ['binance/klines-microsecond.json', 24],
  ['binance/ws-kline.jsonl', 23],
  ['birdeye/ohlcv-v1.json', 24],
  ['birdeye/ohlcv-v3.json', 24],
  ['bitfinex/candles-hist.json', 24],
  ['bybit/kline.json', 23],
  ['coinbase-advanced/candles.json', 24],
  ['coinbase-exchange/candles.json', 24],
  ['gate/candlesticks.json', 23],
  ['geckoterminal/ohlcv-minute.json', 24, 134742.87024 / 142.34],
  ['hyperliquid/candle-snapshot.json', 24],
  ['kraken/ohlc.json', 23],
  ['kraken/SOLUSD_1.csv', 24],
  ['kucoin/candles.json', 24],
  ['okx/history-candles.json', 23],
  ['pyth/history-udf.json', 24, 0],
]

describeWithData('answers of services', () => {
  const folder = join(DATA_FOLDER, 'source-shapes')
  const kit = importKit()
  const key = { symbol: 'SOL-USDC', timeframe: '1m' }

  for (const [file, rows, volume = 946.073] of SHAPES) {
    it.sequential(`${file} holds ${rows} candles`, async () => {
      await kit.library.remove(importedKey(key))
      const { candles } = await kit.run(join(folder, file), { key })
      expect(candles.length).toBe(rows)
      const { open, high, low, close } = candles
      const first = [open, high, low, close].map(column => column[0])
      expect(formatTime(candles.time[0]!)).toBe('2026-03-02T00:00:00Z')
      expect(first).toEqual([142.5, 142.64, 142.29, 142.34])
      expect(candles.volume[0]).toBeCloseTo(volume, 9)
    })
  }

  const errors = !existsSync(folder)
    ? []
    : readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
        file => /error|html/.test(file) && !file.endsWith('.zip'),
      )
  it.sequential.each(errors)('%s is refused as no table', async file => {
    const error = await refusal(kit.run(join(folder, file), { key }))
    expect(error.code).toMatch(/^IMPORT_(FORMAT|UNREADABLE)$/)
    expect(error.hint).not.toBe('')
  })
})
