import { NetworkError, type Answer, type HttpClient } from '../http/http-client.js'
import type { CcxtExchange } from './ccxt-package.js'

/** Answers of the package's errors, by the names of their classes, nearest first. */
const STATUSES: Readonly<Record<string, number>> = {
  BadSymbol: 404,
  RateLimitExceeded: 429,
  DDoSProtection: 429,
  AuthenticationError: 401,
}

/**
 * Asks an exchange through the package as if it were an address, so that everything beside it is as
 * for other sources: the plan, the gate, what is tried again.
 */
export function ccxtClient(exchange: CcxtExchange): HttpClient {
  return async url => {
    const { searchParams: asked } = new URL(url)
    const number = (name: string): number => Number(asked.get(name))
    try {
      const rows = await exchange.fetchOHLCV(
        asked.get('symbol')!,
        asked.get('timeframe')!,
        number('since'),
        number('limit'),
        { until: number('until') - 1, paginate: false },
      )
      return answer(200, JSON.stringify(rows))
    } catch (error) {
      return answerOf(error)
    }
  }
}

function answer(status: number, text: string): Answer {
  return { status, headers: {}, body: Buffer.from(text) }
}

function answerOf(error: unknown): Answer {
  const names = classesOf(error)
  const message = error instanceof Error ? error.message : String(error)
  const known = names.find(name => STATUSES[name] !== undefined)
  if (known !== undefined) return answer(STATUSES[known]!, message)
  if (names.includes('NetworkError')) throw new NetworkError(`ccxt: ${message}`, true)
  if (names.includes('BaseError')) return answer(400, message)
  throw error
}

/** The names of its class and those that it extends. */
function classesOf(error: unknown): readonly string[] {
  const names: string[] = []
  for (let at: unknown = Object(error); at !== null; at = Object.getPrototypeOf(at)) {
    const name = (at as { readonly constructor?: { readonly name?: string } }).constructor?.name
    if (name !== undefined && names.at(-1) !== name) names.push(name)
  }
  return names
}
