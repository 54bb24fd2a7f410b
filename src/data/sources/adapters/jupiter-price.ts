import { judgeHttp } from '../http/verdicts.js'
import type { PriceAnswer, PriceSource } from '../prices/price-source.js'
import { JUPITER_ADDRESS, JUPITER_KEY, jupiterLimits } from '../quotes/jupiter-quote.js'
import { fieldOf, parseExact, textAt, type ExactJson } from '../reading/exact-json.js'
import { decimalOf } from '../reading/rows.js'
import { PageError } from '../source.js'

/** It changes hands in every slot, so that its own slot is nearly that of the chain. */
const BUSIEST = 'So11111111111111111111111111111111111111112'

/** https://dev.jup.ag/docs: price/v3. The last swap's price in dollars, with the slot of that swap. */
export const jupiterPrice: PriceSource = {
  name: 'jupiter',
  title: 'Jupiter price',
  version: 1,
  address: JUPITER_ADDRESS,
  limits: jupiterLimits,
  key: JUPITER_KEY,
  // A quarter of a minute's requests without a key; the rest is for quotes.
  pollMs: 5000,
  graceMs: 3000,
  request: mint => ({ path: `/price/v3?ids=${[...new Set([mint, BUSIEST])].join(',')}` }),
  judge: judgeHttp,
  read: ({ body }, mint) => {
    const json = parseExact(body)
    if (typeof json !== 'object' || json === null || Array.isArray(json)) {
      throw new PageError('the answer is no object of prices')
    }
    const slots = [...new Set([mint, BUSIEST])].flatMap(one => slotOf(fieldOf(json, one)) ?? [])
    return { ...priceOf(fieldOf(json, mint)), newestSlot: slots.length ? Math.max(...slots) : null }
  },
}

/** A coin without a price that is trusted is left out: neither null nor 0. */
function priceOf(entry: ExactJson | undefined): Pick<PriceAnswer, 'price' | 'slot'> {
  if (entry === undefined) return { price: null, slot: null }
  const text = textAt(fieldOf(entry, 'usdPrice')) ?? ''
  const price = decimalOf(text)
  if (price === undefined || !(Number(price) > 0)) {
    throw new PageError(`the answer has "${text}" for usdPrice`)
  }
  return { price, slot: slotOf(entry) ?? null }
}

function slotOf(entry: ExactJson | undefined): number | undefined {
  const slot = Number(textAt(fieldOf(entry, 'blockId')) ?? NaN)
  return Number.isSafeInteger(slot) && slot > 0 ? slot : undefined
}
