import { assert } from '../../../core/assert.js'
import type { Millis } from '../../../core/candles/time.js'
import type { LiveClock } from '../../clock.js'
import { AnswerError, type Json } from '../../http/exact-json.js'
import { answered, passing, type Failure, type Reply } from '../../reply.js'
import type { RpcClient } from './rpc-client.js'

/** How long a node rests after its first failure in a row: it doubles with each. */
const REST_MS = 500
const REST_MAX_MS = 30_000

interface Node {
  readonly client: RpcClient
  failures: number
  restsUntil: Millis
}

/** How a node stands. */
export interface NodeHealth {
  /** Its host. */
  readonly name: string
  /** Failures since its last answer. */
  readonly failures: number
}

/**
 * Several nodes of one chain. A question goes to the healthiest, and on to the next where that fails;
 * what is to be sent goes to all.
 */
export class RpcPool {
  private readonly nodes: readonly Node[]
  private readonly clock: LiveClock

  constructor(clients: readonly RpcClient[], clock: LiveClock) {
    assert(clients.length > 0, 'a chain has no node')
    this.nodes = clients.map(client => ({ client, failures: 0, restsUntil: 0 }))
    this.clock = clock
  }

  get size(): number {
    return this.nodes.length
  }

  get health(): readonly NodeHealth[] {
    return this.nodes.map(({ client, failures }) => ({ name: client.name, failures }))
  }

  /**
   * Asks nodes until one answers. `read` makes a value of an answer; where it throws an AnswerError,
   * or gives a failure, the next node is asked.
   */
  async ask<T>(
    method: string,
    params: readonly unknown[],
    read: (result: Json) => Reply<T>,
  ): Promise<Reply<T>> {
    let last: Failure = passing('no node has been asked')
    for (const node of this.ordered()) {
      const reply = await this.askNode(node, { method, params }, read)
      if (reply.kind === 'answered') return reply
      last = reply
    }
    return last
  }

  /** Asks all nodes at once but for those that rest, unless all do: one that hangs holds nobody up for long. */
  askEach<T>(
    method: string,
    params: readonly unknown[],
    read: (result: Json) => Reply<T>,
  ): Promise<readonly Reply<T>[]> {
    const now = this.clock.now()
    const awake = this.nodes.filter(({ restsUntil }) => restsUntil <= now)
    const asked = awake.length === 0 ? this.nodes : awake
    return Promise.all(asked.map(node => this.askNode(node, { method, params }, read)))
  }

  private async askNode<T>(
    node: Node,
    { method, params }: { readonly method: string; readonly params: readonly unknown[] },
    read: (result: Json) => Reply<T>,
  ): Promise<Reply<T>> {
    const reply = await node.client.call(method, params)
    const value = reply.kind === 'answered' ? readWith(read, reply.value, node.client.name) : reply
    if (value.kind === 'answered') this.praise(node)
    else if (!isOfQuestion(value)) this.blame(node, value)
    return value
  }

  private praise(node: Node): void {
    node.failures = 0
    node.restsUntil = 0
  }

  private blame(node: Node, { waitMs }: Failure): void {
    const rest = Math.min(REST_MAX_MS, REST_MS * 2 ** node.failures)
    node.failures += 1
    node.restsUntil = this.clock.now() + Math.max(rest, waitMs)
  }

  /** Nodes that do not rest first, in the order in which they were given. */
  private ordered(): readonly Node[] {
    const now = this.clock.now()
    const rests = (node: Node): number => Math.max(0, node.restsUntil - now)
    return this.nodes.toSorted((a, b) => rests(a) - rests(b))
  }
}

/** Whether a node has understood the question and refuses it: another may know more, but this one is well. */
function isOfQuestion({ isPassing, code }: Failure): boolean {
  return !isPassing && typeof code === 'number' && code < 0
}

function readWith<T>(read: (result: Json) => Reply<T>, result: Json, name: string): Reply<T> {
  try {
    return read(result)
  } catch (error) {
    if (error instanceof AnswerError) {
      return passing(`${name} answers otherwise than documented: ${error.message}`)
    }
    throw error
  }
}

/** An answer that is one. */
export function plainly<T>(make: (result: Json) => T): (result: Json) => Reply<T> {
  return result => answered(make(result))
}
