import { counted } from '../../core/number-format.js'
import { parseKey, splitSymbol } from '../../core/candles/symbols.js'
import { AppError } from '../../core/errors.js'
import { systemClock, type Clock } from '../../data/sources/clock.js'
import { recordQuotes, type RecordReport } from '../../data/sources/quotes/quote-recorder.js'
import { numberOption, textOption, type Amount, type Optional } from '../options/options.js'
import { jupiterAsker, quotedCoin } from '../sources/jupiter.js'
import { withHttp } from '../sources/reach.js'
import type { ReachOptions } from '../sources/fetch-options.js'
import type { Workspace } from '../workspace/compose.js'

/** Which quotes are recorded, and how many. */
export type RecordOptions = { readonly symbol: string } & ReachOptions &
  Optional<{
    /** Sizes in quote coins, with commas between. */
    sizes: string
    /** How many rounds; until it is stopped where it is missing. */
    rounds: Amount
    /** The share of the request limit that is used. */
    budget: Amount
  }>

const SIZES = '100,300,1000,3000,10000,30000,100000'
const BUDGET = 0.25
const ROUNDS_MAX = 10_000_000

/**
 * Records rounds of two-way quotes of a market at Jupiter.
 * @throws AppError UNKNOWN_MARKET where a coin's mint account is not known, SOURCE_PAUSED, USAGE,
 *   INVALID_SETTING
 */
export async function recordMarket(
  workspace: Workspace,
  options: RecordOptions,
  { signal, clock = systemClock }: { signal?: AbortSignal; clock?: Clock } = {},
): Promise<RecordReport & { readonly symbol: string }> {
  const { symbol } = splitSymbol(parseKey(options.symbol, '1m').symbol)
  const entry = (await workspace.symbols()).find(symbol)
  const base = quotedCoin(symbol, entry?.base, 'base')
  const quote = quotedCoin(symbol, entry?.quote, 'quote')
  const sizes = sizesOf(textOption(options, 'sizes') ?? SIZES)
  const rounds = numberOption(options, 'rounds', { min: 1, max: ROUNDS_MAX, whole: true }) ?? null
  const budget = numberOption(options, 'budget', { min: 0, max: 1, open: true }) ?? BUDGET
  return withHttp(options, async http => {
    const asker = await jupiterAsker(workspace, options, { http, clock, share: budget, signal })
    const report = await recordQuotes(
      { symbol, base, quote, sizes, rounds },
      {
        asker,
        clock,
        signal,
        quotes: await workspace.quotes(),
        onRound: (round, made) => {
          const failed = made.filter(({ status }) => status !== 'ok').length
          workspace.output.log(
            `round ${round + 1}: ${counted(made.length, 'quote')}${failed > 0 ? `, ${failed} without a price` : ''}`,
          )
        },
      },
    )
    return { ...report, symbol }
  })
}

function sizesOf(text: string): readonly number[] {
  const sizes = text.split(',').map(part => Number(part.trim() || NaN))
  const isRight =
    sizes.every(size => size > 0 && size <= 1e9) && new Set(sizes).size === sizes.length
  if (isRight && sizes.length >= 2) return sizes
  throw new AppError('USAGE', `--sizes "${text}" is not a list of sizes`, {
    hint: 'write two or more amounts of the quote coin: --sizes 100,1000,10000,100000',
  })
}
