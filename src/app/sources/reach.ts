import { AppError } from '../../core/errors.js'
import { createHttpClient, type HttpClient } from '../../data/sources/http/http-client.js'
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
  const other = addressFor(source.name, options, environment)
  const address = other ?? source.address
  return {
    address,
    archiveAddress: source.archive && (other === undefined ? source.archive.address : address),
    headers: keyHeaders(source, environment),
    rate: numberOption(options, 'rate', { min: 0, max: RATE_MAX }),
  }
}

/** The address that is asked instead of a source's own, if any. @throws AppError USAGE */
export function addressFor(
  name: string,
  options: ReachOptions,
  environment: Environment,
): string | undefined {
  const variable = `ASSAY_SOURCE_URL_${name.toUpperCase()}`
  const given = textOption(options, 'sourceUrl')
  const other = given ?? (environment[variable] || environment['ASSAY_SOURCE_URL'] || undefined)
  return other && addressOf(given === undefined ? variable : '--source-url', other)
}

/** Works with an HTTP client, which is closed afterwards. */
export async function withHttp<T>(
  options: ReachOptions,
  work: (http: HttpClient) => Promise<T>,
): Promise<T> {
  const given = textOption(options, 'proxy')
  const proxy = given === undefined ? undefined : addressOf('--proxy', given)
  const { ask, close } = createHttpClient({ proxy })
  try {
    return await work(ask)
  } finally {
    await close()
  }
}

function addressOf(name: string, text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url !== undefined && /^https?:$/.test(url.protocol)) return text.replace(/\/+$/, '')
  throw new AppError(
    'USAGE',
    `${name} "${text.replace(/\/\/[^@/]*@/, '//***@')}" is not an address`,
    {
      hint: 'write it with its scheme, for example https://data-api.binance.vision',
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
