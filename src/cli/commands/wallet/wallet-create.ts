import type { CommandModule } from 'yargs'
import type { CreateWalletOptions } from '../../../app/wallet/wallet-files.js'
import { nextLine } from '../../../app/output/next-line.js'
import type { CommandContext } from '../../command.js'
import { isSet, JSON_FLAG, optionsOf } from '../../flags/flags.js'
import { printJson } from '../../terminal/output.js'
import { PASSPHRASE_FLAGS } from './passphrase-flags.js'

const FLAGS = {
  from: {
    type: 'string',
    requiresArg: true,
    describe: "Take this key: a keystore, or a file of Solana's command line",
  },
  ...PASSPHRASE_FLAGS,
} as const

/** `assay wallet create PATH` */
export function walletCreateCommand({ output }: CommandContext): CommandModule {
  return {
    command: 'create <path>',
    describe: 'Make an encrypted keystore, and print its address alone',
    builder: parser =>
      parser
        .positional('path', { type: 'string' })
        .options(FLAGS)
        .option('json', JSON_FLAG)
        .example('$0 wallet create ~/.config/assay/wallet.json', 'asks for a passphrase'),
    handler: async flags => {
      const { createWallet } = await import('../../../app/wallet/wallet-files.js')
      const options = optionsOf<CreateWalletOptions>(flags, { path: {}, ...FLAGS })
      const created = await createWallet(options, process.env)
      if (isSet(flags, 'json')) return printJson(output, created)
      const { address, keystore, limits } = created
      return output.print(
        [
          address,
          `keystore ${keystore}`,
          `limits   ${limits}`,
          'keep a copy of it, and the passphrase elsewhere: nobody can find that again',
          nextLine(`assay wallet check ${keystore}`, 'is it ready?'),
        ].join('\n'),
      )
    },
  }
}
