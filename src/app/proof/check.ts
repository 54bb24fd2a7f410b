import { nextLine } from '../output/next-line.js'
import { TERMINAL_WIDTH, wrap } from '../../core/text-layout.js'
import { proofJson } from '../../backtest/proof/proof-json.js'
import { proofText } from '../../report/model/proof/proof-text.js'
import { PROOF_SAMPLES, proveStrategy, type Proof } from '../../backtest/proof/proof.js'
import type { RunData, RunRequest } from '../../backtest/run/record/run-request.js'
import { backtestInput, candlesFor } from '../../backtest/run/run.js'
import { AppError } from '../../core/errors.js'
import { withReferences } from '../../core/candles/candles.js'
import { syntheticCandles } from '../../core/candles/synthetic.js'
import { formatTime, timeframeMs } from '../../core/candles/time.js'
import { freshInstance } from '../strategy/check-instance.js'
import type { Workspace } from '../workspace/compose.js'
import {
  type Amount,
  isOn,
  numberOption,
  type Optional,
  textOption,
  timeLimitOption,
} from '../options/options.js'
import { marketsReadBy } from '../backtest/references.js'
import { loadRunData, timedRun } from '../backtest/run-execution.js'
import { timed } from '../strategy/guard/time-limit.js'
import { readRunRequest } from '../backtest/input/run-input.js'
import type { RunOptions } from '../backtest/input/run-options.js'
import { loadStrategy } from '../strategy/strategy-loader.js'

/** A strategy that is to be proved, over stored candles or synthetic ones. */
export type CheckOptions = RunOptions &
  Optional<{
    /** `all`: the defaults and each template. */
    templates: string
    lookahead: boolean
    warmUp: boolean
    samples: Amount
    /** Seconds that the proofs of one set may take. */
    timeLimit: Amount
    seed: Amount
  }>

/** What a check prints, and whether all of it held. */
export interface CheckAnswer {
  readonly text: string
  readonly json: unknown
  /** Null where everything passed. */
  readonly refusal: AppError | null
}

const SYNTHETIC = {
  symbol: 'SYNTH-USDC',
  timeframe: '1h',
  length: 20_000,
  start: Date.UTC(2022, 0, 1),
  price: 100,
  volatility: 0.006,
  decimals: 4,
}

/** Proves a strategy with one set of parameters, or with each of its templates. */
export async function check(
  workspace: Workspace,
  reference: string,
  options: CheckOptions,
): Promise<CheckAnswer> {
  const isSynthetic = textOption(options, 'symbol') === undefined && options.config === undefined
  const seed = numberOption(options, 'seed', { min: 0, max: 0xffffffff, whole: true }) ?? 1
  const sets: CheckedSet[] = []
  for (const given of await optionSets(workspace, reference, options)) {
    const market = isSynthetic
      ? { ...given, symbol: SYNTHETIC.symbol, timeframe: given.timeframe ?? SYNTHETIC.timeframe }
      : given
    const request = await readRunRequest(reference, market, workspace.home.cache)
    const data = isSynthetic ? syntheticData(request, seed) : await loadRunData(workspace, request)
    sets.push({
      request,
      isSynthetic,
      proof: await prove(workspace, request, data, { options, seed }),
    })
  }
  return answer(sets, options.templates !== undefined)
}

/** One set of parameters with what was proved of it. */
interface CheckedSet {
  readonly request: RunRequest
  readonly isSynthetic: boolean
  readonly proof: Proof
}

/** The options of each set: as given, or with the defaults and each template in turn. */
async function optionSets(
  workspace: Workspace,
  reference: string,
  options: CheckOptions,
): Promise<CheckOptions[]> {
  const templates = textOption(options, 'templates')
  if (templates === undefined) return [options]
  if (templates !== 'all' || options.template !== undefined) {
    throw new AppError(
      'USAGE',
      `--templates is "${templates}", but it must be all, and stand alone`,
      {
        hint: 'for one template write --template NAME',
      },
    )
  }
  const { strategy } = await loadStrategy(reference, workspace.home.cache)
  return [
    options,
    ...Object.keys(strategy.templates as object).map(template => ({ ...options, template })),
  ]
}

function syntheticData(request: RunRequest, seed: number): RunData {
  const lengthMs = timeframeMs(request.timeframe)
  const candles = candlesFor(
    request,
    syntheticCandles({ ...SYNTHETIC, seed, timeframeMs: lengthMs }),
  )
  const references = marketsReadBy(request).map(({ symbol, timeframeMs: otherMs }, k) => ({
    symbol,
    candles: syntheticCandles({
      ...SYNTHETIC,
      seed: seed + k + 1,
      timeframeMs: otherMs,
      length: Math.min(1_000_000, Math.ceil((SYNTHETIC.length * lengthMs) / otherMs)),
    }),
    hash: '',
  }))
  const main = references.length === 0 ? candles : withReferences(candles, references)
  return { main: { candles: main, hash: '' }, detail: null }
}

/** How often proofs go over the candles, about. */
const PASSES = 50

async function prove(
  workspace: Workspace,
  request: RunRequest,
  data: RunData,
  { options, seed }: { readonly options: CheckOptions; readonly seed: number },
): Promise<Proof> {
  const named = isOn(options, 'lookahead') || isOn(options, 'warmUp')
  const wanted = {
    samples:
      numberOption(options, 'samples', { min: 2, max: 10_000, whole: true }) ?? PROOF_SAMPLES,
    seed,
    lookahead: !named || isOn(options, 'lookahead'),
    warmUp: !named || isOn(options, 'warmUp'),
    fresh: await freshInstance(request.strategies[0]!, workspace.home.cache),
  }
  const limits = { ...timedRun([request], [data], timeLimitOption(options)), passes: PASSES }
  return timed(limits, () => proveStrategy(backtestInput(request, data), wanted))
}

function answer(sets: readonly CheckedSet[], hasTemplates: boolean): CheckAnswer {
  const [first] = sets as [CheckedSet]
  const { name } = first.request.strategies[0]!.strategy
  const head = { schema_version: 1, strategy: name }
  const failed = sets.filter(({ proof }) => !proof.passed)
  return {
    text: [...sets.map(setText), nextOf(first, failed.length > 0)].join('\n\n'),
    json: hasTemplates
      ? { ...head, passed: failed.length === 0, templates: sets.map(setJson) }
      : { ...head, ...setJson(first) },
    refusal: failed.length === 0 ? null : refusalOf(name, failed),
  }
}

function setJson({ request, isSynthetic, proof }: CheckedSet): Record<string, unknown> {
  const { template, params } = request.strategies[0]!
  const { candles, asked, passed } = proof
  return {
    template,
    params,
    data: {
      symbol: request.symbol,
      timeframe: request.timeframe,
      synthetic: isSynthetic,
      candles: candles.length,
      first: formatTime(candles.time[0]!),
      last: formatTime(candles.time[candles.length - 1]!),
      decide_from: formatTime(candles.time[asked]!),
    },
    passed,
    ...proofJson(proof),
  }
}

/** After a proof that holds, a run; else the proof again. */
function nextOf({ request, isSynthetic }: CheckedSet, hasFailed: boolean): string {
  const { strategy, file } = request.strategies[0]!
  const name = file ?? strategy.name
  if (hasFailed) return nextLine(`assay check ${name}`, 'run it again once it is fixed')
  const symbol = isSynthetic ? 'SOL-USDC' : request.symbol
  return nextLine(`assay backtest ${name} --symbol ${symbol} --timeframe ${request.timeframe}`)
}

function setText({ request, isSynthetic, proof }: CheckedSet): string {
  const { strategy, template, params } = request.strategies[0]!
  const { candles } = proof
  const day = (index: number): string => formatTime(candles.time[index]!).slice(0, 10)
  const values = Object.entries(params).map(([name, value]) => `${name} ${value}`)
  const made = isSynthetic
    ? 'made by a generator, no market traded them; --symbol and --timeframe name stored ones'
    : `${day(0)} to ${day(candles.length - 1)}`
  return [
    ...wrap(
      `${strategy.name}${template === null ? '' : ` (template ${template})`}  ${values.join(', ')}`,
      TERMINAL_WIDTH,
      '  ',
    ),
    ...wrap(
      `${candles.length} candles of ${request.symbol} ${request.timeframe}: ${made}`,
      TERMINAL_WIDTH,
      '  ',
    ),
    proofText(proof),
  ].join('\n')
}

function refusalOf(name: string, failed: readonly CheckedSet[]): AppError {
  const parts = failed.flatMap(({ proof }) => [
    ...(proof.lookahead?.passed === false ? ['lookahead'] : []),
    ...(proof.warmUp?.passed === false ? ['warm-up'] : []),
    ...(proof.determinism.passed ? [] : ['determinism']),
  ])
  const which = [...new Set(parts)].join(', ')
  return new AppError('PROOF_FAILED', `${name} does not pass: ${which}`, {
    hint: 'a backtest of it cannot be trusted; what changed stands above, docs/proofs.md says why it matters',
  })
}
