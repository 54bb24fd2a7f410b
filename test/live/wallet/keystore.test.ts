import { spawn } from 'node:child_process'
import { chmodSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { Keypair } from '@solana/web3.js'
import { describe, expect, it } from 'vitest'
import { AppError } from '../../../src/core/errors.js'
import { toBase58 } from '../../../src/live/solana/base58.js'
import { describeKeyFile, openKeyFile, writeKeystore } from '../../../src/live/wallet/keystore.js'
import { LocalSigner } from '../../../src/live/wallet/local-signer.js'
import { WalletKey } from '../../../src/live/wallet/wallet-key.js'
import { bytesOf, plainWallet, privateFolder } from './wallet-kit.js'

const folder = privateFolder()
const PASSPHRASE = 'correct horse battery'
const key = WalletKey.random()
const file = join(folder, 'keystore.json')
writeKeystore(file, key, PASSPHRASE)
const open = (path: string, passphrase = PASSPHRASE): Promise<WalletKey> =>
  openKeyFile(path, () => Promise.resolve(passphrase))

async function refusal(work: () => unknown): Promise<AppError> {
  try {
    await work()
  } catch (error) {
    expect(error).toBeInstanceOf(AppError)
    return error as AppError
  }
  throw new Error('nothing was refused')
}

describe('a keystore', () => {
  it('gives the key back to who knows the passphrase, and to nobody else', async () => {
    expect((await open(file)).address).toBe(key.address)
    expect((await open(file)).sign(Buffer.from('x'))).toEqual(key.sign(Buffer.from('x')))
    expect((await refusal(() => open(file, 'wrong horse battery'))).code).toBe('PASSPHRASE')
    expect(describeKeyFile(file)).toEqual({ kind: 'keystore', address: key.address })
  })

  it('costs a guess 128 MB of memory, and has mode 0600', () => {
    const { kdf } = JSON.parse(readFileSync(file, 'utf8')) as { kdf: object }
    expect(kdf).toMatchObject({ name: 'scrypt', N: 2 ** 17, r: 8, p: 1 })
    expect(statSync(file).mode & 0o777).toBe(0o600)
  })

  it('that was changed opens no more', async () => {
    const content = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>
    const changed = (name: string, changes: object): string => {
      const path = join(folder, name)
      writeFileSync(path, JSON.stringify({ ...content, ...changes }), { mode: 0o600 })
      return path
    }
    const sealed = Buffer.from(String(content['sealed']), 'base64')
    sealed[0]! ^= 1
    const other = changed('other.json', { address: WalletKey.random().address })
    const flipped = changed('flipped.json', { sealed: sealed.toString('base64') })
    for (const path of [other, flipped])
      expect((await refusal(() => open(path))).code).toBe('PASSPHRASE')
    const weak = changed('weak.json', { kdf: { ...(content['kdf'] as object), N: 1024 } })
    expect((await refusal(() => open(weak))).code).toBe('KEY_FILE')
  })

  it('is never written over, and has no short passphrase', async () => {
    expect((await refusal(() => writeKeystore(file, key, PASSPHRASE))).message).toMatch(/it exists/)
    const short = await refusal(() => writeKeystore(join(folder, 'short.json'), key, 'short'))
    expect(short.message).toMatch(/fewer than 8/)
  })
})

describe("a key file of Solana's command line", () => {
  it('is read, where its halves match', async () => {
    const pair = Keypair.generate()
    const path = join(folder, 'id.json')
    writeFileSync(path, JSON.stringify([...pair.secretKey]), { mode: 0o600 })
    expect((await open(path)).address).toBe(pair.publicKey.toBase58())
    for (const bytes of [[...pair.secretKey].with(40, 1), [...pair.secretKey].slice(1), ['a']]) {
      writeFileSync(path, JSON.stringify(bytes), { mode: 0o600 })
      const { code, message } = await refusal(() => open(path))
      expect(code).toBe('KEY_FILE')
      expect(message).not.toContain(String(pair.secretKey[5]) + ',')
    }
  })
})

describe('a key file is refused', () => {
  it('where others may read it or its folder, with the command that mends it', async () => {
    const { file: loose } = plainWallet(privateFolder())
    chmodSync(loose, 0o640)
    expect(await refusal(() => open(loose))).toMatchObject({
      code: 'KEY_FILE',
      hint: `chmod 600 ${loose}`,
    })
    const open700 = privateFolder()
    const { file: inLoose } = plainWallet(open700)
    chmodSync(open700, 0o750)
    expect((await refusal(() => open(inLoose))).hint).toBe(`chmod 700 ${open700}`)
  })

  it('that is a link, or lies behind one', async () => {
    const here = privateFolder()
    const { file: real } = plainWallet(here)
    symlinkSync(real, join(here, 'link.json'))
    expect((await refusal(() => open(join(here, 'link.json')))).message).toMatch(/symbolic link/)
    const there = privateFolder()
    symlinkSync(here, join(there, 'folder'))
    expect((await refusal(() => open(join(there, 'folder', 'key.json')))).message).toMatch(
      /symbolic link/,
    )
  })

  it('inside a repository', async () => {
    const repository = privateFolder()
    mkdirSync(join(repository, '.git'))
    mkdirSync(join(repository, 'keys'), { mode: 0o700 })
    const path = join(repository, 'keys', 'id.json')
    writeFileSync(path, JSON.stringify(bytesOf(key)), { mode: 0o600 })
    expect((await refusal(() => open(path))).message).toMatch(/lies in the repository/)
    expect(
      (await refusal(() => writeKeystore(join(repository, 'keys/new.json'), key, PASSPHRASE)))
        .message,
    ).toMatch(/lies in the repository/)
  })
})

describe('a key is never printed', () => {
  it('by inspecting, encoding or copying it or what holds it', () => {
    const { key: held, file: path } = plainWallet(privateFolder())
    const bytes = bytesOf(held)
    const secret = Uint8Array.from(bytes.slice(0, 32))
    const shapes = [
      secret.join(','),
      secret.join(', '),
      Buffer.from(secret).toString('hex'),
      Buffer.from(secret).toString('base64').slice(0, 40),
      toBase58(secret),
      toBase58(Uint8Array.from(bytes)),
    ]
    const signer = new LocalSigner(held, path)
    const error = new Error('it broke', { cause: held })
    for (const value of [
      held,
      signer,
      { held },
      [signer],
      error,
      Object.assign(new Error('x'), { signer }),
    ]) {
      const options = { depth: 20, showHidden: true, getters: true, maxArrayLength: null }
      const printed = [
        inspect(value, options),
        JSON.stringify(value, (_, part: unknown) =>
          typeof part === 'bigint' ? part.toString() : part,
        ),
        String(value),
        `${JSON.stringify({ ...(value as object) }, (_, part: unknown) => (typeof part === 'bigint' ? 1 : part))}`,
        inspect(Object.getOwnPropertyDescriptors(value), options),
      ].join('\n')
      for (const shape of shapes) expect(printed).not.toContain(shape)
    }
    expect(() => structuredClone(held)).not.toThrow()
    expect(inspect(structuredClone(held), { showHidden: true })).not.toContain(secret.join(', '))
    signer.close()
  })

  it('by a program that breaks while it has one', async () => {
    const { file: path, key: held } = plainWallet(privateFolder())
    const source = join(import.meta.dirname, '../../../src/live/wallet/keystore.ts')
    const code = `import { openKeyFile } from ${JSON.stringify(source)}
      const key = await openKeyFile(${JSON.stringify(path)}, async () => '')
      console.log(key); console.error({ key }); throw Object.assign(new Error('broke'), { key })`
    const script = join(folder, 'breaks.mts')
    writeFileSync(script, code)
    const child = spawn(process.execPath, ['--import', 'tsx', script], {
      cwd: join(import.meta.dirname, '../../..'),
    })
    let said = ''
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (text: Buffer) => (said += text.toString()))
    await new Promise(done => child.once('close', done))
    expect(said).toContain(held.address)
    expect(said).toContain('broke')
    const seed = bytesOf(held).slice(0, 32)
    for (const shape of [seed.join(','), seed.join(', '), Buffer.from(seed).toString('hex')])
      expect(said).not.toContain(shape)
  })
})
