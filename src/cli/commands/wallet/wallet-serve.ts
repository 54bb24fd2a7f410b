import type { CommandModule } from 'yargs'
import type { PassphraseOptions } from '../../../app/wallet/wallet-files.js'
import { AppError } from '../../../core/errors.js'
import type { CommandContext } from '../../command.js'
import { isSet, JSON_FLAG, optionsOf } from '../../flags/flags.js'
import { printJson } from '../../terminal/output.js'
import { PASSPHRASE_FLAGS } from './passphrase-flags.js'

/** `assay wallet serve PATH` */
export function walletServeCommand({ output }: CommandContext): CommandModule {
  return {
    command: 'serve <path>',
    describe: 'Start the signer of a key: a process of its own, until it is stopped',
    builder: parser =>
      parser
        .positional('path', { type: 'string' })
        .options(PASSPHRASE_FLAGS)
        .option('json', JSON_FLAG),
    handler: async flags => {
      const { startWallet } = await import('../../../app/wallet/wallet-files.js')
      const options = optionsOf<PassphraseOptions>(flags, PASSPHRASE_FLAGS)
      const signer = await startWallet(String(flags['path']), options, process.env)
      for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, signer.stop)
      if (isSet(flags, 'json')) printJson(output, { address: signer.address })
      else output.print(`signing for ${signer.address}; stop it with Ctrl-C`)
      const code = await signer.ended
      if (code !== 0) {
        throw new AppError('SIGNER_AWAY', `the signer ended with code ${code}`, {
          hint: 'start it again; what it has signed is in its book',
        })
      }
    },
  }
}
