import { afterEach, describe, expect, it } from 'vitest'
import { JupiterBroker } from '../../../src/live/broker/jupiter-broker.js'
import { brokerContract, type BrokerSubject } from '../../contracts/broker.js'
import { Stage, type BrokerMaker } from '../swaps/stage.js'

const make: BrokerMaker = (...terms) => new JupiterBroker(...terms)
const stages: Stage[] = []
afterEach(async () => {
  for (const stage of stages.splice(0)) await stage.close()
})

async function open(options: Parameters<typeof Stage.open>[0] = { make }): Promise<Stage> {
  const stage = await Stage.open(options)
  stages.push(stage)
  return stage
}

/** A market of SOL whose price can be set. */
async function subject(): Promise<BrokerSubject> {
  const stage = await open()
  const broker = stage.rival('TEST-USD')
  const { pool, sol, dollar } = stage.world
  return {
    broker,
    trade: async price => {
      pool.reserves.set(dollar.mint, (pool.reserves.get(sol.mint)! * BigInt(price)) / 1000n)
      await broker.work()
    },
    tolerance: 0.001,
  }
}

brokerContract('the Jupiter broker on the test world', subject)

describe('the Jupiter broker', () => {
  it('refuses what it has no market for, and what is less than a unit', async () => {
    const stage = await open()
    const [other, dust] = [
      stage.order('sell', 1, { symbol: 'OTHER-USDC', reference: 1 }),
      stage.order('sell', 1e-12),
    ]
    await stage.work()
    expect(stage.heard(other)).toEqual(['open', 'refused'])
    expect(stage.heard(dust)).toEqual(['open', 'refused'])
  })

  it('says what a transaction cost in the quote, by the price of the fill', async () => {
    const stage = await open()
    const order = stage.order('sell', 5)
    await stage.work()
    const [fill] = stage.fillsOf(order)
    const { fee } = stage.intent(order).fills[0]!
    expect(fill!.txCost).toBeCloseTo((Number(fee) / 1e9) * fill!.price, 12)
    expect(fill!.fee).toBe(0)
  })

  it('values fees of other markets by the price of SOL, and by the last one where there is none', async () => {
    const stage = await open()
    const [first, second] = [1, 2].map(() => stage.order('buy', 1e5, { symbol: 'MEME-USDC' }))
    stage.onNotice = ({ kind }) => {
      if (kind === 'final') stage.world.api.faults.unpriced.add(stage.world.sol.mint)
    }
    await stage.work()
    const third = stage.order('buy', 1e5, { symbol: 'MEME-USDC' })
    stage.world.api.faults.unpriced.add(stage.world.sol.mint)
    await stage.work()
    const costs = [first!, second!, third].map(order => stage.fillsOf(order)[0]!.txCost)
    const lamports = Number(stage.intent(third).fills[0]!.fee)
    for (const cost of costs) expect(cost).toBeCloseTo((lamports / 1e9) * 150, 6)
  })

  it('drives a long day of orders, and the books are those of the chain', async () => {
    const stage = await open()
    for (let round = 0; round < 20; round++) {
      stage.order(round % 2 === 0 ? 'sell' : 'buy', 1 + (round % 3))
      stage.world.pool.movePrice(stage.world.sol.mint, round % 5 === 0 ? -20 : 10)
      await stage.work()
      stage.world.chain.tick(50)
    }
    await stage.work()
    stage.verify()
    expect(stage.journal.all().filter(({ state }) => state === 'filled').length).toBeGreaterThan(15)
  })

  it('takes the same order again after a replay, and sends nothing twice', async () => {
    const stage = await open()
    const order = stage.order('sell', 5)
    await stage.work()
    const again = stage.rival()
    again.submit(stage.orders[0]!)
    await again.work()
    expect(again.answers().map(answer => answer.kind)).toEqual(['outcome', 'fill'])
    expect(stage.world.chain.landed.size).toBe(1)
    expect(stage.intent(order).attempts).toHaveLength(1)
  })

  it('halts where the journal holds another order by that name', async () => {
    const stage = await open()
    stage.order('sell', 5)
    await stage.work()
    const again = stage.rival()
    again.submit({ ...stage.orders[0]!, size: 6 })
    await again.work()
    expect(again.haltedBy).toContain('stands in the journal otherwise')
    expect(stage.world.chain.landed.size).toBe(1)
  })
})
