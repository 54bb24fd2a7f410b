/** What a field of an intent may be, and how that is said. */
export interface Rule {
  /** What it may be, in words. */
  readonly words: string
  /** Whether it is that. */
  holds(value: unknown): boolean
}

const isNumber = (value: unknown): value is number =>
  typeof value === 'number' && Number.isFinite(value)

const FRACTION: Rule = {
  words: 'a number from 0 to below 1, a fraction of price; 0 is none',
  holds: value => isNumber(value) && value >= 0 && value < 1,
}

const GAIN: Rule = {
  words: 'a number of 0 or more, a fraction of price; 0 is none',
  holds: value => isNumber(value) && value >= 0,
}

const COUNT: Rule = {
  words: 'a whole number of 0 or more; 0 is none',
  holds: value => Number.isInteger(value) && (value as number) >= 0,
}

const PRICE: Rule = {
  words: 'a price above 0',
  holds: value => isNumber(value) && value > 0,
}

const FLAG: Rule = { words: 'true or false', holds: value => typeof value === 'boolean' }

/** Take-profit distances by closes held. */
const ROI: Rule = {
  words: 'closes and fractions of price, as {0: 0.1, 12: 0.05}',
  holds: value =>
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.keys(value).length > 0 &&
    Object.entries(value).every(
      ([closes, fraction]) => /^\d{1,9}$/.test(closes) && isNumber(fraction) && fraction >= 0,
    ),
}

const TAG_LENGTH = 40

export const TAG_RULE: Rule = {
  words: `a text of at most ${TAG_LENGTH} characters`,
  holds: value => typeof value === 'string' && value.length > 0 && value.length <= TAG_LENGTH,
}

export const PRIORITY_RULE: Rule = { words: 'a number, higher first', holds: isNumber }

export const PRICE_OR_NULL_RULE: Rule = {
  words: 'a price above 0, or null for none',
  holds: value => value === null || PRICE.holds(value),
}

/** Exits of a target and of an order. */
export const EXIT_RULES: Readonly<Record<string, Rule>> = {
  stopLoss: FRACTION,
  takeProfit: GAIN,
  trailingStop: FRACTION,
  trailingFrom: GAIN,
  breakEven: GAIN,
  timeStop: COUNT,
  roi: ROI,
}

/** Fields of a resting order. */
export const ORDER_RULES: Readonly<Record<string, Rule>> = {
  side: {
    words: '"buy" or "sell"',
    holds: value => value === 'buy' || value === 'sell',
  },
  kind: {
    words: '"limit" or "stop"',
    holds: value => value === 'limit' || value === 'stop',
  },
  price: PRICE,
  share: {
    words: 'a fraction of equity above 0, at most 1',
    holds: value => isNumber(value) && value > 0 && value <= 1,
  },
  quantity: { words: 'base units above 0', holds: value => isNumber(value) && value > 0 },
  goodFor: COUNT,
  postOnly: FLAG,
  reduceOnly: FLAG,
  group: TAG_RULE,
  tag: TAG_RULE,
  repeat: FLAG,
  exits: {
    words: 'exits of the position that it opens, as {stopLoss: 0.02}',
    holds: value => typeof value === 'object' && value !== null && !Array.isArray(value),
  },
}
