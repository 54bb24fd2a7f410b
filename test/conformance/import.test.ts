import { importedKey } from '../../src/core/candles/symbols.js'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { formatTime } from '../../src/core/candles/time.js'
import type { ImportOptions } from '../../src/data/import/tables/options.js'
import { importKit, refusal } from '../data/import/import-kit.js'
import { IMPORTED, type Imports, type Numbers, REFUSED, type Refuses } from './raw-formats.js'
import { DATA_FOLDER, describeWithData } from './shared-data.js'

describeWithData('raw formats', () => {
  const kit = importKit()
  const optionsOf = ({ symbol, timeframe, said }: Imports | Refuses): Partial<ImportOptions> => ({
    ...said,
    key: { symbol: symbol ?? 'ANY', timeframe },
  })
  const pathOf = (file: string): string => join(DATA_FOLDER, 'raw-formats', file)

  it.sequential.each(IMPORTED)('$file imports', async expected => {
    const options = optionsOf(expected)
    await kit.library.remove(importedKey(options.key!))
    const { candles, report } = await kit.run(pathOf(expected.file), options)
    expect(candles.length).toBe(expected.rows)
    const at = (i: number): readonly [string, Numbers] => [
      formatTime(candles.time[i]!).slice(0, 16),
      [candles.open[i]!, candles.high[i]!, candles.low[i]!, candles.close[i]!, candles.volume[i]!],
    ]
    expect(at(0)).toEqual(expected.first)
    expect(at(candles.length - 1)).toEqual(expected.last)
    if (expected.notes) expect(report.files[0]!.notes.join('. ')).toMatch(expected.notes)
    expect(report.files[0]!.findings.map(f => f.code)).toEqual(expected.findings ?? [])
  })

  it.sequential.each(REFUSED)('$file is refused without help', async expected => {
    const error = await refusal(kit.run(pathOf(expected.file), optionsOf(expected)))
    expect(error.code).toBe(expected.code)
    if (expected.message) expect(error.message).toMatch(expected.message)
    expect(error.hint).toMatch(expected.hint)
    expect(error.message).toContain(expected.file)
  })

  it('are all covered', () => {
    const covered = new Set([...IMPORTED, ...REFUSED].map(({ file }) => file))
    expect(new Set(readdirSync(join(DATA_FOLDER, 'raw-formats')))).toEqual(covered)
  })
})

/** Rows of INDEX.md: file, timeframe, rows, first, last. */
interface Listed {
  readonly file: string
  readonly timeframe: string
  readonly rows: number
  readonly first: string
  readonly last: string
}

function listedFiles(): Listed[] {
  const file = join(DATA_FOLDER, 'INDEX.md')
  // A skipped suite is still collected.
  const index = existsSync(file) ? readFileSync(file, 'utf8') : ''
  const row = /^\| `([^`]+\.csv(?:\.gz)?)` \| [^|]* \| (\w+) \| ([\d,]+) \| (\S+) \.\. (\S+) \|/gm
  return [...index.matchAll(row)].map(([, file, timeframe, rows, first, last]) => ({
    file: file!,
    timeframe: timeframe!,
    rows: Number(rows!.replaceAll(',', '')),
    first: first!,
    last: last!,
  }))
}

/** One file has more, and takes longer than all others together: the benchmark imports it. */
const ROWS_MAX = process.env['ASSAY_CI'] === '1' ? 2_000_000 : 1_000_000

describeWithData('listed files', () => {
  const kit = importKit()
  const all = listedFiles()
  const files = all.filter(({ rows, timeframe }) => rows <= ROWS_MAX && timeframe !== '1M')

  it('are found in INDEX.md', () => expect(all.length).toBeGreaterThan(50))

  it.sequential.each(files)('$file imports whole', { timeout: 300_000 }, async listed => {
    // A symbol of its own: millions of rows take as long to remove as to import.
    const key = { symbol: `LISTED-${files.indexOf(listed)}`, timeframe: listed.timeframe }
    const { candles, report } = await kit.run(join(DATA_FOLDER, listed.file), { key })
    expect(report.imported).toBe(listed.rows)
    expect(candles.length).toBe(listed.rows)
    expect(formatTime(candles.time[0]!).slice(0, 16)).toBe(listed.first)
    expect(formatTime(candles.time[candles.length - 1]!).slice(0, 16)).toBe(listed.last)
  })

  it('of months are refused: a month has no fixed length', async () => {
    const monthly = all.find(({ timeframe }) => timeframe === '1M')!
    const run = kit.run(join(DATA_FOLDER, monthly.file), { key: { symbol: 'M', timeframe: '1M' } })
    expect((await refusal(run)).code).toBe('INVALID_TIMEFRAME')
  })
})
