import { spawn } from 'node:child_process'
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { Keypair } from '@solana/web3.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connectSigner } from '../../src/live/wallet/signer-client.js'
import { assay, assayJson, assayWith, REPOSITORY, scratch } from './assay.js'

const MAINNET = '5eykt4UsFv8P8NJdTREpY1vzqKqZKvdpKuc147dw2N9d'
const folder = scratch()
const keys = join(folder, 'keys')
mkdirSync(keys, { mode: 0o700 })
const secret = join(keys, 'passphrase')
writeFileSync(secret, 'correct horse battery\n', { mode: 0o600 })
const keystore = join(keys, 'wallet.json')

/** What the node of the test says of every wallet. */
const world = { genesis: MAINNET, lamports: 1_500_000_000, tokens: [] as object[], isDown: false }
let node: Server
let rpc: string

beforeAll(async () => {
  node = createServer((request, response) => {
    let body = ''
    request.on('data', (text: Buffer) => (body += text.toString()))
    request.on('end', () => {
      if (world.isDown) return void response.writeHead(503).end('busy')
      const { method, id } = JSON.parse(body) as { method: string; id: number }
      const result = {
        getGenesisHash: world.genesis,
        getBalance: { value: world.lamports },
        getTokenAccountsByOwner: { value: body.includes('TokenkegQ') ? world.tokens : [] },
      }[method]
      response.end(JSON.stringify({ jsonrpc: '2.0', id, result }))
    })
  })
  await new Promise<void>(done => node.listen(0, '127.0.0.1', done))
  rpc = `http://127.0.0.1:${(node.address() as AddressInfo).port}/v1?api-key=topsecret`
})
afterAll(() => {
  node.close()
  rmSync(folder, { recursive: true, force: true })
})

describe('assay wallet', { concurrent: false, shuffle: false }, () => {
  it('creates a keystore and prints its address alone', async () => {
    const made = await assay(folder, 'wallet', 'create', keystore, '--passphrase-file', secret)
    expect(made.code, made.err).toBe(0)
    const [address] = made.out.split('\n')
    expect(address).toMatch(/^[1-9A-HJ-NP-Za-km-z]{43,44}$/)
    expect(readFileSync(keystore, 'utf8')).toContain(address)
    const again = await assay(folder, 'wallet', 'create', keystore, '--passphrase-file', secret)
    expect(again).toMatchObject({ code: 2, out: '' })
    expect(again.err).toMatch(/it exists|there is one already/)
  })

  it('takes a key of the command line of Solana', async () => {
    const pair = Keypair.generate()
    const plain = join(keys, 'id.json')
    writeFileSync(plain, JSON.stringify([...pair.secretKey]), { mode: 0o600 })
    const into = join(keys, 'taken.json')
    const args = ['wallet', 'create', into, '--from', plain, '--passphrase-file', secret]
    expect(await assayJson(folder, ...args)).toMatchObject({ address: pair.publicKey.toBase58() })
    expect(await assayJson(folder, 'wallet', 'show', plain)).toMatchObject({ kind: 'plain' })
    expect(await assayJson(folder, 'wallet', 'show', into)).toMatchObject({
      kind: 'keystore',
      address: pair.publicKey.toBase58(),
    })
  })

  it('asks for no passphrase where there is no terminal, and takes none as a word', async () => {
    const ran = await assay(folder, 'wallet', 'create', join(keys, 'other.json'))
    expect(ran.code).toBe(2)
    expect(ran.err).toMatch(/PASSPHRASE/)
    const word = await assay(
      folder,
      'wallet',
      'create',
      join(keys, 'other.json'),
      '--passphrase',
      'x',
    )
    expect(word.code).toBe(2)
    const named = { ASSAY_PASSPHRASE_FILE: secret }
    const made = await assayWith(named, folder, 'wallet', 'create', join(keys, 'other.json'))
    expect(made.code, made.err).toBe(0)
  })

  it('checks files, cluster and balances', async () => {
    const usdc = 'EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGkZwyTDt1v'
    const tokenAmount = { uiAmountString: '250.5', decimals: 6 }
    world.tokens = [{ account: { data: { parsed: { info: { mint: usdc, tokenAmount } } } } }]
    const report = await assayJson(folder, 'wallet', 'check', keystore, '--rpc', rpc)
    expect(report).toMatchObject({
      sol: '1.5',
      tokens: [{ mint: usdc, amount: '250.5', decimals: 6 }],
    })
    const text = await assay(folder, 'wallet', 'check', keystore, '--rpc', rpc)
    expect(text.out).toMatch(/cluster +ok +127.0.0.1:\d+ serves mainnet/)
    expect(text.out + text.err).not.toContain('topsecret')
  })

  it('finds what is wrong, and says what to do', async () => {
    const checked = async (): Promise<string> => {
      const { code, out, err } = await assay(folder, 'wallet', 'check', keystore, '--rpc', rpc)
      expect(code).toBe(1)
      expect(out + err).not.toContain('topsecret')
      return err.replace(/\s+/g, ' ')
    }
    world.lamports = 19_999_999
    expect(await checked()).toMatch(/0.019999999 SOL are below the floor of 0.02/)
    world.lamports = 1_500_000_000
    world.genesis = 'EtWTRABZaYq6iMfeYKouRu166VU2xqa1wcaWoxPkrZBG'
    expect(await checked()).toMatch(/serves devnet, not mainnet/)
    world.genesis = MAINNET
    world.isDown = true
    expect(await checked()).toMatch(
      /the node 127.0.0.1:\d+ does not answer: getGenesisHash was answered with status 503/,
    )
    world.isDown = false
    writeFileSync(`${keystore}.stop`, '')
    expect(await checked()).toMatch(/signing is stopped/)
    rmSync(`${keystore}.stop`)
    chmodSync(keystore, 0o644)
    expect(await checked()).toMatch(/others may use it \(mode 644\) \(chmod 600/)
    chmodSync(keystore, 0o600)
  })

  it('serves a signer until it is stopped', async () => {
    const child = spawn(
      process.execPath,
      [join(REPOSITORY, 'bin/assay.js'), 'wallet', 'serve', keystore, '--passphrase-file', secret],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    )
    const line = await new Promise<string>(done =>
      child.stdout.once('data', (text: Buffer) => done(text.toString())),
    )
    const signer = await connectSigner(keystore)
    expect(line).toContain(`signing for ${signer.address}`)
    signer.close()
    child.kill('SIGTERM')
    expect(await new Promise(done => child.once('exit', done))).toBe(0)
  })
})
