import { describe, it } from 'vitest'
import { JupiterBroker } from '../../../src/live/broker/jupiter-broker.js'
import { SCENARIOS } from './scenarios.js'
import { playScenario } from './stage.js'

describe('an order on its way to the chain', () => {
  it.each(SCENARIOS)('$name', async scenario => {
    await playScenario(scenario, (...terms) => new JupiterBroker(...terms))
  })
})
