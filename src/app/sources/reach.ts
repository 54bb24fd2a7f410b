import { AppError } from '../../core/errors.js'
import {
  createHttpClient,
  type HttpClient,
  type OpenStream,
} from '../../data/sources/http/http-client.js'
import type { CandleSource } from '../../data/sources/source.js'
import { numberOption, textOption } from '../options/options.js'
import type { Environment } from '../workspace/compose.js'
import type { ReachOptions } from './fetch-options.js'

/** Where a source is asked, and with what. */
export interface Reach {
  readonly address: string
  readonly archiveAddress: string | undefined
  readonly headers: Readonly<Record<string, string>>
  readonly rate: number | undefined
}

/** Requests in a second that nobody needs. */
export const RATE_MAX = 100_000

/**
 * Where a source is asked: at `sourceUrl`, else at what ASSAY_SOURCE_URL_NAME or ASSAY_SOURCE_URL
 * names, else at its own address.
 * @throws AppError USAGE for what is no address, SOURCE_KEY where the source wants a key
 */
export function reachOf(
  source: CandleSource,
  options: ReachOptions,
  environment: Environment,
): Reach {
  const through = source.through?.package
  if (through !== undefined && textOption(options, 'sourceUrl') !== undefined) {
    throw new AppError('USAGE', `${source.title} is asked by ${through}, at no other address`, {
      hint: 'leave --source-url out',
    })
  }
  const other = through === undefined ? addressFor(source.name, options, environment) : undefined
  const address = other ?? source.address
  return {
    address,
    archiveAddress: source.archive && (other === undefined ? source.archive.address : address),
    headers: keyHeaders(source, environment),
    rate: numberOption(options, 'rate', { min: 0, max: RATE_MAX }),
  }
}

/** Where the package of a source that needs one is looked for, and the proxy that it is given. */
export function packagesFrom(options: ReachOptions) {
  return { folder: process.cwd(), proxy: textOption(options, 'proxy') }
}

/** The address that is asked instead of a source's own, if any. @throws AppError USAGE */
export function addressFor(
  name: string,
  options: ReachOptions,
  environment: Environment,
): string | undefined {
  const variable = `ASSAY_SOURCE_URL_${inVariable(name)}`
  const given = textOption(options, 'sourceUrl')
  const other = given ?? (environment[variable] || environment['ASSAY_SOURCE_URL'] || undefined)
  return other && addressOf(given === undefined ? variable : '--source-url', other)
}

/**
 * The address of a source's stream, where it is to be heard: what is given, else what
 * ASSAY_STREAM_URL_NAME names, else its own.
 * @throws AppError USAGE for a source without a stream, and for what is no address
 */
export function streamAddress(
  { name, title, stream }: CandleSource,
  { isWanted, given }: { readonly isWanted: boolean; readonly given: string | undefined },
  environment: Environment,
): string | undefined {
  if (!isWanted && given === undefined) return undefined
  if (stream === undefined) {
    throw new AppError('USAGE', `${title} has no stream that is known here`, {
      hint: 'leave --stream out: candles are asked for when they are due',
    })
  }
  const variable = `ASSAY_STREAM_URL_${inVariable(name)}`
  const other = given ?? (environment[variable] || undefined)
  if (other === undefined) return stream.address
  const flag = given === undefined ? variable : '--stream-url'
  return addressOf(flag, other, /^wss?:$/, stream.address)
}

/** A name as the environment has it. */
function inVariable(name: string): string {
  return name.toUpperCase().replaceAll('-', '_')
}

/** Works with an HTTP client, which is closed afterwards. */
export async function withHttp<T>(
  options: ReachOptions,
  work: (http: HttpClient, stream: OpenStream) => Promise<T>,
): Promise<T> {
  const given = textOption(options, 'proxy')
  const proxy = given === undefined ? undefined : addressOf('--proxy', given)
  const { ask, stream, close } = createHttpClient({ proxy })
  try {
    return await work(ask, stream)
  } finally {
    await close()
  }
}

function addressOf(
  name: string,
  text: string,
  scheme = /^https?:$/,
  example = 'https://data-api.binance.vision',
): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url !== undefined && scheme.test(url.protocol)) return text.replace(/\/+$/, '')
  throw new AppError(
    'USAGE',
    `${name} "${text.replace(/\/\/[^@/]*@/, '//***@')}" is not an address`,
    {
      hint: `write it with its scheme, for example ${example}`,
    },
  )
}

function keyHeaders(
  { title, key }: CandleSource,
  environment: Environment,
): Readonly<Record<string, string>> {
  if (key === null) return {}
  const value = environment[key.variable]
  if (value !== undefined && value !== '') return { [key.header]: value }
  throw new AppError('SOURCE_KEY', `${title} asks for a key, and ${key.variable} is not set`, {
    hint: `set it in the environment: ${key.variable}=... assay data fetch ...`,
    data: { variable: key.variable },
  })
}
