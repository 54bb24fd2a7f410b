import { createCipheriv, createDecipheriv, randomBytes, scryptSync } from 'node:crypto'
import { chmodSync, closeSync, fsyncSync, openSync, writeSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { AppError } from '../../core/errors.js'
import { readSecretFile, requirePrivateFolder } from './key-file.js'
import { WalletKey } from './wallet-key.js'

/** Cost of a guess: 128 MB of memory and about half a second. */
const SCRYPT = { N: 2 ** 17, r: 8, p: 1 }
/** Above it a file could ask for all memory there is. */
const N_MAX = 2 ** 20
const PASSPHRASE_MIN = 8

/** A key under a passphrase, as a file holds it. Bytes are base64. */
interface Keystore {
  readonly version: 1
  readonly address: string
  readonly kdf: {
    readonly name: 'scrypt'
    readonly N: number
    readonly r: number
    readonly p: number
    readonly salt: string
  }
  readonly cipher: { readonly name: 'aes-256-gcm'; readonly iv: string; readonly tag: string }
  readonly sealed: string
}

/**
 * Writes a key under a passphrase into a new file with mode 0600.
 * @throws AppError KEY_FILE where there is a file, or where it would not be private
 */
export function writeKeystore(path: string, key: WalletKey, passphrase: string): void {
  const file = resolve(path)
  requirePrivateFolder(dirname(file))
  if (passphrase.length < PASSPHRASE_MIN) {
    throw refused(
      file,
      `the passphrase has fewer than ${PASSPHRASE_MIN} characters`,
      'take a longer one',
    )
  }
  const text = JSON.stringify(sealed(key, passphrase), null, 2)
  let descriptor: number
  try {
    descriptor = openSync(file, 'wx', 0o600)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const isThere = code === 'EEXIST'
    throw refused(
      file,
      isThere ? 'it exists' : `it cannot be written (${code})`,
      isThere
        ? 'a key is never written over; give another path'
        : 'give a path that you may write to',
    )
  }
  try {
    chmodSync(file, 0o600)
    writeSync(descriptor, `${text}\n`)
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

/** What a key file is, and whose. */
export interface KeyFile {
  readonly kind: 'keystore' | 'plain'
  readonly address: string
}

/**
 * Reads whose key a file holds, without a passphrase.
 * @throws AppError KEY_FILE
 */
export function describeKeyFile(path: string): KeyFile {
  const content = parsed(path)
  return content instanceof WalletKey
    ? { kind: 'plain', address: content.address }
    : { kind: 'keystore', address: content.address }
}

/**
 * Opens a keystore, or a key as Solana's command line writes it: an array of 64 bytes.
 * @param passphrase asked for where the file is a keystore
 * @throws AppError KEY_FILE, PASSPHRASE
 */
export async function openKeyFile(
  path: string,
  passphrase: () => Promise<string>,
): Promise<WalletKey> {
  const content = parsed(path)
  if (content instanceof WalletKey) return content
  const key = unsealed(content, await passphrase())
  if (key?.address === content.address) return key
  throw new AppError(
    'PASSPHRASE',
    `the passphrase does not open "${path}", or the file is damaged`,
    {
      hint: 'try again; a passphrase that is lost cannot be found by anybody',
      data: { path },
    },
  )
}

function sealed(key: WalletKey, passphrase: string): Keystore {
  const salt = randomBytes(32)
  const iv = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', secretOf(passphrase, SCRYPT, salt), iv)
  cipher.setAAD(Buffer.from(key.address))
  const bytes = key.lend(seed => Buffer.concat([cipher.update(seed), cipher.final()]))
  return {
    version: 1,
    address: key.address,
    kdf: { name: 'scrypt', ...SCRYPT, salt: salt.toString('base64') },
    cipher: {
      name: 'aes-256-gcm',
      iv: iv.toString('base64'),
      tag: cipher.getAuthTag().toString('base64'),
    },
    sealed: bytes.toString('base64'),
  }
}

function unsealed(
  { address, kdf, cipher, sealed }: Keystore,
  passphrase: string,
): WalletKey | undefined {
  const secret = secretOf(passphrase, kdf, Buffer.from(kdf.salt, 'base64'))
  const iv = Buffer.from(cipher.iv, 'base64')
  const decipher = createDecipheriv('aes-256-gcm', secret, iv, { authTagLength: 16 })
  decipher.setAAD(Buffer.from(address))
  try {
    decipher.setAuthTag(Buffer.from(cipher.tag, 'base64'))
    const seed = Buffer.concat([decipher.update(Buffer.from(sealed, 'base64')), decipher.final()])
    const key = WalletKey.from(seed)
    seed.fill(0)
    return key
  } catch {
    return undefined
  }
}

function secretOf(
  passphrase: string,
  { N, r, p }: { readonly N: number; readonly r: number; readonly p: number },
  salt: Uint8Array,
): Buffer {
  return scryptSync(passphrase.normalize('NFKC'), salt, 32, { N, r, p, maxmem: 256 * N * r })
}

function parsed(path: string): Keystore | WalletKey {
  const text = readSecretFile(path)
  let content: unknown
  try {
    content = JSON.parse(text)
  } catch {
    // What the file holds is told nobody, in no error.
    content = undefined
  }
  if (Array.isArray(content)) {
    const isBytes = content.every(byte => Number.isInteger(byte) && byte >= 0 && byte <= 255)
    const key = isBytes ? WalletKey.from(Uint8Array.from(content as number[])) : undefined
    if (key !== undefined) return key
  } else if (isKeystore(content)) return content
  throw refused(
    resolve(path),
    'it is neither a keystore nor the 64 bytes of a key whose halves match',
    'make one: assay wallet create PATH',
  )
}

function isKeystore(value: unknown): value is Keystore {
  const { version, address, kdf, cipher, sealed } = Object(value) as Partial<Keystore>
  const texts = [address, kdf?.salt, cipher?.iv, cipher?.tag, sealed]
  return (
    version === 1 &&
    texts.every(text => typeof text === 'string') &&
    kdf?.name === 'scrypt' &&
    cipher?.name === 'aes-256-gcm' &&
    isCost(kdf)
  )
}

/** No weaker than what is written today, and no costlier than a machine bears. */
function isCost({ N, r, p }: Keystore['kdf']): boolean {
  return Number.isInteger(Math.log2(N)) && N >= SCRYPT.N && N <= N_MAX && r === 8 && p === 1
}

function refused(path: string, reason: string, hint: string): AppError {
  return new AppError('KEY_FILE', `"${path}" is not used: ${reason}`, { hint, data: { path } })
}
