import { book } from './books.js'
import { decideAll, watchQuotes } from './decide.js'
import { testMark } from './guard.js'
import { measure } from './measure.js'
import type { OracleLeg, OracleMarket, OracleOutcome, OracleSpec } from './model.js'
import { ruinPriceOf, walkCandle } from './path.js'
import {
  candleOf,
  compareTexts,
  count,
  equityAt,
  lastClose,
  orderRank,
  type Account,
  type LegState,
  type PriceOf,
} from './state.js'
import { fillTargets } from './targets.js'
import { fillRests } from './rests.js'

/**
 * The execution model over N legs of one account on M markets, written after docs/execution.md and
 * after nothing else: slow, plain, and apart from the engine, so that the two can be compared.
 */
export function runOracle(
  spec: OracleSpec,
  markets: readonly OracleMarket[],
  legs: readonly OracleLeg[],
): OracleOutcome {
  const account = openAccount(spec, markets, legs)
  const times = timesOf(account)
  const equity = times.map(time => stepThrough(account, time))
  if (times.length > 0) equity[equity.length - 1] = endRun(account, times[times.length - 1]!)
  const trades = [...account.trades].sort(
    (a, b) =>
      a.exitTime - b.exitTime ||
      compareTexts(a.symbol, b.symbol) ||
      compareTexts(a.strategy, b.strategy),
  )
  const outcome = { trades, times, equity, events: account.events }
  return { ...outcome, metrics: measure(account, outcome) }
}

function openAccount(
  spec: OracleSpec,
  markets: readonly OracleMarket[],
  legs: readonly OracleLeg[],
): Account {
  const states = legs.map((leg): LegState => {
    const market = markets.find(({ symbol }) => symbol === leg.symbol)
    if (market === undefined) throw new Error(`no market ${leg.symbol}`)
    return {
      leg,
      market,
      index: -1,
      quantity: 0,
      isOnPath: false,
      part: null,
      position: null,
      lastTarget: 0,
      pending: null,
      keepQuantity: null,
      resting: [],
      orderPriority: leg.priority,
      spent: [],
      lastExitIndex: null,
    }
  })
  return {
    spec,
    legs: states,
    cash: spec.capital,
    peakEquity: spec.capital,
    day: NaN,
    dayBase: spec.capital,
    lastEquity: spec.capital,
    isHalted: false,
    haltedDay: null,
    openedDay: NaN,
    openedCount: 0,
    ruinedAt: null,
    trades: [],
    orderFills: [],
    events: {},
    feesPaid: 0,
    quoting: 0,
    closes: 0,
  }
}

/** "Several markets step on the union of their times." */
function timesOf({ legs }: Account): number[] {
  const times = new Set(legs.flatMap(({ market }) => market.candles.map(candle => candle.time)))
  return [...times].sort((a, b) => a - b)
}

/** One instant, in the order of the page. Returns its equity point. */
function stepThrough(account: Account, time: number): number {
  const present = account.legs.filter(state => state.market.candles[state.index + 1]?.time === time)
  for (const state of present) state.index++
  const openOrLast: PriceOf = state =>
    state.index >= 0 && candleOf(state).time === time ? candleOf(state).open : lastClose(state)
  if (account.spec.fill === 'next_open') {
    fillTargets(account, present, {
      priceOf: openOrLast,
      between: () => fillRests(account, present, { priceOf: openOrLast, only: 'reducing' }),
    })
  } else {
    fillRests(account, present, { priceOf: openOrLast, only: 'reducing' })
  }
  fillRests(account, present, { priceOf: openOrLast, only: 'opening' })
  // "Cash and quantities are those before step 2."
  const ruinPrices = new Map(present.map(state => [state, ruinPriceOf(account, state)]))
  for (const state of [...present].sort(orderRank)) {
    walkCandle(account, state, { priceOf: openOrLast, ruinPrice: ruinPrices.get(state) ?? null })
  }
  testMark(account, time)
  decideAll(account, present)
  if (account.spec.fill === 'close') {
    fillTargets(account, present, { priceOf: lastClose })
    testMark(account, time)
  }
  watchQuotes(account, present)
  return equityAt(account, lastClose)
}

/** What a limit ordered fills at the last close; what is open is closed there, or left. */
function endRun(account: Account, lastTime: number): number {
  const { spec } = account
  for (const state of account.legs) {
    if (state.index < 0) continue
    if (candleOf(state).time < lastTime && state.quantity !== 0) count(account, 'ended_early')
    const { pending } = state
    const isForced = pending !== null && ['risk_limit', 'ruin'].includes(pending.reason)
    state.pending = isForced ? pending : null
    state.keepQuantity = null
  }
  fillTargets(account, account.legs, { priceOf: lastClose })
  for (const state of account.legs) {
    if (state.quantity === 0 || spec.keepOpen) continue
    book(account, state, {
      side: state.quantity > 0 ? -1 : 1,
      size: Math.abs(state.quantity),
      price: candleOf(state).close,
      feeRate: spec.feeRate,
      reason: 'end_of_data',
      tag: null,
    })
  }
  return equityAt(account, lastClose)
}
