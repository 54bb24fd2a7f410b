import { join, resolve } from 'node:path'
import { PACKAGE_ROOT } from '../../data/files/package-root.js'
import {
  describeKeyFile,
  openKeyFile,
  writeKeystore,
  type KeyFile,
} from '../../live/wallet/keystore.js'
import { numberOption } from '../options/options.js'
import { readPassphrase, type PassphraseSource } from '../../live/wallet/passphrase.js'
import { startSigner, type SignerChild } from '../../live/wallet/signer-child.js'
import { SigningBook } from '../../live/wallet/signing-book.js'
import { limitsFile, writeFirstLimits } from '../../live/wallet/signing-limits.js'
import { WalletKey } from '../../live/wallet/wallet-key.js'

/** Where a passphrase is read from; asked for at the terminal where none is named. */
export interface PassphraseOptions {
  readonly passphraseFile?: string
  /** A number, 3 to 1023. */
  readonly passphraseFd?: string
}

export interface CreateWalletOptions extends PassphraseOptions {
  /** The keystore to write. */
  readonly path: string
  /** A key that is there already, as Solana's command line writes it, or a keystore. */
  readonly from?: string
}

/** A new keystore: nothing of it holds the key. */
export interface CreatedWallet {
  readonly address: string
  readonly keystore: string
  readonly limits: string
}

/**
 * Makes a keystore with its limits and its book. @throws AppError KEY_FILE, PASSPHRASE, SIGNER_BOOK
 * @param environment names a file with the passphrase by ASSAY_PASSPHRASE_FILE
 */
export async function createWallet(
  { path, from, ...options }: CreateWalletOptions,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<CreatedWallet> {
  const source = sourceOf(options, environment)
  const key =
    from === undefined ? WalletKey.random() : await openKeyFile(from, () => readPassphrase(source))
  const keystore = resolve(path)
  SigningBook.requireNone(keystore)
  const passphrase = await readPassphrase(source, { twice: true })
  writeKeystore(keystore, key, passphrase)
  writeFirstLimits(keystore)
  SigningBook.begin(keystore, key)
  return { address: key.address, keystore, limits: limitsFile(keystore) }
}

/** Whose key a file holds. @throws AppError KEY_FILE */
export function showWallet(path: string): KeyFile & { readonly path: string } {
  return { path: resolve(path), ...describeKeyFile(path) }
}

/** Starts the process that holds a key. @throws AppError KEY_FILE, PASSPHRASE, SIGNER_BOOK and others */
export function startWallet(
  path: string,
  options: PassphraseOptions,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<SignerChild> {
  return startSigner({
    program: join(PACKAGE_ROOT, 'dist/signer.js'),
    keyFile: resolve(path),
    passphrase: sourceOf(options, environment),
    isBound: true,
  })
}

function sourceOf(
  options: PassphraseOptions,
  environment: Readonly<Record<string, string | undefined>>,
): PassphraseSource {
  const { passphraseFile } = options
  const passphraseFd = numberOption(options, 'passphraseFd', { min: 3, max: 1023, whole: true })
  const isNamed = passphraseFile !== undefined || passphraseFd !== undefined
  const file = isNamed ? passphraseFile : environment['ASSAY_PASSPHRASE_FILE'] || undefined
  return { file, descriptor: passphraseFd }
}
