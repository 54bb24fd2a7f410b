import type { CommandModule, Options } from 'yargs'
import type { CommandContext } from '../../command.js'
import { JSON_FLAG, isSet, optionsOf, textFlag } from '../../flags/flags.js'
import { printJson } from '../../terminal/output.js'
import { RUN_FLAGS } from '../../flags/run-flags.js'

const SHARED = [
  'symbol',
  'timeframe',
  'template',
  'templates-file',
  'set',
  'config',
  'from',
  'to',
] as const

const SHARED_FLAGS = Object.fromEntries(SHARED.map(name => [name, RUN_FLAGS[name]!]))

const OWN_FLAGS: Readonly<Record<string, Options>> = {
  templates: { type: 'string', requiresArg: true, describe: 'all: the defaults and each template' },
  lookahead: { type: 'boolean', describe: 'Whether decisions see the future [both]' },
  'warm-up': { type: 'boolean', describe: 'Whether decisions depend on older history [both]' },
  samples: {
    type: 'string',
    requiresArg: true,
    describe: 'Times after which the future is altered [12]',
  },
  seed: { type: 'string', requiresArg: true, describe: 'Draws the times and the alterations [1]' },
  'time-limit': {
    type: 'string',
    requiresArg: true,
    describe: 'Seconds that the proofs of one set may take [60, and 5 ms a candle]',
  },
  shortable: RUN_FLAGS['shortable']!,
  json: JSON_FLAG,
}

/** `assay check STRATEGY`: proves that decisions depend on the past they are shown, or what else on. */
export function checkCommand({ output }: CommandContext): CommandModule {
  return {
    command: 'check <strategy>',
    describe: 'Prove that a strategy sees no future and needs no more history than it declares',
    builder: parser =>
      parser
        .positional('strategy', {
          type: 'string',
          describe: 'Id of a strategy, or path of a strategy file',
        })
        .options(SHARED_FLAGS)
        .options(OWN_FLAGS)
        .example('$0 check ma_crossover', 'over synthetic candles')
        .example(
          '$0 check strategies/my_strategy.ts --symbol SOL-USDC --timeframe 1h --templates all',
          'a file of your own over stored candles',
        ),
    handler: async flags => {
      const { withWorkspace } = await import('../../../app/workspace/compose.js')
      await withWorkspace(output, async workspace => {
        const { check } = await import('../../../app/proof/check.js')
        const result = await check(
          workspace,
          textFlag(flags, 'strategy')!,
          optionsOf(flags, { ...SHARED_FLAGS, ...OWN_FLAGS }),
        )
        if (isSet(flags, 'json')) printJson(output, result.json)
        else output.print(result.text)
        if (result.refusal !== null) throw result.refusal
      })
    },
  }
}
