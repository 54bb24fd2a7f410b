import type { SwapJournal } from '../../../src/core/ports/trading/journal.js'
import type { Chain } from '../../../src/live/solana/rpc/chain.js'

/** Called around whatever a process does that lasts: what it throws happens to the process there. */
export type Hook = (moment: `${'before' | 'after'} ${string}`) => void

/** A journal with a hook around each of its calls: `before prepare`, `after prepare`, and so on. */
export function hookedJournal(journal: SwapJournal, hook: Hook): SwapJournal {
  const around = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    hook(`before ${name}`)
    const value = await work()
    hook(`after ${name}`)
    return value
  }
  return {
    open: intent => around('open', () => journal.open(intent)),
    prepare: attempt => around('prepare', () => journal.prepare(attempt)),
    move: (key, from, to, reason) =>
      around(to, () =>
        reason === undefined ? journal.move(key, from, to) : journal.move(key, from, to, reason),
      ),
    fail: (key, reason, burnt) => around('fail', () => journal.fail(key, reason, burnt)),
    fill: fill => around('fill', () => journal.fill(fill)),
    end: (order, state, reason) => around('end', () => journal.end(order, state, reason)),
    unfinished: session => around('unfinished', () => journal.unfinished(session)),
    provisional: session => around('provisional', () => journal.provisional(session)),
    ofWallet: wallet => around('ofWallet', () => journal.ofWallet(wallet)),
    find: order => around('find', () => journal.find(order)),
  }
}

/** A chain with a hook around what is sent to it. */
export function hookedChain(chain: Chain, hook: Hook): Chain {
  return {
    nodes: chain.nodes,
    statuses: signature => chain.statuses(signature),
    tip: commitment => chain.tip(commitment),
    simulate: (bytes, watched) => chain.simulate(bytes, watched),
    transaction: (signature, commitment) => chain.transaction(signature, commitment),
    accounts: (addresses, since) => chain.accounts(addresses, since),
    rentFor: bytes => chain.rentFor(bytes),
    send: async bytes => {
      hook('before send')
      const replies = await chain.send(bytes)
      hook('after send')
      return replies
    },
  }
}
