/** A risk or cost setting that a sweep can go over like a parameter. */
export interface SweptSetting {
  readonly isWhole: boolean
  /** Its values are texts, in which a colon makes no range. */
  readonly isText?: boolean
  /** What may be written, for messages. */
  readonly limits: string
  /** The value of a word or number; null where it is refused. */
  readonly read: (word: string | number) => number | string | null
}

/**
 * By the name in `--grid`. The limits are those of the flags of the same name: a test holds the
 * two together, because this layer cannot import the command line's.
 */
export const SWEPT_SETTINGS: Readonly<Record<string, SweptSetting>> = {
  'risk.position_size': {
    isWhole: false,
    limits: 'an amount below 1e15 such as 100, a share of equity such as 25%, or 0 for none',
    read: readPositionSize,
  },
  'risk.stop_loss': fraction(1),
  'risk.take_profit': fraction(1000),
  'risk.trailing_stop': fraction(1),
  'risk.trailing_from': fraction(1000),
  'risk.break_even': fraction(1000),
  'risk.roi': {
    isWhole: false,
    isText: true,
    limits: 'closes and fractions joined by +, such as 0:0.10+12:0.05, or none',
    read: word => (ROI.test(String(word)) ? String(word) : null),
  },
  'risk.time_stop': candles(),
  'risk.cooldown': candles(),
  'cost.fee_bps': amount(9_999, 'basis points'),
  'cost.maker_fee_bps': amount(9_999, 'basis points'),
  'cost.max_volume_share': amount(1, 'a share of the volume of a candle; 0 is no limit'),
  'cost.limit_fill': {
    isWhole: false,
    isText: true,
    limits: 'through or touch',
    read: word => (word === 'through' || word === 'touch' ? word : null),
  },
  'cost.slippage_bps': amount(9_999, 'basis points'),
  'cost.tx_cost': amount(1e15, 'quote currency'),
}

const ROI = /^(none|\d{1,9}:\d*\.?\d+(\+\d{1,9}:\d*\.?\d+)*)$/

/** A share of the price; 0 is none. */
function fraction(below: number): SweptSetting {
  return {
    isWhole: false,
    limits: `a fraction from 0 to below ${below} (0.02 is 2 %)`,
    read: word => within(word, number => number < below),
  }
}

function candles(): SweptSetting {
  return {
    isWhole: true,
    limits: 'a whole number of candles from 0 to 1000000000',
    read: word => within(word, number => Number.isInteger(number) && number <= 1e9),
  }
}

function amount(max: number, unit: string): SweptSetting {
  return {
    isWhole: false,
    limits: `a number from 0 to ${max}, ${unit}`,
    read: word => within(word, number => number <= max),
  }
}

/** `100` is quote currency, `25%` a share of equity, which stays the text that it is. */
function readPositionSize(word: string | number): number | string | null {
  const share = /^(\d+(?:\.\d+)?)%$/.exec(String(word))
  if (!share) return within(word, number => number < 1e15)
  const percent = Number(share[1])
  return percent > 0 && percent <= 100 ? `${percent}%` : null
}

function within(word: string | number, accepts: (number: number) => boolean): number | null {
  const number = typeof word === 'number' ? word : DECIMAL.test(word) ? Number(word) : NaN
  return number >= 0 && accepts(number) ? number + 0 : null
}

const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i
