import { fieldOf } from '../http/exact-json.js'
import { answered } from '../reply.js'
import type { JupiterTransport } from './jupiter-transport.js'
import type { PriceSource } from './swap-venue.js'

/** Jupiter's Price API 3: what tokens cost by their last swaps. */
export function jupiterPrices(transport: JupiterTransport): PriceSource {
  return {
    prices: async mints => {
      const reply = await transport.get(`/price/v3?ids=${mints.join(',')}`)
      if (reply.kind === 'failed') return reply
      const prices = mints.flatMap(mint => {
        const price = fieldOf(reply.value, mint, 'usdPrice')
        return typeof price === 'number' && price > 0 ? [[mint, price] as const] : []
      })
      return answered(new Map(prices))
    },
  }
}
