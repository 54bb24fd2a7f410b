import { spawn } from 'node:child_process'
import { existsSync, openSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { AppError } from '../../../src/core/errors.js'
import { LocalSigner } from '../../../src/live/wallet/local-signer.js'
import { writeKeystore } from '../../../src/live/wallet/keystore.js'
import { startSigner, type SignerChild } from '../../../src/live/wallet/signer-child.js'
import { connectSigner } from '../../../src/live/wallet/signer-client.js'
import { frame, signerSocket } from '../../../src/live/wallet/signer-protocol.js'
import { serveSigner } from '../../../src/live/wallet/signer-server.js'
import { SigningBook } from '../../../src/live/wallet/signing-book.js'
import { writeFirstLimits } from '../../../src/live/wallet/signing-limits.js'
import { WalletKey } from '../../../src/live/wallet/wallet-key.js'
import { bytesOf, honest, plainWallet, privateFolder, swapOf } from './wallet-kit.js'

const PROGRAM = join(import.meta.dirname, '../../../dist/signer.js')
const PASSPHRASE = 'correct horse battery'
const started: SignerChild[] = []
afterAll(async () => {
  for (const child of started) child.stop()
  await Promise.all(started.map(({ ended }) => ended))
})

/** A keystore with a file that holds its passphrase. */
function encrypted(): { key: WalletKey; keyFile: string; file: string } {
  const folder = privateFolder()
  const [keyFile, file] = [join(folder, 'wallet.json'), join(folder, 'passphrase')]
  const key = WalletKey.random()
  writeKeystore(keyFile, key, PASSPHRASE)
  writeFirstLimits(keyFile)
  SigningBook.begin(keyFile, key)
  writeFileSync(file, `${PASSPHRASE}\n`, { mode: 0o600 })
  return { key, keyFile, file }
}

async function start(keyFile: string, passphrase = {}, isBound = false): Promise<SignerChild> {
  const child = await startSigner({ program: PROGRAM, keyFile, passphrase, isBound })
  started.push(child)
  return child
}

async function refusal(work: Promise<unknown>): Promise<AppError> {
  const error = await work.then(
    () => undefined,
    (found: unknown) => found,
  )
  expect(error).toBeInstanceOf(AppError)
  return error as AppError
}

describe('a signer in a process of its own', () => {
  it('signs over its socket, and remembers over a restart', async () => {
    const { key, keyFile, file } = encrypted()
    const child = await start(keyFile, { file })
    expect(child.address).toBe(key.address)
    expect(statSync(signerSocket(keyFile)).mode & 0o777).toBe(0o600)
    const signer = await connectSigner(keyFile)
    const bytes = honest(key.address, swapOf())
    const first = await signer.sign(bytes, swapOf())
    expect(first.kind).toBe('signed')
    expect((await signer.sign(bytes, swapOf({ order: 'other' }))).kind).toBe('signed')
    child.stop()
    await child.ended
    await refusal(signer.sign(bytes, swapOf()))
    await start(keyFile, { file })
    expect(await signer.sign(bytes, swapOf()), 'the connection is made again').toEqual(first)
    const other = await signer.sign(honest(key.address, swapOf(), 8), swapOf())
    expect(other).toMatchObject({ kind: 'refused' })
    if (first.kind === 'signed') await signer.settled('order-1', first.signature, 'failed')
    expect((await signer.sign(honest(key.address, swapOf(), 8), swapOf())).kind).toBe('signed')
    signer.close()
  })

  it('reads its passphrase from an open file', async () => {
    const { keyFile, file } = encrypted()
    const child = await start(keyFile, { descriptor: openSync(file, 'r') })
    expect((await connectSigner(keyFile)).address).toBe(child.address)
  })

  it('says why it cannot start, and nothing of the key', async () => {
    const { keyFile, file } = encrypted()
    const wrong = join(privateFolder(), 'wrong')
    writeFileSync(wrong, 'wrong horse battery', { mode: 0o600 })
    expect((await refusal(start(keyFile, { file: wrong }))).code).toBe('PASSPHRASE')
    expect((await refusal(start(join(keyFile, '..', 'none')))).code).toBe('KEY_FILE')
    writeFileSync(`${keyFile}.signed`, 'changed\n', { mode: 0o600 })
    expect((await refusal(start(keyFile, { file }))).code).toBe('SIGNER_BOOK')
  })

  it('runs once for each key', async () => {
    const { keyFile } = { keyFile: plainWallet(privateFolder()).file }
    await start(keyFile)
    expect((await refusal(start(keyFile))).code).toBe('SIGNER_RUNNING')
  })

  it('takes the place of one that was killed', async () => {
    const { file: keyFile } = plainWallet(privateFolder())
    const child = spawn(process.execPath, [PROGRAM, keyFile, '', '', ''], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await new Promise(ready => child.stdout.once('data', ready))
    child.kill('SIGKILL')
    await new Promise(done => child.once('exit', done))
    expect(existsSync(signerSocket(keyFile))).toBe(true)
    expect((await start(keyFile)).address).not.toBe('')
  })

  it('ends with who started it', async () => {
    const { file: keyFile } = plainWallet(privateFolder())
    const parent = spawn(
      process.execPath,
      [
        '--input-type=module',
        '-e',
        `import { spawn } from 'node:child_process'
         const child = spawn(process.execPath, [${JSON.stringify(PROGRAM)}, ${JSON.stringify(keyFile)}, '', '', 'bound'], { stdio: ['ignore', 'pipe', 'inherit', 'ignore', 'ipc'] })
         child.stdout.once('data', () => process.kill(process.pid, 'SIGKILL'))`,
      ],
      { stdio: ['ignore', 'ignore', 'inherit'] },
    )
    await new Promise(done => parent.once('exit', done))
    await expect
      .poll(() => existsSync(signerSocket(keyFile)), { timeout: 20_000, interval: 20 })
      .toBe(false)
  })
})

describe('messages of the signer', () => {
  it('hold nothing of the key, whatever is asked', async () => {
    const { key, file: keyFile } = plainWallet(privateFolder())
    const signer = new LocalSigner(key, keyFile)
    const end = await serveSigner(keyFile, signer)
    const swap = {
      ...swapOf(),
      amount: '10000000',
      least: '50000000',
      worth: '10000000',
      feeMax: '100000',
    }
    const transaction = Buffer.from(honest(key.address, swapOf())).toString('base64')
    const questions: readonly object[] = [
      { ask: 'address' },
      { ask: 'sign', transaction, swap },
      { ask: 'sign', transaction: '', swap },
      { ask: 'sign', transaction, swap: { ...swap, amount: '-1' } },
      { ask: 'sign', transaction, swap: { ...swap, worth: '18446744073709551616' } },
      { ask: 'settled', order: 'none', signature: 'none', outcome: 'failed' },
      { ask: 'key' },
      { ask: 'export', key: true },
      [],
    ]
    const socket = connect(signerSocket(keyFile))
    let heard = Buffer.alloc(0)
    socket.on('data', (piece: Buffer) => (heard = Buffer.concat([heard, piece])))
    questions.forEach((question, id) => socket.write(frame({ id, ...question })))
    await expect.poll(() => heard.toString().split('"id"').length).toBe(questions.length + 1)
    const seed = bytesOf(key).slice(0, 32)
    const text = heard.toString('latin1')
    for (const shape of [
      seed.join(','),
      Buffer.from(seed).toString('hex'),
      Buffer.from(seed).toString('base64').slice(0, 40),
    ])
      expect(text).not.toContain(shape)
    expect(heard.includes(Buffer.from(seed))).toBe(false)
    expect(text.match(/it is no question/g)).toHaveLength(5)
    socket.destroy()
    end()
    signer.close()
  })

  it('that are none end the connection, and no more', async () => {
    const { key, file: keyFile } = plainWallet(privateFolder())
    const signer = new LocalSigner(key, keyFile)
    const end = await serveSigner(keyFile, signer)
    for (const bytes of [
      Buffer.from('GET / HTTP/1.1\r\n\r\n'),
      Buffer.from([0, 0, 0, 2, 123, 123]),
    ]) {
      const socket = connect(signerSocket(keyFile))
      socket.write(bytes)
      await new Promise(done =>
        socket
          .resume()
          .on('error', () => undefined)
          .once('close', done),
      )
    }
    const client = await connectSigner(keyFile)
    expect(client.address).toBe(key.address)
    client.close()
    end()
    signer.close()
  })
})

describe('a signer that does not answer', () => {
  it('is an error in time, and the same bytes may be asked for again', async () => {
    const { key, file: keyFile } = plainWallet(privateFolder())
    let isSilent = true
    const signer = new LocalSigner(key, keyFile)
    const silent = createServer(socket => {
      socket.on('data', () => {
        if (!isSilent) socket.destroy()
      })
    })
    await new Promise<void>(done => silent.listen(signerSocket(keyFile), done))
    const error = await refusal(connectSigner(keyFile, { timeoutMs: 50 }))
    expect(error).toMatchObject({ code: 'SIGNER_AWAY' })
    expect(error.message).toMatch(/no answer within 50 ms/)
    isSilent = false
    expect((await refusal(connectSigner(keyFile))).message).toMatch(/it has ended/)
    await new Promise(done => silent.close(done))
    expect((await refusal(connectSigner(keyFile))).code).toBe('SIGNER_AWAY')
    const end = await serveSigner(keyFile, signer)
    const client = await connectSigner(keyFile)
    expect((await client.sign(honest(key.address, swapOf()), swapOf())).kind).toBe('signed')
    client.close()
    end()
    signer.close()
  })
})

it('the program that holds the key loads no package', () => {
  const folder = join(import.meta.dirname, '../../../dist')
  const seen = new Set<string>()
  const packages: string[] = []
  const walk = (name: string): void => {
    if (seen.has(name)) return
    seen.add(name)
    const code = readFileSync(join(folder, name), 'utf8')
    for (const [, from] of code.matchAll(/(?<![.\w])(?:from|import)\s*\(?\s*["']([^"']+)["']/g)) {
      if (from!.startsWith('./')) walk(from!.slice(2))
      else if (!from!.startsWith('node:')) packages.push(from!)
    }
  }
  walk('signer.js')
  expect(seen.size).toBeGreaterThan(1)
  expect(packages).toEqual([])
})
