import { EXIT_REASONS } from '../../../core/account/trade.js'
import type { Exits, Intent, OrderRequest } from '../../../core/strategy/intent.js'
import type { OwnOrder } from '../../../core/strategy/strategy.js'
import type { PendingOrder } from '../../../core/trading/orders/order.js'

/** An answer of a strategy in a few words: `long 0.5 stopLoss 0.02 "dip"`. */
export function intentText(intent: Intent): string {
  switch (intent.kind) {
    case 'hold':
      return 'HOLD'
    case 'keep':
      return words([
        'keep',
        levelText('stop', intent.stopPrice),
        levelText('target', intent.targetPrice),
      ])
    case 'orders':
      return intent.orders.length === 0
        ? 'no orders'
        : `orders ${intent.orders.map(requestText).join('; ')}`
    case 'target': {
      const { exposure, exits, tag } = intent
      const side = exposure > 0 ? `long ${exposure}` : exposure < 0 ? `short ${-exposure}` : 'FLAT'
      return words([side, exitsText(exits), tagText(tag)])
    }
  }
}

/** The market order that waits for its fill; null for none. */
export function pendingText({ kind, target, reason, tag }: PendingOrder): string | null {
  switch (kind) {
    case 'none':
      return null
    case 'target':
      return words([`target ${target}`, tagText(tag)])
    case 'exit':
      return words([`exit ${EXIT_REASONS[reason]!}`, tagText(tag)])
    case 'trim':
      return `trim to ${target}`
  }
}

/** A resting order as it stands: `buy limit 95 x 2, age 3 "bid"`. */
export function restingText({ side, kind, price, remaining, age, tag }: OwnOrder): string {
  return words([`${side} ${kind} ${price} x ${remaining}, age ${age}`, tagText(tag)])
}

function requestText({ side, kind, price, share, quantity, tag }: OrderRequest): string {
  const size = quantity === undefined ? `${(share ?? 0) * 100}%` : `x ${quantity}`
  return words([`${side} ${kind} ${price} ${size}`, tagText(tag ?? null)])
}

function exitsText(exits: Exits): string {
  return Object.entries(exits)
    .map(([name, value]) => `${name} ${typeof value === 'object' ? JSON.stringify(value) : value}`)
    .join(' ')
}

function levelText(name: string, level: number | null | undefined): string {
  return level === undefined ? '' : `${name} ${level ?? 'none'}`
}

function tagText(tag: string | null): string {
  return tag === null ? '' : `"${tag}"`
}

function words(parts: readonly string[]): string {
  return parts.filter(part => part !== '').join(' ')
}
