/** A mistake in the code that loses money, and the scenario that must notice it. */
export interface Defect {
  readonly name: string
  /** File below `src/live`. */
  readonly file: string
  /** What stands there, once. */
  readonly stands: string
  /** What stands there instead. */
  readonly put: string
  /** Name of the scenario. */
  readonly caughtBy: string
}

const DRIVE = 'swaps/attempt-drive.ts'
const ABSENCE = 'swaps/absence.ts'
const EXECUTOR = 'swaps/swap-executor.ts'
const PREPARATION = 'swaps/preparation.ts'
const BROKER = 'broker/jupiter-broker.ts'

/** Mistakes that programs like this have been seen to make. */
export const DEFECTS: readonly Defect[] = [
  {
    name: 'a sending that fails is taken for one that was not done',
    file: DRIVE,
    stands: "await chain.send(new Uint8Array(Buffer.from(this.attempt.bytes, 'base64')))",
    put: `const sent = await chain.send(new Uint8Array(Buffer.from(this.attempt.bytes, 'base64')))
    if (sent.every(({ kind }) => kind === 'failed')) {
      await journal.move(this.attempt, 'prepared', 'expired', 'not sent')
      this.isSent = true
      return
    }`,
    caughtBy: 'the answer to a sending is lost at every node: it is not taken for unsent',
  },
  {
    name: 'an attempt expires by the clock',
    file: DRIVE,
    stands: 'tip.value.height > this.attempt.lastValidHeight',
    put: 'this.parts.clock.now() - this.attempt.preparedAt > 30_000',
    caughtBy: 'a transaction lands late: nothing else is signed meanwhile',
  },
  {
    name: 'slots are counted, not heights',
    file: DRIVE,
    stands: 'tip.value.height > this.attempt.lastValidHeight',
    put: 'tip.value.slot > this.attempt.lastValidHeight',
    caughtBy: 'slots without a block: heights are counted, not slots',
  },
  {
    name: 'a node that is behind may say that a transaction does not exist',
    file: ABSENCE,
    stands: 'seenAt >= slot',
    put: 'seenAt >= 0 * slot',
    caughtBy:
      'the node of statuses is behind that of heights: what landed is not taken for expired',
  },
  {
    name: 'the first node is believed, whatever the others know',
    file: ABSENCE,
    stands: 'if (found === null || most === null) return found ?? most',
    put: 'return most ?? (seen[0]!.found === null ? null : found)',
    caughtBy: 'one node has forgotten a transaction, and the other is silent: nobody is believed',
  },
  {
    name: 'one witness of two is enough',
    file: ABSENCE,
    stands: 'Math.min(WITNESSES, nodes)',
    put: 'Math.min(1, nodes)',
    caughtBy: 'one node has forgotten a transaction, and the other is silent: nobody is believed',
  },
  {
    name: 'the height that Jupiter tells is believed',
    file: PREPARATION,
    stands: 'answered(Math.max(lastValidHeight, bound))',
    put: 'answered(lastValidHeight)',
    caughtBy: 'a height that is told too low expires nothing that can still land',
  },
  {
    name: 'bytes are sent once',
    file: DRIVE,
    stands: 'if (found === null) await this.send()',
    put: '',
    caughtBy: 'a transaction is dropped once: the same bytes go out again',
  },
  {
    name: 'an attempt is sent before it is kept',
    file: EXECUTOR,
    stands: "    if (reply.kind === 'answered') {",
    put: `    if (reply.kind === 'answered') {
      await this.parts.chain.send(new Uint8Array(Buffer.from(reply.value.bytes, 'base64')))`,
    caughtBy: 'the process dies before prepare, and another takes over',
  },
  {
    name: 'an open attempt is signed anew after a start',
    file: EXECUTOR,
    stands: 'await driveAttempt(intent, last, this.parts, watch)',
    put: `await journal.move(last, last.state, 'expired', 'a new start')`,
    caughtBy: 'the process dies after send, and another takes over',
  },
  {
    name: 'nothing is taken up after a start',
    file: BROKER,
    stands: 'const end = await this.executor.run(intent, this.watch(intent.order, !isLive))',
    put: "const end: SwapEnd = { state: 'refused', reason: '', fills: [], burnt: 0n }",
    caughtBy: 'the process dies after sent, and another takes over',
  },
  {
    name: 'the session does not hear of a fill that it missed',
    file: BROKER,
    stands:
      'for (const known of live) await this.patiently(known.order.id, () => this.tellAgain(known))',
    put: '',
    caughtBy: 'the process dies after end, and another takes over',
  },
  {
    name: 'the quote is booked as the fill',
    file: 'swaps/settlement.ts',
    stands: 'taken: baseUnits(taken),',
    put: 'taken: baseUnits((taken * 9_999n) / 10_000n),',
    caughtBy: 'the price improves before landing: what came is booked, not what was quoted',
  },
  {
    name: 'a fill is told twice',
    file: BROKER,
    stands: 'this.known.push(told)',
    put: 'this.known.push(told, told)',
    caughtBy: 'a sale and a purchase fill, each with one transaction',
  },
  {
    name: 'the fee is booked as part of the swap',
    file: 'solana/tokens/wallet-moves.ts',
    stands: 'lamports + fee + rent + tokens(mint)',
    put: 'lamports + rent + tokens(mint)',
    caughtBy: 'a sale and a purchase fill, each with one transaction',
  },
  {
    name: 'rent is lost from the books',
    file: 'swaps/settlement.ts',
    stands: 'rent: rent + aside,',
    put: 'rent: 0n * (rent + aside),',
    caughtBy: 'a token that the wallet never held costs rent, which is booked apart',
  },
  {
    name: 'the fee of a failed transaction is lost from the books',
    file: DRIVE,
    stands: 'journal.fail(this.attempt, reason, landed.fee)',
    put: 'journal.fail(this.attempt, reason, 0n as typeof landed.fee)',
    caughtBy:
      'the price runs away between signing and landing: the fee is burnt, and another fills',
  },
  {
    name: 'a failed transaction is booked as filled',
    file: DRIVE,
    stands: 'if (isFailed) return this.fail(landed)',
    put: '',
    caughtBy: 'a swap fails on the chain again and again: it is refused, and all fees are booked',
  },
  {
    name: 'confirmed counts as final',
    file: 'swaps/finality.ts',
    stands: 'return found === null ? lost(attempt, parts) : null',
    put: 'return null',
    caughtBy:
      'a confirmed transaction is taken back for good: trading ends until somebody has looked',
  },
  {
    name: 'whatever Jupiter builds is signed',
    file: PREPARATION,
    stands: 'if (objection !== null) return passing(`a transaction is not signed: ${objection}`)',
    put: '',
    caughtBy: 'a transaction costs too much: it is not signed',
  },
  {
    name: 'a trial that fails changes nothing',
    file: PREPARATION,
    stands: 'if (trial !== null) return trial',
    put: '',
    caughtBy: 'a trial that fails is not signed',
  },
  {
    name: 'the least of an order does not bind its quotes',
    file: PREPARATION,
    stands: 'thresholdOf(first.value) >= least) return first',
    put: 'thresholdOf(first.value) >= 0n * least) return first',
    caughtBy: 'the market gives less than the order allows: nothing is signed',
  },
  {
    name: 'no independent price is asked',
    file: PREPARATION,
    stands: 'objection ?? objectionToPrice(quote, fair, parts)',
    put: 'objection',
    caughtBy: 'a quote that is far below an independent price is not taken',
  },
  {
    name: 'old quotes are signed',
    file: PREPARATION,
    stands: 'if (stale !== null) return stale',
    put: '',
    caughtBy: 'a quote that has grown old is thrown away',
  },
  {
    name: 'what is refused for good is asked again',
    file: EXECUTOR,
    stands: "if (reply.kind === 'failed' && !reply.isPassing) tries.failures = Infinity",
    put: '',
    caughtBy: 'a token is not tradable: that is asked once',
  },
  {
    name: 'a signer that is away is taken for one that refuses',
    file: PREPARATION,
    stands: 'return passing(`the signer is away: ${signed.message}`)',
    put: 'return lasting(`the signer is away: ${signed.message}`)',
    caughtBy: 'the signer is away for a while: the order is tried again, with a price of then',
  },
  {
    name: 'all SOL may be spent',
    file: 'swaps/swap-size.ts',
    stands: 'policy.solFloor + running : 0n',
    put: '0n * running : 0n',
    caughtBy: 'SOL below the floor is not sold',
  },
  {
    name: 'a cancelled order is tried again',
    file: EXECUTOR,
    stands: "if (watch.isCancelled()) return { state: 'cancelled', reason: 'as asked' }",
    put: '',
    caughtBy: 'an order is cancelled while a transaction of it is open: it gets no other',
  },
  {
    name: 'an old decision is still traded',
    file: EXECUTOR,
    stands: 'if (age <= policy.decisionAgeMs) return null',
    put: 'return null',
    caughtBy: 'an order that was decided too long ago gets no transaction',
  },
  {
    name: 'the rest of an order is left open for ever',
    file: BROKER,
    stands: 'if (roundDown(order.size - told.size, market.lot) <= 0) return',
    put: 'return',
    caughtBy:
      'the wallet holds less than is ordered: what it holds is given, and the rest is cancelled',
  },
]
