import type { AddressLookupTableAccount } from '@solana/web3.js'
import { SOL_MINT } from '../../../src/live/solana/programs.js'
import type { Chain } from './chain.js'
import type { Pool, WorldToken } from './pools.js'
import { buildSwap, type Tampering } from './swap-builder.js'

/** An answer of an HTTP service. */
export interface ApiAnswer {
  readonly status: number
  readonly body: unknown
}

/** What goes wrong inside of the service. */
export interface JupiterFaults {
  /** How the next transactions differ from what was asked. */
  tampered: Tampering
  /** Says that a token is worth so many times what it is. */
  priceFactor: Map<string, number>
  /** Tokens without a price. */
  unpriced: Set<string>
  /** Blocks that the blockhash of a transaction is old. */
  blockhashAge: number
  /** Blocks by which the last valid height is told wrong. */
  heightLie: number
  /** What the service's own simulation said of a transaction. */
  simulationError: unknown
  /** Slots that quotes are old. */
  quoteLag: number
  /** What the list of tokens says of one beside the usual. */
  tokenNotes: Map<string, Readonly<Record<string, unknown>>>
}

export interface JupiterWorld {
  readonly chain: Chain
  readonly pools: readonly Pool[]
  readonly tokens: readonly WorldToken[]
  readonly table: AddressLookupTableAccount
  /** The token that a dollar is. */
  readonly dollar: string
}

const PRIORITY = { medium: 1000, high: 5000, veryHigh: 20_000 } as const
const UNITS = 120_000
const UNITS_DEFAULT = 1_400_000

/** The parts of api.jup.ag that are asked, with its shapes and its errors. */
export class JupiterApi {
  readonly faults: JupiterFaults = {
    tampered: {},
    priceFactor: new Map(),
    unpriced: new Set(),
    blockhashAge: 0,
    heightLie: 0,
    simulationError: null,
    quoteLag: 0,
    tokenNotes: new Map(),
  }
  private readonly world: JupiterWorld

  constructor(world: JupiterWorld) {
    this.world = world
  }

  quote(query: URLSearchParams): ApiAnswer {
    const [inputMint, outputMint] = [query.get('inputMint')!, query.get('outputMint')!]
    const unknown = [inputMint, outputMint].find(mint => this.token(mint) === undefined)
    if (unknown !== undefined) {
      return refusal(400, `The token ${unknown} is not tradable`, 'TOKEN_NOT_TRADABLE')
    }
    if (inputMint === outputMint) {
      const message = 'Input and output mints are not allowed to be equal'
      return refusal(400, message, 'CIRCULAR_ARBITRAGE_IS_DISABLED')
    }
    const text = query.get('amount') ?? ''
    if (!/^\d+$/.test(text)) {
      const error = 'Query parameter amount cannot be parsed: ParseIntError { kind: InvalidDigit }'
      return { status: 400, body: { error } }
    }
    const pool = this.pool(inputMint, outputMint)
    const amount = BigInt(text)
    const out = pool?.outFor(inputMint, amount) ?? 0n
    if (pool === undefined || out === 0n) {
      return refusal(400, 'Could not find any route', 'COULD_NOT_FIND_ANY_ROUTE')
    }
    return { status: 200, body: this.quoteBody(pool, query, amount, out) }
  }

  private quoteBody(
    pool: Pool,
    query: URLSearchParams,
    amount: bigint,
    out: bigint,
  ): Readonly<Record<string, unknown>> {
    const [inputMint, outputMint] = [query.get('inputMint')!, query.get('outputMint')!]
    const slippageBps = Number(query.get('slippageBps') ?? 50)
    const worth = pool.worthOf(inputMint, amount)
    const impact = Number(worth - out) / Number(worth) - Number(pool.feeBps) / 1e4
    const version = query.get('instructionVersion')
    const swapInfo = {
      ammKey: pool.key,
      label: pool.label,
      inputMint,
      outputMint,
      inAmount: String(amount),
      outAmount: String(out),
    }
    return {
      inputMint,
      inAmount: String(amount),
      outputMint,
      outAmount: String(out),
      otherAmountThreshold: String((out * BigInt(10_000 - slippageBps)) / 10_000n),
      ...(version === null ? {} : { instructionVersion: version }),
      swapMode: query.get('swapMode') ?? 'ExactIn',
      slippageBps,
      platformFee: null,
      priceImpactPct: String(Math.max(0, impact)),
      routePlan: [{ swapInfo, percent: 100, bps: 10_000 }],
      contextSlot: this.world.chain.slot - this.faults.quoteLag,
      timeTaken: 0.001,
      swapUsdValue: '0',
      mostReliableAmmsQuoteReport: { info: { [pool.key]: String(out) } },
    }
  }

  swap(body: unknown): ApiAnswer {
    const request = body as Readonly<Record<string, unknown>>
    const quote = request['quoteResponse'] as Readonly<Record<string, string>> | undefined
    if (quote?.['mostReliableAmmsQuoteReport'] === undefined) {
      const error = 'Failed to deserialize the JSON body into the target type: missing field'
      return { status: 422, body: { error } }
    }
    const { chain, table } = this.world
    const units = request['dynamicComputeUnitLimit'] === true ? UNITS : UNITS_DEFAULT
    const unitPrice = unitPriceOf(request, units)
    const { blockhash } = chain.view('processed', this.faults.blockhashAge)
    const transaction = buildSwap({
      user: request['userPublicKey'] as string,
      gives: this.token(quote['inputMint']!)!,
      takes: this.token(quote['outputMint']!)!,
      amount: BigInt(quote['inAmount']!),
      quoted: BigInt(quote['outAmount']!),
      slippageBps: Number(quote['slippageBps']),
      blockhash,
      units,
      unitPrice,
      table,
      tampered: this.faults.tampered,
    })
    return {
      status: 200,
      body: {
        swapTransaction: Buffer.from(transaction.serialize()).toString('base64'),
        lastValidBlockHeight: chain.lastValidHeight(blockhash) + this.faults.heightLie,
        prioritizationFeeLamports: Math.floor((units * unitPrice) / 1e6),
        computeUnitLimit: units,
        prioritizationType: {
          computeBudget: { microLamports: unitPrice, estimatedMicroLamports: unitPrice },
        },
        simulationSlot: chain.slot,
        dynamicSlippageReport: null,
        simulationError: this.faults.simulationError,
        addressesByLookupTableAddress: null,
      },
    }
  }

  /** Prices of tokens in dollars; a token without one is left out. */
  prices(query: URLSearchParams): ApiAnswer {
    const mints = (query.get('ids') ?? '').split(',')
    const priced = mints.flatMap(mint => {
      const price = this.dollarsOf(mint)
      if (price === undefined || this.faults.unpriced.has(mint)) return []
      const entry = {
        createdAt: '2024-06-05T08:55:25.527Z',
        liquidity: 6e8,
        usdPrice: price * (this.faults.priceFactor.get(mint) ?? 1),
        blockId: this.world.chain.slot,
        decimals: this.token(mint)!.decimals,
        priceChange24h: 0,
      }
      return [[mint, entry] as const]
    })
    return { status: 200, body: Object.fromEntries(priced) }
  }

  searchTokens(query: URLSearchParams): ApiAnswer {
    const mints = (query.get('query') ?? '').split(',')
    const found = this.world.tokens.filter(({ mint }) => mints.includes(mint))
    const body = found.map(({ mint, symbol, decimals, program }) => ({
      id: mint,
      name: symbol,
      symbol,
      decimals,
      tokenProgram: program,
      isVerified: true,
      organicScore: 90,
      organicScoreLabel: 'high',
      audit: { isSus: false, mintAuthorityDisabled: true, freezeAuthorityDisabled: true },
      usdPrice: this.dollarsOf(mint) ?? null,
      liquidity: 6e8,
      ...this.faults.tokenNotes.get(mint),
    }))
    return { status: 200, body }
  }

  private token(mint: string): WorldToken | undefined {
    return this.world.tokens.find(known => known.mint === mint)
  }

  private pool(one: string, other: string): Pool | undefined {
    return this.world.pools.find(pool => pool.has(one) && pool.has(other))
  }

  private dollarsOf(mint: string): number | undefined {
    const { dollar } = this.world
    const token = this.token(mint)
    if (mint === dollar) return 1
    if (token === undefined) return undefined
    const pool = this.pool(mint, dollar)
    const over = pool === undefined ? SOL_MINT : dollar
    const through = pool ?? this.pool(mint, SOL_MINT)
    if (through === undefined) return undefined
    const other = this.token(over)!
    const base = Number(through.reserves.get(mint)!) / 10 ** token.decimals
    const price = Number(through.reserves.get(over)!) / 10 ** other.decimals / base
    return over === dollar ? price : price * this.dollarsOf(SOL_MINT)!
  }
}

function unitPriceOf(request: Readonly<Record<string, unknown>>, units: number): number {
  const fixed = request['computeUnitPriceMicroLamports']
  if (typeof fixed === 'number') return fixed
  const asked = request['prioritizationFeeLamports'] as
    | {
        priorityLevelWithMaxLamports?: { maxLamports: number; priorityLevel: keyof typeof PRIORITY }
      }
    | undefined
  const level = asked?.priorityLevelWithMaxLamports
  const lamports =
    level === undefined ? 2500 : Math.min(level.maxLamports, PRIORITY[level.priorityLevel])
  return Math.floor((lamports * 1e6) / units)
}

function refusal(status: number, error: string, errorCode: string): ApiAnswer {
  return { status, body: { error, errorCode } }
}
