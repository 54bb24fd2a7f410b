import { writtenSymbol } from '../../../core/candles/symbols.js'
import type { Argv, CommandModule, Options } from 'yargs'
import type { ParamSpec, ParamSpecs } from '../../../core/strategy/params.js'
import type { BacktestOptions } from '../../../app/backtest/input/run-options.js'
import type { Workspace } from '../../../app/workspace/compose.js'
import type { Output } from '../../../app/workspace/output.js'
import type { CommandContext } from '../../command.js'
import { checkAgreement, isSet, optionsOf, paramFlag, paramFlags, type Flags } from '../../flags.js'
import { readStrategy } from '../../strategy-file.js'
import { printJson } from '../../output.js'
import { RUN_FLAGS } from '../../run-flags.js'

const OWN_FLAGS: Readonly<Record<string, Options>> = {
  signals: {
    type: 'string',
    requiresArg: true,
    describe: 'File of decisions made elsewhere, instead of a strategy (docs/signals.md)',
  },
  'time-label': {
    type: 'string',
    requiresArg: true,
    describe: 'What its times name: the close of the candle decided at, or its open [close]',
  },
  bounds: {
    type: 'boolean',
    describe: 'Also run the other story inside candles; print both totals',
  },
  report: { type: 'string', requiresArg: true, describe: 'Path of the report page, or none' },
  events: { type: 'boolean', describe: 'Store every event of the run, hash-chained' },
  cards: {
    type: 'boolean',
    describe: 'Print formula, sample, annualisation and interval of every metric',
  },
  'metrics-as': {
    type: 'string',
    requiresArg: true,
    describe:
      'Print the figures of another library too: empyrical, quantstats, backtesting.py, lean; empyrical:365 sets the days a year',
  },
  'time-limit': {
    type: 'string',
    requiresArg: true,
    describe: 'Seconds that the run may take [60, and 0.1 ms a candle]',
  },
  watch: {
    type: 'boolean',
    describe:
      'Run again whenever the strategy file or one that it imports is saved, and show what changed',
  },
  json: { type: 'boolean', describe: 'Print the result as JSON' },
}

/** `assay backtest STRATEGY`: a run over stored candles, its summary and its page. */
export function backtestCommand({ output, args }: CommandContext): CommandModule {
  let names: readonly string[] = []
  return {
    command: 'backtest [strategy]',
    describe: 'Run a strategy over stored candles',
    builder: async parser => {
      const specs = await paramsOf(await namedStrategy(readAhead(args)))
      names = Object.keys(specs)
      return declare(parser, specs)
    },
    handler: async flags => {
      if (isSet(flags, 'watch')) return watch(output, backtestOptions(flags, names), flags)
      const { withWorkspace } = await import('../../../app/workspace/compose.js')
      await withWorkspace(output, async workspace => {
        const result = await runOf(workspace, backtestOptions(flags, names))
        if (isSet(flags, 'json')) printJson(output, result.json)
        else output.print(result.summary)
        if (result.unkept !== null) throw result.unkept
      })
    },
  }
}

/** Ctrl-C is how it ends, and no failure. */
async function watch(output: Output, options: BacktestOptions, flags: Flags): Promise<void> {
  const { watchBacktest } = await import('../../../app/backtest/watch.js')
  const controller = new AbortController()
  const stop = (): void => controller.abort()
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, stop)
  try {
    await watchBacktest(output, options, {
      signal: controller.signal,
      asJson: isSet(flags, 'json'),
    })
  } finally {
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.off(name, stop)
  }
}

/** Decisions of a file may be for several symbols, which takes a portfolio. */
async function runOf(workspace: Workspace, options: BacktestOptions) {
  if (options.signals === undefined) {
    const { backtest } = await import('../../../app/backtest/backtest.js')
    return backtest(workspace, options)
  }
  const { backtestSignals } = await import('../../../app/portfolio/signal-backtest.js')
  return backtestSignals(workspace, options)
}

const FLAGS = { strategy: {}, ...RUN_FLAGS, ...OWN_FLAGS }

/** The flags as options; the strategy's own flags are parameters, as those of `--set` are. */
function backtestOptions(flags: Flags, names: readonly string[]): BacktestOptions {
  const options = optionsOf<BacktestOptions>(flags, FLAGS)
  const own = paramFlags(flags, names)
  if (Object.keys(own).length === 0) return options
  checkAgreement(options.params ?? {}, own)
  return { ...options, params: { ...options.params, ...own } }
}

function declare(parser: Argv, specs: ParamSpecs): Argv {
  return parser
    .positional('strategy', {
      type: 'string',
      describe: 'Id of a strategy, or path of a strategy file',
    })
    .options(RUN_FLAGS)
    .options(OWN_FLAGS)
    .options(paramOptions(specs))
    .example(
      '$0 backtest ma_crossover --symbol SOL-USDC --timeframe 1h --template aggressive',
      'a template',
    )
    .example(
      '$0 backtest ma_crossover --symbol SOL-USDC --timeframe 1h --fast-ma 5 --stop-loss 0.02',
      'own values',
    )
    .example('$0 backtest --config config.json --timeframe 1h', 'what a file says')
    .example('$0 backtest --signals signals.csv --symbol SOL-USDC --timeframe 1h', 'decisions')
}

/** What decides on the strategy, read before yargs knows the strategy's own flags. */
interface Ahead {
  readonly strategy?: string
  readonly config?: string
  readonly signals?: string
  readonly symbol?: string
}

function readAhead(args: readonly string[]): Ahead {
  const found: Record<string, string> = {}
  for (let k = args.indexOf('backtest') + 1; k < args.length; k++) {
    const word = args[k]!
    const [, name, value] = /^--([^=]+)(?:=(.*))?$/s.exec(word) ?? []
    if (name === undefined) {
      if (!word.startsWith('-')) found['strategy'] ??= word
    } else if (value !== undefined) found[name] ??= value
    else if (takesValue(name) && k + 1 < args.length) {
      k += 1
      found[name] ??= args[k]!
    }
  }
  return found
}

function takesValue(name: string): boolean {
  if (name === 'help' || name === 'version') return false
  return (RUN_FLAGS[name] ?? OWN_FLAGS[name])?.type !== 'boolean'
}

/** The strategy on the command line, or the only one that the configuration file means. */
async function namedStrategy(ahead: Ahead): Promise<string | undefined> {
  const { strategy, config, symbol, signals } = ahead
  if (signals !== undefined || strategy !== undefined || !config) return strategy
  const { readConfig } = await import('../../../app/workspace/config.js')
  const { coins } = await readConfig(config)
  const only = Object.keys(coins).length === 1 ? Object.keys(coins)[0] : undefined
  const active = coins[(symbol && writtenSymbol(symbol)) ?? only ?? '']?.active_strategy ?? []
  const names = typeof active === 'string' ? [active] : active
  return names.length === 1 ? names[0] : undefined
}

async function paramsOf(reference: string | undefined): Promise<ParamSpecs> {
  if (reference === undefined) return {}
  return (await readStrategy(reference)).params as ParamSpecs
}

/** A flag for each parameter, told from its spec. */
function paramOptions(specs: ParamSpecs): Record<string, Options> {
  return Object.fromEntries(
    Object.entries(specs).map(([name, spec]) => [
      paramFlag(name),
      { type: 'string', requiresArg: true, group: 'Parameters:', describe: describeSpec(spec) },
    ]),
  )
}

function describeSpec(spec: ParamSpec): string {
  const range =
    'min' in spec
      ? ` (${spec.min} to ${spec.max})`
      : 'options' in spec
        ? ` (${spec.options.join(', ')})`
        : ''
  return `${spec.description ?? ''}${range} [${String(spec.default)}]`.trim()
}
