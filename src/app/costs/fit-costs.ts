import { parseKey, splitSymbol } from '../../core/candles/symbols.js'
import { formatTime } from '../../core/candles/time.js'
import { AppError } from '../../core/errors.js'
import { fitCosts, type CostFit, type RegimeFit } from '../../backtest/cost-curve/cost-fit.js'
import { writeCostPage } from '../../report/model/costs/cost-page.js'
import { writeAsked } from '../backtest/run-execution.js'
import { textOption, type Optional } from '../options/options.js'
import type { Workspace } from '../workspace/compose.js'
import { requirePresetName, saveCostPresets, type CostPreset } from './cost-presets.js'

/** Which quotes a curve is fitted to, and what it is called. */
export type FitCostsOptions = { readonly symbol: string } & Optional<{ name: string }>

export interface FittedCosts {
  readonly symbol: string
  readonly fit: CostFit
  readonly presets: Readonly<Record<string, CostPreset>>
  readonly file: string
}

/**
 * Fits recorded quotes of a market, and keeps the curves as presets of this home.
 * @throws AppError NO_QUOTES, CHECK_FAILED for too few rounds, USAGE
 */
export async function fitCostPresets(
  workspace: Workspace,
  options: FitCostsOptions,
): Promise<FittedCosts> {
  const { symbol } = splitSymbol(parseKey(options.symbol, '1m').symbol)
  const given = textOption(options, 'name')
  if (given !== undefined) requirePresetName(given)
  const repository = await workspace.quotes()
  const quotes = await repository.load(symbol)
  if (quotes.length === 0) throw noQuotes(symbol, await repository.list())
  const fit = fitCosts(quotes)
  const month = formatTime(fit.last).slice(0, 7)
  const name =
    textOption(options, 'name') ?? `${symbol.toLowerCase().replaceAll('/', '-')}-${month}`
  requirePresetName(name)
  const presets = Object.fromEntries(
    fit.fits.map(one => [
      one.regime === 'all' ? name : `${name}-${one.regime}`,
      presetOf(symbol, fit, one),
    ]),
  )
  return { symbol, fit, presets, file: saveCostPresets(workspace.home.folder, presets) }
}

function presetOf(symbol: string, fit: CostFit, one: RegimeFit): CostPreset {
  const { a, b, g } = one.curve
  return {
    symbol,
    regime: one.regime,
    a,
    // Sizes were in quote coins; a run counts base coins.
    b: b * Math.pow(fit.mid, g),
    g,
    mid: fit.mid,
    rounds: one.rounds,
    rmse: one.rmse,
    out_of_sample: Number.isNaN(one.outOfSample) ? null : one.outOfSample,
    largest: Math.max(...one.sizes.map(({ size }) => size)),
    from: formatTime(fit.first),
    to: formatTime(fit.last),
  }
}

function noQuotes(symbol: string, known: readonly { readonly symbol: string }[]): AppError {
  const names = known.map(one => one.symbol)
  return new AppError('NO_QUOTES', `no quotes of ${symbol} are recorded`, {
    hint:
      names.length === 0
        ? `record some: assay record ${symbol}`
        : `there are some of ${names.join(', ')}; record more: assay record ${symbol}`,
    data: { symbol, recorded: names },
  })
}

/** Writes the page of fitted curves; `none` writes nothing. @returns its path, or null */
export function writeCosts(
  workspace: Workspace,
  { symbol, fit, presets }: FittedCosts,
  path: string | undefined,
): Promise<string | null> {
  const names = Object.keys(presets)
  const subject = { label: 'Costs', about: '', isStudy: false }
  return writeAsked(workspace, { path, name: `costs-${names[0]}`, subject }, target =>
    writeCostPage({ symbol, fit, names }, target),
  )
}
