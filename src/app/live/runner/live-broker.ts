import type { Clock } from '../../../core/ports/clock.js'
import type { SignAnswer, Signer } from '../../../core/ports/trading/signer.js'
import type { Approved } from '../../../core/risk/guard.js'
import type { Broker, VenueAnswer } from '../../../core/trading/venue/broker.js'
import type { VenueOrder } from '../../../core/trading/venue/venue-order.js'
import type { JupiterBroker, KnownOrder } from '../../../live/broker/jupiter-broker.js'
import type { RunnerInput } from '../../../live/runner/runner-input.js'

/** A broker of a session, and what it does beside it. */
export interface WorkingBroker extends Broker {
  /** Takes up what was left at the last stop, before anything new. */
  recover(live: readonly KnownOrder[]): Promise<void>
  /** Does its work as it comes, and tells the session to listen. */
  inputs(clock: Clock, signal: AbortSignal): AsyncGenerator<readonly RunnerInput[]>
  /** Brings what was submitted to its end: filled, or proved not to. */
  settle(): Promise<void>
  /** Leaves off; what is open on the chain is driven on at the next start. */
  stop(): Promise<void>
}

/** How often it is looked at what is not final. */
const IDLE_MS = 2_000

/** A broker whose work begins the moment that an order comes. */
export class LiveBroker implements WorkingBroker {
  private readonly broker: JupiterBroker
  private wake: () => void = () => undefined

  constructor(broker: JupiterBroker) {
    this.broker = broker
  }

  submit(order: Approved<VenueOrder>): void {
    this.broker.submit(order)
    this.wake()
  }

  cancel(order: string): void {
    this.broker.cancel(order)
    this.wake()
  }

  answers(): readonly VenueAnswer[] {
    return this.broker.answers()
  }

  recover(live: readonly KnownOrder[]): Promise<void> {
    return this.broker.recover(live)
  }

  settle(): Promise<void> {
    return this.broker.work()
  }

  stop(): Promise<void> {
    this.wake()
    return this.broker.stop()
  }

  async *inputs(clock: Clock, signal: AbortSignal): AsyncGenerator<readonly RunnerInput[]> {
    let halted: string | null = null
    while (!signal.aborted) {
      const woken = new Promise<void>(resolve => (this.wake = resolve))
      await this.broker.work()
      const at = clock.now()
      if (this.broker.haltedBy !== halted) {
        halted = this.broker.haltedBy
        yield [{ kind: 'hold', at, name: 'broker', isOn: true, reason: halted ?? '' }]
      } else yield [{ kind: 'beat', at }]
      await Promise.race([woken, clock.sleep(IDLE_MS, signal)])
    }
  }
}

/** A signer that signs nothing: all before it is done as if it did. */
export function dryRunSigner(address: string): Signer {
  const answer: SignAnswer = { kind: 'refused', reason: 'dry run: checked, not signed, not sent' }
  return { address, sign: () => Promise.resolve(answer) }
}
