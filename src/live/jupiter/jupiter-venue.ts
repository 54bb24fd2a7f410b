import { Configuration, SwapApi, type QuoteResponse, type SwapRequest } from '@jup-ag/api'
import { baseUnits } from '../../core/account/money.js'
import type { LiveClock } from '../clock.js'
import { AnswerError, countIn, fieldOf, textIn, unitsIn, type Json } from '../http/exact-json.js'
import { answered, lasting, mapped, passing, type Failure, type Reply } from '../reply.js'
import { judged, type JupiterTransport } from './jupiter-transport.js'
import type { BuildTerms, BuiltSwap, QuoteRequest, SwapQuote, SwapVenue } from './swap-venue.js'

const PRIORITY = 'high'

/**
 * Jupiter's Swap API 1, by its own client. That is a transport here: amounts go past its types, which
 * are doubles; answers are read whole, and the quote goes back as it came, since the client leaves out
 * the fields that it does not know.
 */
export function jupiterVenue(transport: JupiterTransport, clock: LiveClock): SwapVenue {
  const failures = new FailureBox()
  const api = new SwapApi(
    new Configuration({
      basePath: `${transport.url}/swap/v1`,
      headers: { ...transport.headers },
      fetchApi: (url: unknown, init?: RequestInit) =>
        fetchThrough(transport, failures, { url, init }),
    }),
  )
  return {
    quote: request => quote(api, failures, { request, clock }),
    build: (priced, terms) => build(api, failures, { priced, terms }),
  }
}

/** Why the last request had no answer: the client wraps what its fetch throws. */
class FailureBox {
  readonly wrap = new WeakMap<Error, Failure>()

  throw(failure: Failure): never {
    const error = new Error(failure.reason)
    this.wrap.set(error, failure)
    throw error
  }

  of(error: unknown): Failure | undefined {
    if (!(error instanceof Error)) return undefined
    return this.wrap.get(error) ?? this.of(error.cause)
  }
}

interface Fetched {
  readonly url: unknown
  readonly init: RequestInit | undefined
}

async function fetchThrough(
  transport: JupiterTransport,
  failures: FailureBox,
  { url, init }: Fetched,
): Promise<Response> {
  const reply = await transport.ask({
    url: String(url),
    method: init?.method === 'POST' ? 'POST' : 'GET',
    headers: Object.fromEntries(new Headers(init?.headers).entries()),
    body: typeof init?.body === 'string' ? init.body : null,
  })
  if (reply.kind === 'failed') return failures.throw(reply)
  const body = judged(reply.value)
  if (body.kind === 'failed') return failures.throw(body)
  return new Response(reply.value.text, { status: 200 })
}

async function quote(
  api: SwapApi,
  failures: FailureBox,
  { request, clock }: { readonly request: QuoteRequest; readonly clock: LiveClock },
): Promise<Reply<SwapQuote>> {
  const askedAt = clock.now()
  const { givesMint, takesMint, amount, slippageBps } = request
  const reply = await rawAnswer(failures, () =>
    api.quoteGetRaw({
      inputMint: givesMint,
      outputMint: takesMint,
      amount: String(amount) as unknown as number,
      slippageBps,
      swapMode: 'ExactIn',
      // Its terms stand at fixed places, so that they can be checked before they are signed.
      instructionVersion: 'V2',
    }),
  )
  if (reply.kind === 'failed') return reply
  return reading(() => quoteIn(reply.value, request, askedAt))
}

function quoteIn({ body, text }: Whole, request: QuoteRequest, askedAt: number): Reply<SwapQuote> {
  const { givesMint, takesMint, amount, slippageBps } = request
  const isOther =
    textIn(fieldOf(body, 'inputMint'), 'inputMint') !== givesMint ||
    textIn(fieldOf(body, 'outputMint'), 'outputMint') !== takesMint ||
    unitsIn(fieldOf(body, 'inAmount'), 'inAmount') !== amount ||
    countIn(fieldOf(body, 'slippageBps'), 'slippageBps') !== slippageBps
  if (isOther) return passing('Jupiter quotes something else than was asked')
  const slot = fieldOf(body, 'contextSlot')
  return answered({
    ...request,
    out: baseUnits(unitsIn(fieldOf(body, 'outAmount'), 'outAmount')),
    slot: typeof slot === 'number' ? slot : null,
    askedAt,
    raw: JSON.parse(text) as unknown,
  })
}

async function build(
  api: SwapApi,
  failures: FailureBox,
  { priced, terms }: { readonly priced: SwapQuote; readonly terms: BuildTerms },
): Promise<Reply<BuiltSwap>> {
  const request: Omit<SwapRequest, 'quoteResponse'> = {
    userPublicKey: terms.wallet,
    wrapAndUnwrapSol: true,
    dynamicComputeUnitLimit: true,
    prioritizationFeeLamports: {
      priorityLevelWithMaxLamports: {
        maxLamports: Number(terms.priorityMax),
        priorityLevel: PRIORITY,
        global: false,
      },
    },
  }
  const swapRequest = { ...request, quoteResponse: priced.raw as QuoteResponse }
  // The client would leave fields of the quote out.
  const whole = (): Promise<RequestInit> =>
    Promise.resolve({ body: { ...request, quoteResponse: priced.raw } as unknown as string })
  const reply = await rawAnswer(failures, () => api.swapPostRaw({ swapRequest }, whole))
  return reply.kind === 'failed' ? reply : reading(() => builtIn(reply.value.body))
}

function builtIn(body: Json): Reply<BuiltSwap> {
  const error = fieldOf(body, 'simulationError') ?? null
  if (error !== null) {
    const reason = `Jupiter's own simulation of the swap fails: ${JSON.stringify(error)}`
    return passing(reason, { code: 'simulation' })
  }
  const text = textIn(fieldOf(body, 'swapTransaction'), 'swapTransaction')
  return answered({
    bytes: new Uint8Array(Buffer.from(text, 'base64')),
    lastValidHeight: countIn(fieldOf(body, 'lastValidBlockHeight'), 'lastValidBlockHeight'),
  })
}

/** An answer as it came, and what it says. */
interface Whole {
  readonly text: string
  readonly body: Json
}

async function rawAnswer(
  failures: FailureBox,
  ask: () => Promise<{ readonly raw: Response }>,
): Promise<Reply<Whole>> {
  try {
    const { raw } = await ask()
    const text = await raw.text()
    const reply = judged({ status: raw.status, headers: {}, text })
    return mapped(reply, body => ({ body, text }))
  } catch (error) {
    const failure = failures.of(error)
    if (failure !== undefined) return failure
    return lasting(`the client of Jupiter refuses the request: ${(error as Error).message}`)
  }
}

function reading<T>(read: () => Reply<T>): Reply<T> {
  try {
    return read()
  } catch (error) {
    if (error instanceof AnswerError) {
      return passing(`Jupiter answers otherwise than documented: ${error.message}`)
    }
    throw error
  }
}
