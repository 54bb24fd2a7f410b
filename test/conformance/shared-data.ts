import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { describe, it } from 'vitest'
import { candlesFrom, type Candles } from '../../src/core/candles/candles.js'

/** Real candles that are not part of the repository. */
export const DATA_FOLDER = resolve(
  process.env['ASSAY_DATA'] ?? join(import.meta.dirname, '../../../shared/data'),
)

/** A suite over real candles; skipped with a visible reason where they are absent. */
export function describeWithData(name: string, suite: () => void): void {
  if (existsSync(DATA_FOLDER)) return void describe(name, suite)
  // The suite itself reads the candles, so it must not even be entered.
  describe.skip(name, () => {
    it('needs real candles (set ASSAY_DATA to their folder)', () => undefined)
  })
}

/** A file of the folder with the header time,open,high,low,close,volume and ISO times. */
export function readShared(file: string, timeframeMs: number): Candles {
  const bytes = readFileSync(join(DATA_FOLDER, file))
  const text = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8')
  const list = text
    .trim()
    .split('\n')
    .slice(1)
    .map(line => {
      const [time, open, high, low, close, volume] = line.split(',')
      return {
        time: /^\d+$/.test(time!) ? Number(time) : Date.parse(time!),
        open: Number(open),
        high: Number(high),
        low: Number(low),
        close: Number(close),
        volume: Number(volume || 0),
      }
    })
  return candlesFrom(timeframeMs, list)
}
