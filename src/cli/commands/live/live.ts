import type { CommandModule, Options } from 'yargs'
import type { LiveOptions } from '../../../app/live/live-options.js'
import type { CommandContext } from '../../command.js'
import { isSet, optionsOf, valueFlag } from '../../flags/flags.js'
import { untilInterrupted } from '../../terminal/interrupt.js'
import { printJson } from '../../terminal/output.js'
import { REACH_FLAGS } from '../../flags/reach-flags.js'
import { CHAIN_FLAGS } from '../../flags/chain-flags.js'
import { FEED_FLAGS, NOTIFY_FLAG } from '../../flags/feed-flags.js'
import { PROMOTION_FLAGS } from '../../flags/promotion-flags.js'

const FLAGS: Readonly<Record<string, Options>> = {
  ...PROMOTION_FLAGS,
  config: valueFlag('File whose section account.allocation says how several legs share it'),
  session: valueFlag('Resume a session whose process is gone'),
  feed: valueFlag('A source of candles [that of the symbol, or binance]'),
  wallet: valueFlag('Key file that signs (assay wallet create)'),
  'passphrase-file': valueFlag('File that holds its passphrase'),
  'passphrase-fd': valueFlag('Open file that its passphrase is read from'),
  ...CHAIN_FLAGS,
  capital: valueFlag('Quote coins that it may trade with [what the wallet holds]'),
  'max-depeg': valueFlag('Hold entries where the quote dollar is so far off, 0 for none [0.02]'),
  'max-deviation': valueFlag('And where the close is so far from other prices [0.05]'),
  'max-refused': valueFlag('And where so many orders are refused within an hour [10]'),
  'dry-run': { type: 'boolean', describe: 'Everything except signing and sending' },
  'i-understand-this-trades-real-money': {
    type: 'boolean',
    describe: 'Required: nothing is traded without it',
  },
  'time-limit': valueFlag('Seconds that strategies may take at a candle'),
  ...NOTIFY_FLAG,
  ...FEED_FLAGS,
  ...REACH_FLAGS,
}

/** `assay live`: trades real money on a promotion, through Jupiter. */
export function liveCommand({ output }: CommandContext): CommandModule {
  return {
    command: 'live',
    describe: 'Trade real money on a promotion, through Jupiter',
    builder: parser =>
      parser
        .options(FLAGS)
        .option('json', { type: 'boolean', describe: 'Print what became of it as JSON' })
        .example(
          '$0 live --promotion ID --wallet KEY --dry-run',
          'everything except signing and sending',
        )
        .example(
          '$0 live --promotion ID --wallet KEY --i-understand-this-trades-real-money',
          'with money',
        ),
    handler: async flags => {
      const asJson = isSet(flags, 'json')
      const { withWorkspace } = await import('../../../app/workspace/compose.js')
      await withWorkspace(output, async workspace => {
        const { live } = await import('../../../app/live/live.js')
        const onLine = (line: string): void => (asJson ? output.log(line) : output.print(line))
        const answer = await untilInterrupted(signal =>
          live(workspace, optionsOf<LiveOptions>(flags, FLAGS), { signal, onLine }),
        )
        if (asJson) printJson(output, answer.json)
        else output.print(answer.summary)
      })
    },
  }
}
