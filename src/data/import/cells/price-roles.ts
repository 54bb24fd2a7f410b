/** The four prices of a candle. */
export type PriceRole = 'open' | 'high' | 'low' | 'close'

export const PRICE_ROLES: readonly PriceRole[] = ['open', 'high', 'low', 'close']
