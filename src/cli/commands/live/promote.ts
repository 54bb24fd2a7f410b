import type { CommandModule, Options } from 'yargs'
import { SETTING_OPTIONS } from '../../../app/backtest/input/run-options.js'
import { optionLabel } from '../../../app/options/options.js'
import type { PromoteOptions } from '../../../app/promotion/promote.js'
import { showing, type CommandContext } from '../../command.js'
import { JSON_FLAG, optionsOf, textFlag, valueFlag } from '../../flags/flags.js'
import { RUN_FLAGS } from '../../flags/run-flags.js'
import { CHAIN_FLAGS } from '../../flags/chain-flags.js'

/** Settings that may be said for a promotion, as a backtest is told them. */
const SETTINGS = Object.fromEntries(
  SETTING_OPTIONS.map(option => optionLabel(option).slice('--'.length)).map(flag => [
    flag,
    RUN_FLAGS[flag]!,
  ]),
)

const FLAGS: Readonly<Record<string, Options>> = {
  to: valueFlag('What it may do: paper or live'),
  symbol: valueFlag('The market that it is to trade [that of the run]'),
  override: valueFlag('Why it may trade although gates refuse it; shown for ever'),
  'paper-days': valueFlag('With --to live: days on paper that are enough [14]'),
  'paper-trades': valueFlag('With --to live: trades on paper that are enough [30]'),
  ...CHAIN_FLAGS,
  seed: valueFlag('Seed of everything that the validation draws [1]'),
  paths: valueFlag('Histories that it draws [10000]'),
  ...SETTINGS,
}

/** `assay promote RUN --to paper|live`: the gate between research and money. Exit code 3 where it stays closed. */
export function promoteCommand(context: CommandContext): CommandModule {
  return {
    command: 'promote <run>',
    describe: 'Let a run trade on paper or live if its evidence is good enough',
    builder: parser =>
      parser
        .positional('run', {
          type: 'string',
          describe: 'A stored run: its id, the beginning of it, or latest',
        })
        .options(FLAGS)
        .option('json', JSON_FLAG)
        .example('$0 promote latest --to paper', 'every gate, with figure and limit')
        .example('$0 promote latest --to paper --config live.json', 'with the settings of a file'),
    handler: showing(context, async (workspace, flags) => {
      const { promote } = await import('../../../app/promotion/promote.js')
      const { promotionJson, promotionText, refusal } =
        await import('../../../app/promotion/promotion-text.js')
      const options = optionsOf<PromoteOptions>(flags, FLAGS)
      const promotion = await promote(workspace, textFlag(flags, 'run')!, options)
      return {
        text: promotionText(promotion),
        json: promotionJson(promotion),
        failure: promotion.promotionId === null ? refusal(promotion) : null,
      }
    }),
  }
}
