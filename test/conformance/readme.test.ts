import { expect, it } from 'vitest'
import { realRun, recordedRun } from '../../scripts/docs-readme.js'
import { DATA_FOLDER, describeWithData } from './shared-data.js'

describeWithData('the README’s run on real candles', () => {
  it('prints what the README says', { timeout: 120_000 }, () => {
    expect(realRun(DATA_FOLDER)).toBe(recordedRun())
  })
})
