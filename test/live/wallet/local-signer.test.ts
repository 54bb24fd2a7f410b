import {
  appendFileSync,
  copyFileSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { baseUnits } from '../../../src/core/account/money.js'
import { AppError } from '../../../src/core/errors.js'
import type { SignAnswer, SignedSwap } from '../../../src/core/ports/trading/signer.js'
import { SOL_MINT } from '../../../src/live/solana/programs.js'
import { readWire } from '../../../src/live/solana/transaction/wire-transaction.js'
import { LocalSigner, stopFile } from '../../../src/live/wallet/local-signer.js'
import { bookFile } from '../../../src/live/wallet/signing-book.js'
import { limitsFile } from '../../../src/live/wallet/signing-limits.js'
import { WalletKey } from '../../../src/live/wallet/wallet-key.js'
import { honest, plainWallet, privateFolder, swapOf, USDC } from './wallet-kit.js'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

/** A signer of a key of its own, on a clock that stands. */
class Desk {
  now = 1_800_000_000_000
  readonly key: WalletKey
  readonly file: string
  signer: LocalSigner

  constructor() {
    const { key, file } = plainWallet(privateFolder())
    this.key = key
    this.file = file
    this.signer = this.started()
  }

  started(): LocalSigner {
    return new LocalSigner(this.key, this.file, () => this.now)
  }

  restart(): void {
    this.signer.close()
    this.signer = this.started()
  }

  sign(swap: SignedSwap, hash = 7): Promise<SignAnswer> {
    return this.signer.sign(honest(this.key.address, swap, hash), swap)
  }
}

const reasonOf = (answer: SignAnswer): string =>
  answer.kind === 'refused' ? answer.reason : 'signed'
const signatureOf = (answer: SignAnswer): string => {
  if (answer.kind === 'refused') throw new Error(answer.reason)
  return answer.signature
}
const worth = (quote: bigint, order: string): SignedSwap =>
  swapOf({ order, amount: baseUnits(quote), worth: baseUnits(quote) })

function refusal(work: () => unknown): AppError {
  try {
    work()
  } catch (error) {
    return error as AppError
  }
  throw new Error('nothing was refused')
}

describe('the signer', () => {
  it('signs a swap that is what it is said to be', async () => {
    const desk = new Desk()
    const answer = await desk.sign(swapOf())
    if (answer.kind === 'refused') throw new Error(answer.reason)
    const wire = readWire(answer.transaction)
    if (typeof wire === 'string') throw new Error(wire)
    expect(wire.signatures).toEqual([{ signer: desk.key.address, signature: answer.signature }])
  })

  it('refuses another swap than the one it is told of', async () => {
    const desk = new Desk()
    const bytes = honest(desk.key.address, swapOf())
    const answer = await desk.signer.sign(bytes, swapOf({ least: baseUnits(60_000_000n) }))
    expect(reasonOf(answer)).toMatch(/may bring 50000000 units, less than 60000000/)
    expect(reasonOf(await desk.signer.sign(Buffer.from('nonsense'), swapOf()))).not.toBe('signed')
  })

  it('believes no worth that the swap itself denies', async () => {
    const desk = new Desk()
    expect(reasonOf(await desk.sign(swapOf({ worth: baseUnits(1n) })))).toMatch(
      /worth is said to be 1 units, and is 10000000/,
    )
    const sale = {
      givesMint: SOL_MINT,
      takesMint: USDC,
      amount: baseUnits(50_000_000n),
      least: baseUnits(7_000_000n),
    }
    expect(reasonOf(await desk.sign(swapOf({ ...sale, worth: baseUnits(6_999_999n) })))).toMatch(
      /and is 7000000/,
    )
    expect(reasonOf(await desk.sign(swapOf({ ...sale, worth: baseUnits(7_000_000n) })))).toBe(
      'signed',
    )
  })

  it('swaps no token that the limits do not name, and gives no more of one in a day than they say', async () => {
    const desk = new Desk()
    expect(reasonOf(await desk.sign(swapOf({ takesMint: WalletKey.random().address })))).toMatch(
      /name no token/,
    )
    const sale = (order: string, amount: bigint): SignedSwap =>
      swapOf({
        order,
        givesMint: SOL_MINT,
        takesMint: USDC,
        amount: baseUnits(amount),
        least: baseUnits(1n),
        worth: baseUnits(1n),
      })
    expect(reasonOf(await desk.sign(sale('a', 9_000_000_000n)))).toBe('signed')
    expect(reasonOf(await desk.sign(sale('b', 1_000_000_001n)))).toMatch(
      /given in a day: 10000000001 units/,
    )
  })

  it('signs nothing while the file that stops it is there', async () => {
    const desk = new Desk()
    writeFileSync(stopFile(desk.file), '')
    expect(reasonOf(await desk.sign(swapOf()))).toMatch(/signing is stopped/)
    rmSync(stopFile(desk.file))
    expect(reasonOf(await desk.sign(swapOf()))).toBe('signed')
  })
})

describe('its caps', () => {
  it('hold for a trade, an hour and a day, over restarts and clocks that are set back', async () => {
    const desk = new Desk()
    expect(reasonOf(await desk.sign(worth(100_000_001n, 'big')))).toMatch(
      /worth of a trade: 100000001/,
    )
    for (let k = 0; k < 5; k++)
      expect(reasonOf(await desk.sign(worth(100_000_000n, `a${k}`)))).toBe('signed')
    desk.restart()
    expect(reasonOf(await desk.sign(worth(1_000_000n, 'b')))).toMatch(/worth of an hour: 501000000/)
    desk.now -= 10 * HOUR
    expect(reasonOf(await desk.sign(worth(1_000_000n, 'b')))).toMatch(/worth of an hour/)
    desk.now += 11 * HOUR
    for (let k = 0; k < 5; k++)
      expect(reasonOf(await desk.sign(worth(100_000_000n, `c${k}`)))).toBe('signed')
    desk.now += 2 * HOUR
    desk.restart()
    const day = await desk.sign(worth(1_000_000n, 'd'))
    expect(reasonOf(day)).toMatch(/worth of a day: 1001000000/)
    expect(reasonOf(day)).not.toMatch(/hour/)
    desk.now += 22 * HOUR + 1
    expect(reasonOf(await desk.sign(worth(1_000_000n, 'd')))).toBe('signed')
  })

  it('count fees too', async () => {
    const desk = new Desk()
    const limits = JSON.parse(readFileSync(limitsFile(desk.file), 'utf8')) as Record<
      string,
      unknown
    >
    const fees = { per_trade: '25000', per_hour: '40000', per_day: '40000' }
    writeFileSync(limitsFile(desk.file), JSON.stringify({ ...limits, fees }))
    desk.restart()
    expect(reasonOf(await desk.sign(worth(1_000_000n, 'a')))).toBe('signed')
    expect(reasonOf(await desk.sign(worth(1_000_000n, 'b')))).toMatch(
      /fees of an hour: 50000 units are above the cap of 40000/,
    )
  })

  it('are refused where they make no sense', () => {
    const desk = new Desk()
    const limits = JSON.parse(readFileSync(limitsFile(desk.file), 'utf8')) as Record<
      string,
      unknown
    >
    const cases: readonly (readonly [object | string, RegExp])[] = [
      ['nonsense', /no JSON/],
      [{ ...limits, caps: {} }, /"caps" is no limit/],
      [
        { ...limits, worth: { per_trade: '5', per_hour: '1', per_day: '9' } },
        /more in a trade than in an hour/,
      ],
      [{ ...limits, fees: { per_trade: 5 } }, /fees.per_trade is "5"/],
      [{ ...limits, quote_mint: 'USDC' }, /"USDC" is no mint/],
      [{ ...limits, tokens: {} }, /fewer than two/],
    ]
    for (const [content, reason] of cases) {
      writeFileSync(
        limitsFile(desk.file),
        typeof content === 'string' ? content : JSON.stringify(content),
      )
      const error = refusal(() => desk.started())
      expect(error.code).toBe('SIGNER_LIMITS')
      expect(error.message).toMatch(reason)
    }
  })
})

describe('for one order', () => {
  it('the same bytes are signed again, the same, and counted once', async () => {
    const desk = new Desk()
    const swap = worth(100_000_000n, 'same')
    const first = signatureOf(await desk.sign(swap))
    for (let k = 0; k < 10; k++) expect(signatureOf(await desk.sign(swap))).toBe(first)
    desk.restart()
    expect(signatureOf(await desk.sign(swap))).toBe(first)
  })

  it('no other is signed until the first is over, over restarts too', async () => {
    const desk = new Desk()
    const first = signatureOf(await desk.sign(swapOf()))
    expect(reasonOf(await desk.sign(swapOf(), 8))).toMatch(
      new RegExp(`the transaction ${first} is signed and not known to be over`),
    )
    desk.now += 48 * HOUR
    desk.restart()
    expect(reasonOf(await desk.sign(swapOf(), 8))).toMatch(/not known to be over/)
    await desk.signer.settled('order-1', first, 'expired')
    desk.restart()
    const second = signatureOf(await desk.sign(swapOf(), 8))
    expect(second).not.toBe(first)
    expect(reasonOf(await desk.sign(swapOf(), 9))).toMatch(/not known to be over/)
    await expect(desk.signer.settled('order-1', first, 'failed')).rejects.toThrow(/is not/)
    expect(reasonOf(await desk.sign(swapOf({ order: 'order-2' }), 9))).toBe('signed')
  })
})

describe('its book', () => {
  async function written(): Promise<Desk> {
    const desk = new Desk()
    for (const order of ['a', 'b', 'c']) await desk.sign(worth(1_000_000n, order))
    desk.signer.close()
    return desk
  }

  it('that was changed, cut or is gone opens no more', async () => {
    const spoilt: readonly ((file: string) => void)[] = [
      file =>
        writeFileSync(file, readFileSync(file, 'utf8').replace('"worth":"1000000"', '"worth":"1"')),
      file =>
        writeFileSync(file, readFileSync(file, 'utf8').split('\n').toSpliced(2, 1).join('\n')),
      file =>
        writeFileSync(file, `${readFileSync(file, 'utf8').split('\n').slice(0, 3).join('\n')}\n`),
      file => truncateSync(file, 0),
      file => rmSync(file),
      file => rmSync(`${file}.head`),
      file => writeFileSync(`${file}.head`, '2 abc\n'),
      file => appendFileSync(file, readFileSync(file, 'utf8').split('\n').at(-2)! + '\n'),
    ]
    for (const spoil of spoilt) {
      const desk = await written()
      spoil(bookFile(desk.file))
      expect(refusal(() => desk.started()).code, spoil.toString()).toBe('SIGNER_BOOK')
    }
  })

  it('goes on where a power cut broke off its last line, or its head', async () => {
    const desk = await written()
    const book = bookFile(desk.file)
    appendFileSync(book, '{"kind":"signed","at":18')
    desk.signer = desk.started()
    expect(reasonOf(await desk.sign(worth(1_000_000n, 'd')))).toBe('signed')
    copyFileSync(`${book}.head`, join(book + '.kept'))
    expect(reasonOf(await desk.sign(worth(1_000_000n, 'e')))).toBe('signed')
    copyFileSync(join(book + '.kept'), `${book}.head`)
    desk.restart()
    expect(reasonOf(await desk.sign(worth(1_000_000n, 'e'), 8))).toMatch(/not known to be over/)
  })

  it('has one writer: where another writes, nothing is signed', async () => {
    const desk = new Desk()
    const other = desk.started()
    expect(reasonOf(await desk.sign(worth(1_000_000n, 'a')))).toBe('signed')
    const swap = worth(1_000_000n, 'b')
    await expect(other.sign(honest(desk.key.address, swap), swap)).rejects.toThrow(
      /somebody else has written/,
    )
  })

  it('of another key is of no use', async () => {
    const [one, two] = [await written(), await written()]
    copyFileSync(bookFile(one.file), bookFile(two.file))
    copyFileSync(`${bookFile(one.file)}.head`, `${bookFile(two.file)}.head`)
    expect(refusal(() => two.started()).code).toBe('SIGNER_BOOK')
  })
})
