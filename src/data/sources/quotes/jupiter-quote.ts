import type { Answer } from '../http/http-client.js'
import { judgeHttp, textOf } from '../http/verdicts.js'
import { codeIn } from '../reading/answer-code.js'
import { fieldOf, listOf, parseExact, textAt } from '../reading/exact-json.js'
import { PageError, type SourceLimits, type Verdict } from '../source.js'

/** What is to be swapped: whole base units of the mint that is given. */
export interface QuoteRequest {
  readonly inputMint: string
  readonly outputMint: string
  readonly amount: bigint
}

/** A price for exactly that amount; null where there is no way to trade it. */
export interface QuoteAnswer {
  readonly inAmount: bigint
  readonly outAmount: bigint
  readonly slot: number | null
  readonly route: readonly string[]
}

/** Version of the reading below. */
export const JUPITER_ADAPTER = 'jupiter 1'
export const JUPITER_ADDRESS = 'https://api.jup.ag'
export const JUPITER_KEY = { variable: 'JUPITER_API_KEY', header: 'x-api-key' } as const

const SECOND = 1000

/** Requests in a second without a key, and with one of the free plan: one bucket for everything. */
export function jupiterLimits(hasKey: boolean): SourceLimits {
  return { requests: hasKey ? 1 : 0.5, perMs: SECOND, parallel: 1 }
}

/** https://dev.jup.ag/docs: swap/v1/quote. The slippage does not change what is quoted. */
export function quotePath({ inputMint, outputMint, amount }: QuoteRequest): string {
  return `/swap/v1/quote?inputMint=${inputMint}&outputMint=${outputMint}&amount=${amount}&slippageBps=50&swapMode=ExactIn`
}

const NO_ROUTE = new Set([
  'COULD_NOT_FIND_ANY_ROUTE',
  'NO_ROUTES_FOUND',
  'ROUTE_PLAN_DOES_NOT_CONSUME_ALL_THE_AMOUNT',
])

export function judgeQuote(answer: Answer): Verdict {
  if (answer.status === 400) {
    const code = codeIn(answer, 'errorCode') ?? ''
    if (NO_ROUTE.has(code)) return { kind: 'answered' }
    const why = code === 'TOKEN_NOT_TRADABLE' || code === 'MARKET_NOT_FOUND' ? 'market' : 'request'
    return { kind: 'refused', why, reason: textOf(answer) }
  }
  return judgeHttp(answer)
}

/**
 * The price of a quote; null where there is no route. `priceImpactPct` is left out: it may be 0.
 * @throws PageError where the answer is for something else than was asked
 */
export function readQuote(answer: Answer, asked: QuoteRequest): QuoteAnswer | null {
  if (answer.status === 400) return null
  const json = parseExact(answer.body)
  const text = (name: string): string => textAt(fieldOf(json, name)) ?? ''
  const isAsked =
    text('inputMint') === asked.inputMint &&
    text('outputMint') === asked.outputMint &&
    text('inAmount') === String(asked.amount)
  if (!isAsked) throw new PageError('the quote is for something else than was asked')
  if (!/^[1-9]\d*$/.test(text('outAmount'))) {
    throw new PageError(`the quote gives "${text('outAmount')}"`)
  }
  const slot = Number(text('contextSlot') || NaN)
  return {
    inAmount: BigInt(text('inAmount')),
    outAmount: BigInt(text('outAmount')),
    slot: Number.isFinite(slot) ? slot : null,
    route: routeOf(fieldOf(json, 'routePlan')),
  }
}

function routeOf(plan: ReturnType<typeof fieldOf>): readonly string[] {
  return listOf(plan ?? [], 'of its route').map(
    step => textAt(fieldOf(fieldOf(step, 'swapInfo'), 'label')) ?? 'unknown',
  )
}
