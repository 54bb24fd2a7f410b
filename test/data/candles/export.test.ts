import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Candles } from '../../../src/core/candles/candles.js'
import type { DataSetKey } from '../../../src/core/ports/market/candles.js'
import { exportText } from '../../../src/data/candles/export.js'
import { exportFile } from '../../../src/data/files/export-file.js'
import { resampleData } from '../../../src/data/candles/resample-data.js'
import { csvRows, HEADER, importKit, refusal } from '../import/import-kit.js'

const kit = importKit()
const rows = ['0.000028530000000001', '81.1841927058512', '100.50'].map(
  (price, i) =>
    `2024-01-01T00:0${i}:00Z,${price},${price},${price},${price},${i === 2 ? '' : price}`,
)
const CSV = [HEADER, ...rows, ''].join('\n')

describe('exporting', { shuffle: false }, () => {
  const key = { symbol: 'EXPORT', timeframe: '1m', source: 'file' }
  const stored = async (): Promise<{ key: DataSetKey; candles: Candles }> => ({
    key,
    candles: (await kit.library.load(key.symbol, key.timeframe)).candles,
  })

  it('writes the decimals that came in, and what it writes imports to the same', async () => {
    const { report } = await kit.run(kit.write('in.csv', CSV), { key })
    const repository = await kit.library.repository()
    for (const format of ['csv', 'json'] as const) {
      const file = join(kit.folder, `out.${format}`)
      await exportFile(exportText(repository, await stored(), format), file, { overwrite: false })
      if (format === 'csv') expect(readFileSync(file, 'utf8')).toBe(CSV)
      const again = await kit.run(file, {
        key: { symbol: `AGAIN-${format}`.toUpperCase(), timeframe: '1m' },
      })
      expect(again.report.dataSet.dataHash).toBe(report.dataSet.dataHash)
      expect((await kit.run(file, { key })).report, 'nothing new').toMatchObject({
        imported: 0,
        unchanged: 3,
      })
    }
  })

  it('writes a range', async () => {
    const since = Date.parse('2024-01-01T00:01:00Z')
    let text = ''
    for await (const part of exportText(await kit.library.repository(), await stored(), 'csv', {
      since,
      until: since + 60_000,
    }))
      text += part
    expect(text).toBe([HEADER, rows[1], ''].join('\n'))
  })

  it('writes no row that is not what the hash was made of, and none but all of them', async () => {
    const repository = await kit.library.repository()
    const { candles } = await stored()
    const text = async (known: Candles, range = {}): Promise<string> => {
      let written = ''
      for await (const part of exportText(repository, { key, candles: known }, 'csv', range))
        written += part
      return written
    }
    const other = { ...candles, low: candles.low.map((low, i) => (i === 1 ? low * 0.9 : low)) }
    const error = await refusal(text(other))
    expect(error.code).toBe('DATA_CHANGED')
    expect(error.message).toContain('the one of 2024-01-01T00:01:00')
    expect((await text(other, { since: candles.time[2]! })).split('\n')).toHaveLength(3)
    const fewer = { ...candles, length: 2 }
    expect((await refusal(text(fewer))).code).toBe('DATA_CHANGED')
    const more = {
      ...candles,
      length: 4,
      time: Float64Array.of(...candles.time, candles.time[2]! + 60_000),
    }
    expect((await refusal(text(more))).code).toBe('DATA_CHANGED')
  })

  it('refuses a range without candles, and writes nothing', async () => {
    const repository = await kit.library.repository()
    for (const format of ['csv', 'json'] as const) {
      const file = join(kit.folder, `nothing.${format}`)
      const text = exportText(repository, await stored(), format, { until: 0 })
      const error = await refusal(exportFile(text, file, { overwrite: false }))
      expect(error.code).toBe('NO_CANDLES')
      expect(error.exitCode).toBe(2)
      expect(existsSync(file)).toBe(false)
    }
  })

  it('overwrites only when told and leaves nothing of what failed', async () => {
    const text = async function* (): AsyncIterable<string> {
      yield await Promise.resolve('x')
      throw new Error('lost')
    }
    const file = join(kit.folder, 'taken.csv')
    await exportFile(exportText(await kit.library.repository(), await stored(), 'csv'), file, {
      overwrite: false,
    })
    const error = await refusal(exportFile(text(), file, { overwrite: false }))
    expect(error.code).toBe('FILE_EXISTS')
    await expect(
      exportFile(text(), join(kit.folder, 'new.csv'), { overwrite: true }),
    ).rejects.toThrow('lost')
    const repository = await kit.library.repository()
    const folder = await refusal(exportFile(text(), kit.folder, { overwrite: true }))
    expect([folder.code, folder.message]).toEqual(['FILE_EXISTS', `"${kit.folder}" is a folder`])
    const known = await stored()
    const whole = (): AsyncIterable<string> => exportText(repository, known, 'csv')
    const nowhere = join(kit.folder, 'none', 'new.csv')
    expect((await refusal(exportFile(whole(), nowhere, { overwrite: false }))).code).toBe('DISK')
    expect(existsSync(join(kit.folder, 'new.csv'))).toBe(false)
  })

  it('resamples into a data set of its own', async () => {
    const minutes = { symbol: 'RESAMPLE', timeframe: '1m' }
    await kit.run(
      kit.write('minutes.csv', [HEADER, ...csvRows(120, 1_700_002_800_000)].join('\n')),
      { key: minutes },
    )
    const { dataSet: hours } = await resampleData(kit.library, minutes, '1h', { replace: false })
    expect(hours).toMatchObject({
      symbol: 'RESAMPLE',
      timeframe: '1h',
      count: 2,
      first: 1_700_002_800_000,
    })
    const { candles } = await kit.library.load('RESAMPLE', '1h')
    expect([candles.open[0], candles.high[0], candles.low[0], candles.close[0]]).toEqual([
      100, 161, 99, 160,
    ])
    expect((await refusal(resampleData(kit.library, minutes, '1h', { replace: false }))).code).toBe(
      'IMPORT_CONFLICT',
    )
    const again = await resampleData(kit.library, minutes, '1h', { replace: true })
    expect(again.dataSet.dataHash).toBe(hours.dataHash)
  })

  it('adds volumes exactly and keeps the decimals of prices when it resamples', async () => {
    const minutes = { symbol: 'EXACT', timeframe: '1m' }
    const lines = ['0.1', '0.2', '0.30', '', '0.000000000000000001'].map(
      (volume, i) => `2024-01-01T00:0${i}:00Z,1.10,1.${20 + i}0,1.00,1.10,${volume}`,
    )
    await kit.run(kit.write('exact.csv', [HEADER, ...lines].join('\n')), { key: minutes })
    const { dataSet } = await resampleData(kit.library, minutes, '5m', { replace: false })
    const known = { key: dataSet, candles: (await kit.library.load('EXACT', '5m')).candles }
    let text = ''
    for await (const part of exportText(await kit.library.repository(), known, 'csv')) text += part
    expect(text.split('\n')[1]).toBe(
      '2024-01-01T00:00:00Z,1.10,1.240,1.00,1.10,0.600000000000000001',
    )
    const { candles } = await kit.library.load('EXACT', '5m')
    expect(candles.volume[0], 'the nearest double').toBe(0.6)
  })

  it('names the candles at the ends that it leaves out', async () => {
    const minutes = { symbol: 'EDGES', timeframe: '1m' }
    const start = 1_700_002_800_000 + 58 * 60_000
    const rows = csvRows(130, start).filter((_, i) => i !== 30)
    await kit.run(kit.write('edges.csv', [HEADER, ...rows].join('\n')), { key: minutes })
    const report = await resampleData(kit.library, minutes, '1h', { replace: false })
    expect(report.dataSet.count).toBe(2)
    expect(report.incomplete).toBe(1)
    expect(report.leftOut).toEqual([
      { edge: 'first', time: 1_700_002_800_000, present: 2, needed: 60 },
      { edge: 'last', time: 1_700_002_800_000 + 3 * 3_600_000, present: 8, needed: 60 },
    ])
  })
})
