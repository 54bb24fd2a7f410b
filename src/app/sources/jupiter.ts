import { AppError } from '../../core/errors.js'
import type { Clock } from '../../data/sources/clock.js'
import { Asker } from '../../data/sources/fetch/asker.js'
import type { HttpClient } from '../../data/sources/http/http-client.js'
import type { QuotedCoin } from '../../data/sources/quotes/coin-units.js'
import {
  JUPITER_ADDRESS,
  JUPITER_KEY,
  jupiterLimits,
} from '../../data/sources/quotes/jupiter-quote.js'
import type { Coin } from '../../data/sources/symbols/symbol-entry.js'
import { numberOption } from '../options/options.js'
import type { Workspace } from '../workspace/compose.js'
import type { ReachOptions } from './fetch-options.js'
import { notedWhereItCan, requireUnpaused } from './pauses.js'
import { addressFor, RATE_MAX } from './reach.js'

/**
 * Asks Jupiter, within a share of what it allows with the key of the environment, or without one.
 * @param share of the limit, above 0 to 1; `rate` of the options goes before it
 * @throws AppError SOURCE_PAUSED, USAGE, INVALID_SETTING
 */
export async function jupiterAsker(
  workspace: Workspace,
  options: ReachOptions,
  {
    http,
    clock,
    share,
    signal,
    isFeed = false,
  }: {
    readonly http: HttpClient
    readonly clock: Clock
    readonly share: number
    /** Ends all waiting. */
    readonly signal?: AbortSignal | undefined
    /** Whether what is asked would be old when it is asked again. */
    readonly isFeed?: boolean
  },
): Promise<Asker> {
  const key = workspace.environment[JUPITER_KEY.variable] ?? ''
  const limits = jupiterLimits(key !== '')
  const given = numberOption(options, 'rate', { min: 0, max: RATE_MAX })
  const address = addressFor('jupiter', options, workspace.environment) ?? JUPITER_ADDRESS
  await requireUnpaused(workspace, address, clock)
  const fetches = await workspace.fetches()
  return new Asker({
    http,
    clock,
    address,
    limits,
    rate: given ?? (limits.requests / limits.perMs) * 1000 * share,
    headers: key === '' ? {} : { [JUPITER_KEY.header]: key },
    onPause: (host, pause) => notedWhereItCan(workspace, () => fetches.pause(host, pause)),
    onRemark: message => workspace.output.log(message),
    ...(signal && { signal }),
    ...(isFeed && { tries: 1, isPatient: true }),
  })
}

/** A coin of a symbol as Jupiter counts it. @throws AppError UNKNOWN_MARKET where that is not known */
export function quotedCoin(
  symbol: string,
  coin: Coin | undefined,
  side: 'base' | 'quote',
): QuotedCoin {
  if (coin?.mint !== undefined && coin.decimals !== undefined) {
    return { mint: coin.mint, decimals: coin.decimals }
  }
  const what = coin === undefined ? `${symbol} has no entry` : `${coin.symbol} has no mint account`
  throw new AppError('UNKNOWN_MARKET', `${what} in the symbol map`, {
    hint: `give it one: assay symbols add ${symbol} --${side}-mint ADDRESS --${side}-decimals N`,
    data: { symbol, side },
  })
}

/** A market at Jupiter, as errors name it. */
export function jupiterMarket(symbol: string, { host }: Asker) {
  const source = { name: 'jupiter', title: 'Jupiter', key: JUPITER_KEY }
  return { source, market: symbol, reach: { address: `https://${host}` } }
}
