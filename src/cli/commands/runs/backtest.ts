import type { Argv, CommandModule, Options } from 'yargs'
import type { ParamSpecs } from '../../../core/strategy/params.js'
import type { BacktestOptions } from '../../../app/backtest/input/run-options.js'
import type { Workspace } from '../../../app/workspace/compose.js'
import type { Output } from '../../../app/output/output.js'
import type { CommandContext } from '../../command.js'
import { isSet, optionsOf, type Flags } from '../../flags/flags.js'
import { printJson } from '../../terminal/output.js'
import { RESULT_FLAGS } from '../../flags/result-flags.js'
import { RUN_FLAGS } from '../../flags/run-flags.js'
import { namedParams, paramOptions, withParams } from '../../flags/param-flags.js'

const OWN_FLAGS: Readonly<Record<string, Options>> = {
  signals: {
    type: 'string',
    requiresArg: true,
    describe: 'File of decisions made elsewhere, instead of a strategy (docs/signals.md)',
  },
  'time-label': {
    type: 'string',
    requiresArg: true,
    describe:
      'What its times name: the close at which it was decided, or the open of that candle [close]',
  },
  events: { type: 'boolean', describe: 'Store every event of the run, in a hash chain' },
  ...RESULT_FLAGS,
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
      const specs = await namedParams(args, 'backtest', OWN_FLAGS)
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

function backtestOptions(flags: Flags, names: readonly string[]): BacktestOptions {
  return withParams(optionsOf<BacktestOptions>(flags, FLAGS), flags, { names, declared: FLAGS })
}

function declare(parser: Argv, specs: ParamSpecs): Argv {
  return parser
    .positional('strategy', {
      type: 'string',
      describe: 'Id of a strategy, or path of a strategy file',
    })
    .options(RUN_FLAGS)
    .options(OWN_FLAGS)
    .options(paramOptions(specs, FLAGS))
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
