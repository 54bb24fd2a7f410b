import { expect } from 'vitest'
import { approvalFor, callOf, transferTo } from './foreign-instructions.js'
import type { CrashPoint, Stage, StageOptions } from './stage.js'

/** Something that happens to a swap, and what must come of it. */
export interface Scenario {
  readonly name: string
  readonly options?: Omit<StageOptions, 'make'>
  readonly run: (stage: Stage) => Promise<void>
}

const MANY = 1e9

/** An order to sell 5 SOL fills, with so many transactions. */
async function fills(stage: Stage, attempts = 1): Promise<string> {
  const order = stage.order('sell', 5)
  await stage.work()
  expectFilled(stage, order, attempts)
  return order
}

function expectFilled(stage: Stage, order: string, attempts = 1): void {
  const known = stage.intent(order)
  const states = known.attempts.map(({ state, reason }) => `${state} ${reason ?? ''}`)
  expect(known.state, states.join(', ')).toBe('filled')
  expect(known.attempts, states.join(', ')).toHaveLength(attempts)
  expect(stage.heard(order).at(-1)).toBe('filled')
}

function expectRefused(stage: Stage, order: string, reason: RegExp): void {
  expect(stage.heard(order).at(-1)).toBe('refused')
  const told = stage.answers.findLast(answer => answer.order === order)!
  expect(told).toMatchObject({ reason: expect.stringMatching(reason) as unknown })
  expect(stage.world.chain.landed.size).toBe(0)
}

/** Mends something once an attempt has been proved to have expired. */
function mendOnExpiry(stage: Stage, mend: () => void): void {
  stage.onNotice = ({ kind }) => {
    if (kind === 'expired') mend()
  }
}

const PLAIN: readonly Scenario[] = [
  {
    name: 'a sale and a purchase fill, each with one transaction',
    run: async stage => {
      await fills(stage)
      const purchase = stage.order('buy', 2)
      await stage.work()
      expectFilled(stage, purchase)
    },
  },
  {
    name: 'sales go before purchases, so that they pay for them',
    run: async stage => {
      const purchase = stage.order('buy', 2)
      const sale = stage.order('sell', 2)
      await stage.work()
      const slot = (order: string): number => stage.intent(order).fills[0]!.slot
      expect(slot(sale)).toBeLessThan(slot(purchase))
    },
  },
  {
    name: 'a token that the wallet never held costs rent, which is booked apart',
    run: async stage => {
      const order = stage.order('buy', 1e6, { symbol: 'MEME-USDC' })
      await stage.work()
      expect(stage.intent(order).fills[0]!.rent).toBe(2_039_280n)
      const sale = stage.order('sell', 1e5, { symbol: 'MEME-USDC' })
      await stage.work()
      expect(stage.intent(sale).fills[0]!.rent).toBe(0n)
    },
  },
  {
    name: 'rent is what the chain asks now',
    run: async stage => {
      stage.world.chain.svm.setRent(696n)
      const order = stage.order('buy', 1e6, { symbol: 'MEME-USDC' })
      await stage.work()
      expect(stage.intent(order).fills[0]!.rent).toBe(203_928n)
    },
  },
  {
    name: 'a fill is finally compared with the chain',
    run: async stage => {
      const order = await fills(stage)
      stage.world.chain.tick(40)
      await stage.work()
      expect(stage.intent(order).attempts[0]!.state).toBe('finalized')
    },
  },
]

const LOST: readonly Scenario[] = [
  {
    name: 'a transaction is dropped once: the same bytes go out again',
    run: async stage => {
      stage.world.chain.faults.drops = 2
      await fills(stage)
      expect(stage.asked(':sendTransaction')).toBeGreaterThan(2)
    },
  },
  {
    name: 'a transaction is dropped until it expires: that is proved, and then another fills',
    run: async stage => {
      const { faults } = stage.world.chain
      faults.drops = MANY
      mendOnExpiry(stage, () => (faults.drops = 0))
      const order = await fills(stage, 2)
      expect(stage.intent(order).attempts[0]!.state).toBe('expired')
    },
  },
  {
    name: 'a transaction lands late: nothing else is signed meanwhile',
    run: async stage => {
      stage.world.chain.faults.landDelay = 100
      await fills(stage)
    },
  },
  {
    name: 'a blockhash has expired before anything is sent',
    run: async stage => {
      stage.world.server.faults.push({
        match: 'rpc:simulateTransaction',
        act: { kind: 'then', run: () => stage.world.chain.tick(155) },
      })
      await fills(stage)
    },
  },
  {
    name: 'the answer to a sending is lost at every node: it is not taken for unsent',
    run: async stage => {
      stage.world.server.faults.push({
        match: 'rpc:sendTransaction',
        times: 2,
        act: { kind: 'lost' },
      })
      await fills(stage)
    },
  },
  {
    name: 'connections are cut before a sending arrives: it is sent again',
    run: async stage => {
      stage.world.server.faults.push({
        match: 'rpc:sendTransaction',
        times: 4,
        act: { kind: 'reset' },
      })
      await fills(stage)
    },
  },
  {
    name: 'nodes refuse a sending for what they think of it: that means nothing',
    run: async stage => {
      const refusal = { kind: 'rpc', code: -32002, message: 'Blockhash not found' } as const
      stage.world.server.faults.push({ match: 'rpc:sendTransaction', times: 2, act: refusal })
      await fills(stage)
    },
  },
  {
    name: 'slots without a block: heights are counted, not slots',
    run: async stage => {
      const { faults } = stage.world.chain
      faults.skipEvery = 2
      faults.landDelay = 140
      await fills(stage)
    },
  },
  {
    name: 'a height that is told too low expires nothing that can still land',
    run: async stage => {
      const { chain } = stage.world
      chain.faults.landDelay = 120
      stage.world.api.faults.heightLie = -110
      await fills(stage)
    },
  },
]

const FORKED: readonly Scenario[] = [
  {
    name: 'a processed transaction is forked out: the same lands again, once',
    run: async stage => {
      stage.world.chain.faults.forkOuts = 1
      await fills(stage)
    },
  },
  {
    name: 'a confirmed transaction is forked out and lands again: its fill stays one',
    run: async stage => {
      const { faults } = stage.world.chain
      faults.forkOuts = 1
      faults.forkDepth = 6
      const order = await fills(stage)
      for (let k = 0; k < 6; k++) {
        stage.world.chain.tick(10)
        await stage.work()
      }
      expect(stage.intent(order).attempts[0]!.state).toBe('finalized')
    },
  },
  {
    name: 'a confirmed transaction is taken back for good: it leaves the books, and trading ends',
    run: async stage => {
      const { faults } = stage.world.chain
      faults.forkOuts = 1
      faults.forkDepth = 6
      const order = await fills(stage)
      faults.drops = MANY
      for (let k = 0; k < 20 && stage.haltedBy === null; k++) {
        stage.world.chain.tick(20)
        await stage.work()
      }
      expect(stage.haltedBy).toContain('taken a confirmed transaction back')
      expect(stage.intent(order).fills).toEqual([])
      const late = stage.order('sell', 1)
      await stage.work()
      expect(stage.heard(late)).toEqual(['refused'])
    },
  },
]

const NODES: readonly Scenario[] = [
  {
    name: 'all nodes are far behind for a while: nothing expires by their height',
    run: async stage => {
      const { nodes, chain } = stage.world
      chain.tick(60)
      stage.onNotice = ({ kind }) => {
        if (kind === 'sent') for (const { faults } of nodes) faults.lag = 40
        if (kind === 'sent') stage.world.server.faults.push(mendAfter(30, nodes))
      }
      await fills(stage)
    },
  },
  {
    name: 'the node of statuses is behind that of heights: what landed is not taken for expired',
    options: { world: { nodes: 1 }, policy: { unknownAfterMs: 78_000 } },
    run: async stage => {
      const { nodes, chain } = stage.world
      chain.tick(300)
      nodes[0]!.faults.statusLag = 220
      stage.onNotice = ({ kind }) => {
        if (kind === 'unknown') nodes[0]!.faults.statusLag = 0
      }
      const order = await fills(stage)
      expect(stage.heard(order)).toEqual(['open', 'unknown', 'filled'])
    },
  },
  {
    name: 'one of two nodes has forgotten a transaction: the other is believed',
    run: async stage => {
      const { nodes, chain } = stage.world
      nodes[0]!.faults.forgets = true
      stage.onNotice = ({ kind }) => {
        if (kind === 'sent') chain.tick(400)
      }
      stage.world.server.faults.push(mendAfter(40, nodes))
      await fills(stage)
    },
  },
  {
    name: 'a node says that it is unhealthy: the other answers',
    run: async stage => {
      const unhealthy = {
        kind: 'rpc',
        code: -32005,
        message: 'Node is behind by 99 slots',
      } as const
      stage.world.server.faults.push({ match: 'rpc0', times: MANY, act: unhealthy })
      await fills(stage)
    },
  },
  {
    name: 'all nodes fail for a minute: the order is unknown, and fills in the end',
    options: { policy: { unknownAfterMs: 20_000 } },
    run: async stage => {
      stage.onNotice = ({ kind }) => {
        if (kind === 'sent') {
          const act = { kind: 'status', status: 503 } as const
          stage.world.server.faults.push({ match: 'rpc', times: 400, act })
        }
      }
      stage.world.chain.faults.drops = 2
      const order = stage.order('sell', 5)
      await stage.work()
      expect(stage.heard(order)).toEqual(['open', 'unknown', 'filled'])
    },
  },
  {
    name: 'nodes hang, cut their answers and say 429',
    options: { timeoutMs: 300 },
    run: async stage => {
      stage.world.server.faults.push(
        { match: 'rpc', skip: 4, times: 1, act: { kind: 'hang' } },
        { match: 'rpc', skip: 4, times: 2, act: { kind: 'malformed' } },
        { match: 'rpc', skip: 6, times: 2, act: { kind: 'status', status: 429 } },
      )
      await fills(stage)
    },
  },
]

/** After so many requests to nodes these are well again. */
function mendAfter(
  skip: number,
  nodes: Stage['world']['nodes'],
): Stage['world']['server']['faults'][number] {
  const run = (): void => {
    for (const { faults } of nodes) Object.assign(faults, { lag: 0, statusLag: 0, forgets: false })
  }
  return { match: 'rpc', skip, act: { kind: 'then', run } }
}

const PRICES: readonly Scenario[] = [
  {
    name: 'the price runs away between signing and landing: the fee is burnt, and another fills',
    run: async stage => {
      stage.onNotice = ({ kind }) => {
        if (kind === 'prepared' && stage.asked('quote') === 1)
          stage.world.pool.movePrice(stage.world.sol.mint, -40)
      }
      const order = await fills(stage, 2)
      const [first] = stage.intent(order).attempts
      expect(first).toMatchObject({
        state: 'failed',
        reason: expect.stringContaining('6001') as unknown,
      })
      expect(first!.burnt).toBeGreaterThan(5000n)
    },
  },
  {
    name: 'a swap fails on the chain again and again: it is refused, and all fees are booked',
    run: async stage => {
      stage.world.chain.faults.slippageFails = MANY
      const order = stage.order('sell', 5)
      await stage.work()
      const known = stage.intent(order)
      expect(known.state).toBe('refused')
      expect(known.attempts.map(({ state }) => state)).toEqual(['failed', 'failed', 'failed'])
    },
  },
  {
    name: 'the price improves before landing: what came is booked, not what was quoted',
    run: async stage => {
      stage.onNotice = ({ kind }) => {
        if (kind === 'prepared') stage.world.pool.movePrice(stage.world.sol.mint, 30)
      }
      const order = await fills(stage)
      const { attempts, fills: booked } = stage.intent(order)
      const quoted = BigInt((attempts[0]!.quote as { outAmount: string }).outAmount)
      expect(booked[0]!.taken).toBeGreaterThan(quoted)
    },
  },
  {
    name: 'the market gives less than the order allows: nothing is signed',
    run: async stage => {
      const order = stage.order('sell', 5, { reference: 153 })
      await stage.work()
      expectRefused(stage, order, /below the least/)
    },
  },
  {
    name: 'a limit that the market just gives is swapped with no room below it',
    run: async stage => {
      const { pool, sol } = stage.world
      const out = Number(pool.outFor(sol.mint, 5n * 10n ** 9n)) / 1e6
      const order = stage.order('sell', 5, { kind: 'limit', price: (out / 5) * 0.9995 })
      await stage.work()
      expectFilled(stage, order)
      const { intent, attempts } = stage.intent(order)
      expect(attempts[0]!.least).toBe(intent.least)
      expect((attempts[0]!.quote as { slippageBps: number }).slippageBps).toBeLessThan(6)
    },
  },
  {
    name: 'a quote that is far below an independent price is not taken',
    run: async stage => {
      stage.world.api.faults.priceFactor.set(stage.world.sol.mint, 1.05)
      const order = stage.order('sell', 5)
      await stage.work()
      expectRefused(stage, order, /below an independent price/)
    },
  },
  {
    name: 'without an independent price nothing is bought, and sales go on',
    run: async stage => {
      stage.world.api.faults.unpriced.add(stage.world.sol.mint)
      const order = stage.order('buy', 1)
      await stage.work()
      expectRefused(stage, order, /no independent price/)
      await fills(stage)
    },
  },
  {
    name: 'a quote that has grown old is thrown away',
    run: async stage => {
      stage.world.server.faults.push({ match: 'swap', act: { kind: 'slow', slots: 9 } })
      await fills(stage)
      expect(stage.asked('quote')).toBe(2)
    },
  },
  {
    name: 'a quote that is of an old slot is thrown away',
    run: async stage => {
      stage.world.api.faults.quoteLag = 60
      const order = stage.order('sell', 5)
      await stage.work()
      expectRefused(stage, order, /slots old/)
    },
  },
]

const JUPITER: readonly Scenario[] = [
  {
    name: 'Jupiter says 429, with and without a time: it is left alone so long',
    run: async stage => {
      const reset = String(Math.floor(stage.world.chain.time / 1000) + 3)
      stage.world.server.faults.push(
        {
          match: 'quote',
          act: { kind: 'status', status: 429, headers: { 'x-ratelimit-reset': reset } },
        },
        { match: 'swap', act: { kind: 'status', status: 429 } },
      )
      await fills(stage)
    },
  },
  {
    name: 'Jupiter fails, hangs and cuts its answers',
    options: { timeoutMs: 300 },
    run: async stage => {
      stage.world.server.faults.push(
        { match: 'quote', act: { kind: 'status', status: 500 } },
        { match: 'quote', act: { kind: 'hang' } },
        { match: 'swap', act: { kind: 'malformed' } },
        { match: 'swap', act: { kind: 'reset' } },
      )
      await fills(stage)
    },
  },
  {
    name: 'a token is not tradable: that is asked once',
    run: async stage => {
      const body = { error: 'The token is not tradable', errorCode: 'TOKEN_NOT_TRADABLE' }
      const act = { kind: 'status', status: 400, body } as const
      stage.world.server.faults.push({ match: 'quote', times: MANY, act })
      const order = stage.order('sell', 5)
      await stage.work()
      expectRefused(stage, order, /TOKEN_NOT_TRADABLE/)
      expect(stage.asked('quote')).toBe(1)
    },
  },
  {
    name: 'Jupiter itself says that a transaction would fail',
    run: async stage => {
      stage.world.api.faults.simulationError = { error: 'insufficient funds' }
      const order = stage.order('sell', 5)
      await stage.work()
      expectRefused(stage, order, /own simulation/)
    },
  },
]

/** A transaction that is not the swap that was ordered, in one respect. */
function tampered(
  name: string,
  tampering: (stage: Stage) => Stage['world']['api']['faults']['tampered'],
  reason: RegExp,
): Scenario {
  return {
    name: `a transaction ${name}: it is not signed`,
    run: async stage => {
      stage.world.api.faults.tampered = tampering(stage)
      const order = stage.order('sell', 5)
      await stage.work()
      expectRefused(stage, order, reason)
      expect(stage.intent(order).attempts).toEqual([])
    },
  }
}

const stranger = ({ world }: Stage): string => world.pool.key

const TAMPERED: readonly Scenario[] = [
  tampered('is paid for by somebody else', stage => ({ payer: stranger(stage) }), /pays for it/),
  tampered(
    'pays into the account of somebody else',
    stage => ({ receiver: stranger(stage) }),
    /pays into another account/,
  ),
  tampered('takes another token', ({ world }) => ({ takes: world.meme }), /it takes/),
  tampered('gives another token', ({ world }) => ({ gives: world.meme }), /it gives/),
  tampered('gives more', () => ({ amount: 6n * 10n ** 9n }), /it gives 6000000000 units/),
  tampered('may bring less', () => ({ quoted: 1n }), /units at least/),
  tampered('has another slippage', () => ({ slippageBps: 9_000 }), /units at least/),
  tampered('costs too much', () => ({ unitPrice: 5_000_000 }), /its fee of/),
  tampered('is of an old version', () => ({ isLegacy: true }), /of version legacy/),
  tampered(
    'sends SOL elsewhere',
    stage => ({ instructions: [transferTo(stage, stranger(stage))] }),
    /moves SOL elsewhere/,
  ),
  tampered(
    'lets somebody else spend a token',
    stage => ({ instructions: [approvalFor(stage, stranger(stage))] }),
    /changes token accounts/,
  ),
  tampered(
    'calls another program',
    stage => ({ instructions: [callOf(stranger(stage))] }),
    /calls the program/,
  ),
]

const BALANCES: readonly Scenario[] = [
  {
    name: 'the wallet holds less than is ordered: what it holds is given, and the rest is cancelled',
    options: { world: { dollars: 100n * 10n ** 6n } },
    run: async stage => {
      const order = stage.order('buy', 2)
      await stage.work()
      expect(stage.heard(order)).toEqual(['open', 'filled', 'cancelled'])
      expect(stage.intent(order).fills[0]!.given).toBe(100n * 10n ** 6n)
    },
  },
  {
    name: 'SOL below the floor is not sold',
    options: { world: { lamports: 3n * 10n ** 9n } },
    run: async stage => {
      const order = stage.order('sell', 5)
      await stage.work()
      expect(stage.heard(order)).toEqual(['open', 'filled', 'cancelled'])
      expect(stage.world.balance(stage.world.sol)).toBeGreaterThanOrEqual(20_000_000n)
    },
  },
  {
    name: 'a wallet without SOL for fees swaps nothing',
    options: { world: { lamports: 1_000_000n } },
    run: async stage => {
      const order = stage.order('buy', 1)
      await stage.work()
      expectRefused(stage, order, /needs .* for its fee/)
    },
  },
  {
    name: 'a trial that fails is not signed',
    run: async stage => {
      // What the wallet held is spent before the trial.
      stage.world.server.faults.push({
        match: 'swap',
        times: MANY,
        act: { kind: 'then', run: () => stage.drainDollars() },
      })
      const order = stage.order('buy', 5)
      await stage.work()
      expectRefused(stage, order, /fails in a trial|holds nothing/)
      expect(stage.intent(order).attempts).toEqual([])
    },
  },
  {
    name: 'a swap that is worth too little is not made',
    options: { policy: { worthMin: 1_000_000n as SwapWorth } },
    run: async stage => {
      const order = stage.order('sell', 0.001)
      await stage.work()
      expectRefused(stage, order, /below 1000000/)
    },
  },
]

type SwapWorth = NonNullable<NonNullable<Scenario['options']>['policy']>['worthMin'] & bigint

const COMMANDS: readonly Scenario[] = [
  {
    name: 'an order that waits in the queue is cancelled; what is on its way may fill',
    run: async stage => {
      const [first, second] = [stage.order('sell', 1), stage.order('sell', 2)]
      stage.cancel(second)
      await stage.work()
      expectFilled(stage, first)
      expect(stage.heard(second)).toEqual(['open', 'cancelled'])
    },
  },
  {
    name: 'an order is cancelled while a transaction of it is open: it gets no other',
    run: async stage => {
      const { faults } = stage.world.chain
      faults.drops = MANY
      const order = stage.order('sell', 5)
      stage.onNotice = ({ kind }) => {
        if (kind === 'sent') stage.cancel(order)
        if (kind === 'expired') faults.drops = 0
      }
      await stage.work()
      expect(stage.heard(order).at(-1)).toBe('cancelled')
      expect(stage.intent(order).attempts).toHaveLength(1)
      expect(stage.world.chain.landed.size).toBe(0)
    },
  },
  {
    name: 'an order that was decided too long ago gets no transaction',
    options: { policy: { decisionAgeMs: 10_000 } },
    run: async stage => {
      const { faults } = stage.world.chain
      faults.drops = MANY
      mendOnExpiry(stage, () => (faults.drops = 0))
      const order = stage.order('sell', 5)
      await stage.work()
      expect(stage.heard(order).at(-1)).toBe('cancelled')
      expect(stage.world.chain.landed.size).toBe(0)
    },
  },
]

const CRASH_POINTS: readonly CrashPoint[] = [
  'before prepare',
  'after prepare',
  'after send',
  'after sent',
  'before fill',
  'after fill',
  'before end',
  'after end',
]

const CRASHES: readonly Scenario[] = [
  ...CRASH_POINTS.map(point => ({
    name: `the process dies ${point}, and another takes over`,
    run: async (stage: Stage) => {
      stage.crashAt = point
      stage.downFor = 3
      const order = stage.order('sell', 5)
      await stage.work()
      expect(stage.crashAt, 'it died').toBeNull()
      expectFilled(stage, order)
    },
  })),
  ...CRASH_POINTS.slice(1).map(point => ({
    name: `the process dies ${point}, with the transaction lost, and for longer than it could land`,
    run: async (stage: Stage) => {
      stage.crashAt = point
      stage.downFor = 250
      const isLost = ['after prepare', 'after send', 'after sent'].includes(point)
      if (isLost) stage.world.chain.faults.drops = 2
      const order = stage.order('sell', 5)
      await stage.work()
      const [first] = stage.intent(order).attempts
      expect(first!.state).toBe(isLost ? 'expired' : 'finalized')
      expectFilled(stage, order, isLost ? 2 : 1)
    },
  })),
  {
    name: 'the process dies before an order is looked at: the session hears that it was never sent',
    run: async stage => {
      const order = stage.order('sell', 5)
      await stage.restart()
      expect(stage.heard(order).at(-1)).toBe('cancelled')
      expect(stage.intent(order).state).toBe('cancelled')
      expect(stage.world.chain.landed.size).toBe(0)
    },
  },
]

/** Everything that is known to go wrong on the way of an order to the chain. */
export const SCENARIOS: readonly Scenario[] = [
  ...PLAIN,
  ...LOST,
  ...FORKED,
  ...NODES,
  ...PRICES,
  ...JUPITER,
  ...TAMPERED,
  ...BALANCES,
  ...COMMANDS,
  ...CRASHES,
]
