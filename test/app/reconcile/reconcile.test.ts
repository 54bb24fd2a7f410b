import { SystemProgram, TransactionMessage, VersionedTransaction, PublicKey } from '@solana/web3.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { reconcile } from '../../../src/app/reconcile/reconcile.js'
import type { Shown } from '../../../src/app/output/output.js'
import type { Difference } from '../../../src/app/reconcile/difference.js'
import { whyNoRedis } from '../../distributed/redis-server.js'
import { LiveHouse } from '../../live/live-house.js'
import { whyNoPostgres } from '../../postgres-server.js'

const MINUTE = 60_000
const START = Date.UTC(2026, 2, 2, 12)
const why = whyNoPostgres() ?? whyNoRedis()

describe.skipIf(why !== undefined)(
  `the books of live trading against the chain${why === undefined ? '' : ` (${why})`}`,
  () => {
    let house: LiveHouse
    let wallet: string
    let session: string
    let clean: Shown
    beforeAll(async () => {
      house = await LiveHouse.open({
        start: START,
        before: 300,
        after: 400,
        run: { params: { fast_ma: 3, slow_ma: 6, min_volume: 0 }, stopLoss: 0.05, capital: 5000 },
      })
      wallet = house.world.wallet.publicKey.toBase58()
      await house.trade({ promotion: await house.promote(), capital: 5000 }, START + 60 * MINUTE)
      session = await house.workspace(async workspace => {
        const [record] = await (await workspace.sessions()).list()
        return record!.sessionId
      })
      clean = await compare()
    }, 240_000)
    afterAll(() => house.close(), 60_000)

    const compare = (options: object = {}): Promise<Shown> =>
      house.workspace(workspace =>
        reconcile(
          workspace,
          { wallet, rpc: house.world.rpcUrls.join(','), ...options },
          house.clock,
        ),
      )

    /** What differs, beside what another test has paid out of the wallet. */
    async function differences(): Promise<readonly Difference[]> {
      const { json } = await compare()
      const found = (json as { differences: readonly Difference[] }).differences
      return found.filter(({ kind }) => kind !== 'foreign')
    }

    /** Changes the database, looks, and changes it back. */
    async function changed(statement: string, back: string): Promise<readonly Difference[]> {
      const run = (sql: string): Promise<unknown> =>
        house.workspace(async workspace => (await workspace.database()).execute(sql))
      await run(statement)
      try {
        return await differences()
      } finally {
        await run(back)
      }
    }

    it('finds nothing where nothing is wrong, and what became of each attempt', () => {
      const { json, failure, text } = clean
      expect(failure, text).toBeNull()
      const {
        attempts,
        orders,
        differences: none,
      } = json as {
        attempts: readonly { journal: string; chain: string }[]
        orders: number
        differences: readonly Difference[]
      }
      expect(none).toEqual([])
      expect(orders).toBeGreaterThan(4)
      expect(attempts.length, 'some orders are refused before they are sent').toBeGreaterThan(4)
      expect(new Set(attempts.map(({ chain }) => chain))).toEqual(new Set(['landed']))
    })

    it('finds the same by session and by wallet, and refuses what does not fit', async () => {
      const bySession = await compare({ session, wallet: undefined })
      const orders = ({ json }: Shown): number => (json as { orders: number }).orders
      expect(orders(bySession)).toBe(orders(clean))
      await expect(compare({ wallet: undefined })).rejects.toMatchObject({ code: 'USAGE' })
      await expect(compare({ cluster: 'devnet' })).rejects.toMatchObject({ code: 'LIVE_REFUSED' })
      await expect(compare({ session: 'nothing' })).rejects.toMatchObject({
        code: 'UNKNOWN_SESSION',
      })
    })

    it('finds a row of the journal that somebody has changed', async () => {
      const one = '(select order_id from swap_fills order by time limit 1)'
      const found = await changed(
        `update swap_fills set fee = fee + 1 where order_id = ${one}`,
        `update swap_fills set fee = fee - 1 where order_id = ${one}`,
      )
      expect(found).toHaveLength(1)
      expect(found[0]).toMatchObject({ kind: 'fill', session })
      expect(found[0]!.expected).toMatch(/^fee \d+$/)
      expect(found[0]!.found).not.toBe(found[0]!.expected)
    })

    it('finds a fill that the session has not heard of', async () => {
      const one = `session_id = '${session}' and kind = 'fill' and seq =
        (select min(seq) from session_inputs where kind in ('fill', 'hidden'))`
      const found = await changed(
        `update session_inputs set kind = 'hidden' where ${one}`,
        `update session_inputs set kind = 'fill' where kind = 'hidden'`,
      )
      expect(found).toHaveLength(1)
      expect(found[0]).toMatchObject({ kind: 'unheard', session })
    })

    it('finds a transaction that landed and that the books say is gone', async () => {
      const one = '(select order_id from swap_fills order by time limit 1)'
      const [before] = await house.workspace(async workspace =>
        (await workspace.database()).query(
          `select order_id, state from swap_attempts where order_id = ${one}`,
        ),
      )
      const set = (state: string): string =>
        `update swap_attempts set state = '${state}' where order_id = '${before!['order_id']}'`
      const found = await changed(set('expired'), set(before!['state']!))
      expect(found.map(({ kind }) => kind)).toEqual(['missing_fill', 'unjournalled'])
    })

    it('finds what somebody else moved out of the wallet', async () => {
      const { world } = house
      const message = new TransactionMessage({
        payerKey: world.wallet.publicKey,
        recentBlockhash: world.chain.view('confirmed', 0).blockhash,
        instructions: [
          SystemProgram.transfer({
            fromPubkey: world.wallet.publicKey,
            toPubkey: new PublicKey(world.dollar.mint),
            lamports: 1_000_000n,
          }),
        ],
      }).compileToV0Message()
      const transaction = new VersionedTransaction(message)
      transaction.sign([world.wallet])
      const signature = world.chain.submit(transaction.serialize())
      world.chain.tick(40)
      const { json, failure } = await compare()
      expect(failure).toMatchObject({ code: 'BOOKS_DIFFER', exitCode: 1 })
      const found = (json as { differences: readonly Difference[] }).differences
      expect(found).toHaveLength(1)
      expect(found[0]).toMatchObject({ kind: 'foreign', signature, session: null })
      expect(found[0]!.found).toMatch(/^-10\d{5} lamports$/)
    })
  },
)
