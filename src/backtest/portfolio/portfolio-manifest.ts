import { snakeKeys } from '../../core/canonical.js'
import { cutCandles } from '../../core/candles/candles.js'
import { formatTime } from '../../core/candles/time.js'
import { describeRun, type Manifest } from '../run/record/manifest.js'
import { contentHash } from '../run/record/result-hash.js'
import { decisionTime } from '../run/run.js'
import type { PortfolioData, PortfolioRequest } from './portfolio-request.js'

/** The parts of a run's manifest that belong to one symbol. */
const SYMBOL_PARTS = [
  'symbol',
  'data',
  'from',
  'to',
  'candles',
  'decide_from',
  'detail',
  'references',
  'strategies',
  'market',
] as const satisfies readonly (keyof Manifest)[]

type SymbolPart = (typeof SYMBOL_PARTS)[number]
export type SymbolManifest = Pick<Manifest, SymbolPart>

/** Everything needed to run a portfolio again. Keys are snake_case. */
export interface PortfolioManifest extends Omit<Manifest, SymbolPart> {
  readonly kind: 'portfolio'
  /** `"A+B"`, under which the trial ledger counts the run, once. */
  readonly symbol: string
  /** SHA-256 over symbols and hashes of all data sets. */
  readonly data: { readonly hash: string }
  /** First and last time of the run. */
  readonly from: string
  readonly to: string
  /** Distinct open times. */
  readonly times: number
  readonly symbols: readonly SymbolManifest[]
  readonly allocation: {
    readonly method: string
    readonly rebalance: string
    readonly target_volatility: number
    readonly window_days: number
    readonly kelly_fraction: number
    readonly kelly_cap: number
  }
}

/** What a run says of its times and markets, as far as a manifest needs it. */
export interface PortfolioSpan {
  readonly time: Float64Array
  readonly markets: readonly { readonly first: number; readonly decideFrom: number }[]
}

/** The manifest of a portfolio that has run. */
export function describePortfolio(
  { runs, allocation }: PortfolioRequest,
  data: PortfolioData,
  { time, markets }: PortfolioSpan,
): PortfolioManifest {
  const whole = runs.map((run, m) => {
    const { candles } = data[m]!.main
    const { first, decideFrom } = markets[m]!
    const cut = cutCandles(candles, first, candles.length)
    return describeRun(run, data[m]!, cut, decisionTime(candles, decideFrom))
  })
  return {
    ...sharedPart(whole[0]!),
    kind: 'portfolio',
    symbol: runs.map(({ symbol }) => symbol).join('+'),
    data: {
      hash: contentHash(whole.map(({ symbol, data: { hash } }) => ({ symbol, hash }))),
    },
    from: formatTime(time[0]!),
    to: formatTime(time[time.length - 1]!),
    times: time.length,
    symbols: whole.map(symbolPart),
    allocation: snakeKeys(allocation) as PortfolioManifest['allocation'],
  }
}

/** The manifest that a run of one of the symbols alone would have; what it was asked in is the same. */
export function manifestOfSymbol(manifest: PortfolioManifest, part: SymbolManifest): Manifest {
  return { ...sharedPart(manifest), ...part }
}

/** Whether a stored manifest is that of a portfolio. */
export function isPortfolioManifest(manifest: unknown): manifest is PortfolioManifest {
  return (manifest as Partial<PortfolioManifest> | null)?.kind === 'portfolio'
}

function symbolPart(manifest: Manifest): SymbolManifest {
  const parts = SYMBOL_PARTS.filter(key => manifest[key] !== undefined)
  return Object.fromEntries(parts.map(key => [key, manifest[key]])) as unknown as SymbolManifest
}

function sharedPart(manifest: Omit<Manifest, SymbolPart>): Omit<Manifest, SymbolPart> {
  const { schema_version, engine_version, execution_model, node_version } = manifest
  const { timeframe, capital, signals } = manifest
  const { costs, fill, path, keep_open, risk_limits, seed } = manifest
  return {
    schema_version,
    engine_version,
    execution_model,
    node_version,
    timeframe,
    capital,
    signals,
    costs,
    fill,
    path,
    keep_open,
    risk_limits,
    seed,
  }
}
