// Places of the numbers that a kernel works on: this file is compiled twice, with the core and into the kernel.

/** Quote currency that is not in the position. */
export const CASH = 0
/** The position: 0 is flat, a kernel holds no short. */
export const QUANTITY = 1
export const ENTRY_PRICE = 2
export const ENTRY_INDEX = 3
export const FEES = 4
export const TX_COSTS = 5
export const SLIPPAGE = 6
export const HIGHEST = 7
export const LOWEST = 8
export const PEAK = 9
export const WORST = 10
export const BEST = 11
export const STOP_LEVEL = 12
export const TARGET_LEVEL = 13
export const TRAILING_STOP = 14

/** What the account has paid and traded. */
export const FEES_PAID = 15
export const TX_COSTS_PAID = 16
export const SLIPPAGE_PAID = 17
export const NOTIONAL = 18
/** Closes with a position open. */
export const CANDLES_IN_MARKET = 19

/** The order to fill at the next open, and what it asks for. */
export const ORDER = 20
export const ORDER_EXPOSURE = 21
export const ORDER_STOP_LOSS = 22
export const ORDER_TAKE_PROFIT = 23
export const ORDER_TRAILING_STOP = 24
export const ORDER_REASON = 25

/** What a run's fills cost, and how they are sized. */
export const FEE_RATE = 26
export const SLIPPAGE_RATE = 27
export const TX_COST = 28
export const WEIGHT = 29
/** Largest spend: an amount, and a share of equity. Infinity for none. */
export const SPEND_MOST = 30
export const SHARE_MOST = 31
export const STEP = 32
export const STEPS_PER_UNIT = 33
export const MIN_NOTIONAL = 34

/** How far equity has fallen, as `DrawdownMeter` has it. */
export const POINTS = 35
export const EQUITY_PEAK = 36
export const EQUITY_PEAK_AT = 37
export const EQUITY_LOWEST = 38
export const FALL_SQUARES = 39
export const FALL_DEEPEST = 40
export const FALL_PEAK_AT = 41
export const FALL_RECOVERED_AT = 42

/** Trades that wait to be fetched, as many as there is room for, and the figures of one. */
export const TRADES = 43
export const TRADES_MOST = 1024
export const TRADE_FIGURES = 15

/** Fill price of the first entry, from which the levels are measured. */
export const BASE_PRICE = 44
/** The exposure that was filled last; 0 after an exit. */
export const TARGET = 45
/** Closes after which the position is left; 0 for none. */
export const TIME_STOP = 46
/** Closes at which entries are ignored after an exit, and the index from which they are heard again. */
export const COOLDOWN = 47
export const COOLED_AT = 48
/** Entries refused because they were below the market's minimum. */
export const REFUSALS = 49
/** The least cash after any fill; not a number where one of them was none. */
export const LEAST_CASH = 50
/** Addresses of the two columns at whose crosses the strategy is asked. */
export const CROSS_A = 51
export const CROSS_B = 52
/** Entries refused because the cash holds nothing of them. */
export const NO_CASH_REFUSALS = 53

export const REGISTERS = 56

/** Bytes before the trades and before the columns, which stand after the registers in a kernel's memory. */
export const TRADES_AT = REGISTERS * 8
export const COLUMNS_AT = TRADES_AT + TRADES_MOST * TRADE_FIGURES * 8

/** The columns that stand there one after the other: open, high, low, close, equity, and two that may be crossed. */
export const EQUITY_COLUMN = 4
export const CROSS_COLUMN = 5
export const COLUMNS = 7

export const NO_ORDER = 0
export const ENTRY_ORDER = 1
export const EXIT_ORDER = 2
/** One that a kernel does not fill. */
export const OTHER_ORDER = 3

/** Indices into EXIT_REASONS. */
export const BY_STOP_LOSS = 1
export const BY_TRAILING_STOP = 2
export const BY_TAKE_PROFIT = 3
