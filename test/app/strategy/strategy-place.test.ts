import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { AppError } from '../../../src/core/errors.js'
import { loadStrategyFile } from '../../../src/app/strategy/strategy-file.js'
import { withPlace } from '../../../src/app/strategy/strategy-place.js'
import { runRequest } from '../../../src/backtest/run/run.js'
import { randomCandles } from '../../core/indicators/random-candles.js'
import { dataOf, requestFor } from '../../backtest/stress/stress-fixture.js'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-test-'))
  writeFileSync(join(folder, 'package.json'), '{}')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const OWN = `import { defineStrategy, HOLD } from 'assay'
import { lost } from './lost.ts'

interface Held {
  readonly closes: number
}

export default defineStrategy({
  name: 'own',
  description: 'Loses its way',
  params: {},
  templates: {},
  indicators: () => ({}),
  initial: () => ({ closes: 0 }),
  decide(now, state: Held & { closes: number }) {
    state.closes += 1
    return state.closes === 3 ? lost(now.candle) : HOLD
  },
})
`
const LOST = `type Way = { readonly home: { readonly far: number } }

/** Throws. */
export function lost(way: unknown): never {
  return (way as Way).home.far as never
}
`

async function thrown(): Promise<unknown> {
  writeFileSync(join(folder, 'own.ts'), OWN)
  writeFileSync(join(folder, 'lost.ts'), LOST)
  const { strategy } = await loadStrategyFile(join(folder, 'own.ts'), folder)
  try {
    runRequest(requestFor(strategy), dataOf(randomCandles({ seed: 3, length: 20 })))
  } catch (error) {
    return error
  }
  throw new Error('nothing was thrown')
}

describe('what a strategy throws', () => {
  it('is told with the candle, and with the lines of the user, innermost first', async () => {
    const error = (await withPlace(await thrown())) as AppError
    expect(error.code).toBe('STRATEGY_FAILED')
    expect(error.message).toMatch(
      /^strategy own threw at the candle of .+Z: Cannot read properties/,
    )
    const [inner, outer, ...rest] = error.hint.split('\n')
    expect(inner).toMatch(/^at lost \(.*lost\.ts:5:28\)$/)
    expect(outer).toMatch(/^ {2}at .*decide \(.*own\.ts:17:33\)$/)
    expect(rest, 'no frame of Assay').toEqual([])
  })

  it('stays as it is where the file is not there any more, and so does any other error', async () => {
    const error = await thrown()
    rmSync(join(folder, 'own.ts'))
    expect(await withPlace(error)).toBe(error)
    const other = new AppError('USAGE', 'no')
    expect(await withPlace(other)).toBe(other)
    expect(await withPlace(undefined)).toBe(undefined)
  })
})
