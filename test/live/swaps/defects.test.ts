import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { brokerWith } from './defective-broker.js'
import { DEFECTS, type Defect } from './defects.js'
import { SCENARIOS } from './scenarios.js'
import type { Scenario } from './scenarios/scenario.js'
import { playScenario } from './stage.js'

const folder = mkdtempSync(join(tmpdir(), 'assay-defects-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function scenarioOf({ caughtBy }: Defect): Scenario {
  const found = SCENARIOS.find(({ name }) => name === caughtBy)
  expect(found, `there is a scenario "${caughtBy}"`).toBeDefined()
  return found!
}

describe('a defect is noticed', () => {
  it('and none where there is none', async () => {
    const make = await brokerWith(null, folder)
    for (const scenario of new Set(DEFECTS.map(scenarioOf))) await playScenario(scenario, make)
  })

  it.each(DEFECTS)('$name', async defect => {
    const make = await brokerWith(defect, folder)
    await expect(playScenario(scenarioOf(defect), make)).rejects.toThrow()
  })
})
