import type { CommandModule } from 'yargs'
import type { PromoteOptions } from '../../../app/promotion/promote.js'
import type { CommandContext } from '../../command.js'
import { isSet, JSON_FLAG, optionsOf, textFlag } from '../../flags.js'
import { CHAIN_FLAGS } from '../../chain-flags.js'
import { printJson } from '../../output.js'

const text = (describe: string) => ({ type: 'string', requiresArg: true, describe }) as const

const FLAGS = {
  to: text('What it is let do: paper or live'),
  symbol: text('The market that it is to trade [that of the run]'),
  override: text('Why it is to trade though gates refuse it; shown for ever'),
  'paper-days': text('With --to live: days on paper that are enough [14]'),
  'paper-trades': text('With --to live: trades on paper that are enough [30]'),
  ...CHAIN_FLAGS,
  seed: text('Of all that the validation draws [1]'),
  paths: text('Histories that it draws [10000]'),
} as const

/** `assay promote RUN --to paper|live`: the gate between research and money. Exit code 3 where it stays closed. */
export function promoteCommand({ output }: CommandContext): CommandModule {
  return {
    command: 'promote <run>',
    describe: 'Let a run trade on paper or live, where its evidence is good enough',
    builder: parser =>
      parser
        .positional('run', {
          type: 'string',
          describe: 'A stored run: its id, the beginning of it, or latest',
        })
        .options(FLAGS)
        .option('json', JSON_FLAG)
        .example('$0 promote latest --to paper', 'every gate, with figure and limit'),
    handler: async flags => {
      const { withWorkspace } = await import('../../../app/workspace/compose.js')
      await withWorkspace(output, async workspace => {
        const { promote } = await import('../../../app/promotion/promote.js')
        const { promotionJson, promotionText, refusal } =
          await import('../../../app/promotion/promotion-text.js')
        const options = optionsOf<PromoteOptions>(flags, FLAGS)
        const promotion = await promote(workspace, textFlag(flags, 'run')!, options)
        if (isSet(flags, 'json')) printJson(output, promotionJson(promotion))
        else output.print(promotionText(promotion))
        if (promotion.promotionId === null) throw refusal(promotion)
      })
    },
  }
}
