import type { Command } from '../../core/engine/command.js'
import type { Leg } from '../../core/trading/leg.js'

/** What may be ordered of a running session from outside. */
export type OperatorCommand = Command | { readonly name: 'stop' }

/** Why a command was not obeyed, for people. */
export interface RefusedCommand {
  readonly refused: string
}

const PLAIN = ['pause', 'resume', 'halt', 'stop'] as const

/**
 * A command as it was written down, checked: `{name: 'reduce', share, strategy?, symbol?}`.
 * Whoever wrote it need not be this program.
 */
export function readCommand(
  value: unknown,
  legs: readonly Pick<Leg, 'index' | 'spec'>[],
): OperatorCommand | RefusedCommand {
  if (typeof value !== 'object' || value === null) return { refused: 'it is no command' }
  const { name, share, symbol, strategy } = value as Record<string, unknown>
  const plain = PLAIN.find(known => known === name)
  if (plain !== undefined) return { name: plain }
  if (name !== 'flatten' && name !== 'reduce') {
    return {
      refused: `"${String(name)}" is no command; known are ${[...PLAIN, 'flatten', 'reduce'].join(', ')}`,
    }
  }
  const meant = legs.filter(
    ({ spec }) =>
      (symbol === undefined || spec.market.symbol === symbol) &&
      (strategy === undefined || spec.strategy.name === strategy),
  )
  if (meant.length === 0) return { refused: 'the session has no such strategy on such a market' }
  const isAll = meant.length === legs.length
  const indices = meant.map(({ index }) => index)
  const leg = isAll ? {} : { leg: indices.length === 1 ? indices[0]! : indices }
  if (name === 'flatten') return { name, ...leg }
  if (typeof share !== 'number' || !(share > 0 && share <= 1)) {
    return { refused: `its share is ${String(share)}, but it must be above 0 and at most 1` }
  }
  return { name, share, ...leg }
}
