import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { indicatorsPage, PAGE } from '../../../scripts/docs-indicators.js'

test('docs/indicators.md is what the catalogue says', async () => {
  expect(readFileSync(PAGE, 'utf8'), 'run npx tsx scripts/docs-indicators.ts').toBe(
    await indicatorsPage(),
  )
})
