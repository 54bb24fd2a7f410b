import type { SwapJournal } from '../../core/ports/trading/journal.js'
import type { Signer } from '../../core/ports/trading/signer.js'
import { AppError } from '../../core/errors.js'
import { journalled } from '../../live/wallet/journalled-signer.js'
import { connectSigner } from '../../live/wallet/signer-client.js'
import { textOption } from '../options/options.js'
import { startWallet } from '../wallet/wallet-files.js'
import type { Workspace } from '../workspace/compose.js'
import type { LiveOptions } from './live-options.js'

/** A signer that a live session may ask, and what ends it where it was started for it. */
export interface OpenedSigner {
  readonly signer: Signer
  readonly close: () => void
}

/**
 * The signer that runs for a key, or one that is started for this session and ends with it.
 * @throws AppError KEY_FILE, PASSPHRASE, SIGNER_AWAY, SIGNER_LIMITS, SIGNER_BOOK
 */
export async function openSigner(
  { environment }: Workspace,
  { keyFile, journal, options }: { keyFile: string; journal: SwapJournal; options: LiveOptions },
): Promise<OpenedSigner> {
  const running = await connectSigner(keyFile).catch((error: unknown) => {
    if (error instanceof AppError && error.code === 'SIGNER_AWAY') return null
    throw error
  })
  if (running !== null) {
    return { signer: journalled(running, journal), close: () => running.close() }
  }
  const passphraseFile = textOption(options, 'passphraseFile')
  const passphraseFd = textOption(options, 'passphraseFd')
  const child = await startWallet(
    keyFile,
    {
      ...(passphraseFile !== undefined && { passphraseFile }),
      ...(passphraseFd !== undefined && { passphraseFd }),
    },
    environment,
  )
  const client = await connectSigner(keyFile)
  return {
    signer: journalled(client, journal),
    close: () => {
      client.close()
      child.stop()
    },
  }
}
