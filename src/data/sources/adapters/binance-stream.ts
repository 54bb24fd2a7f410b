import { fieldOf, textAt, type ExactJson } from '../reading/exact-json.js'
import { candlesOf } from '../reading/rows.js'
import { PageError, type CandleStream, type StreamMessage } from '../source.js'

/** https://github.com/binance/binance-spot-api-docs: web-socket-streams, `<symbol>@kline_<interval>` */
export const binanceStream: CandleStream = {
  address: 'wss://data-stream.binance.vision',
  path: ({ market, timeframe }) => `/ws/${market.toLowerCase()}@kline_${timeframe}`,
  read: message => {
    const json = jsonOf(message)
    const kind = textAt(fieldOf(json, 'e'))
    if (kind === 'serverShutdown') return { kind: 'ending' }
    const candle = fieldOf(json, 'k')
    const isClosed = kind === 'kline' && fieldOf(candle, 'x') === true
    return isClosed ? closedOf(candle!) : { kind: 'other' }
  },
}

function closedOf(row: ExactJson): StreamMessage {
  try {
    const layout = { time: 't', open: 'o', high: 'h', low: 'l', close: 'c', volume: 'v' }
    return { kind: 'closed', candle: candlesOf([row], layout)[0]! }
  } catch (error) {
    if (error instanceof PageError) return { kind: 'other' }
    throw error
  }
}

function jsonOf(message: string): ExactJson {
  try {
    return JSON.parse(message) as ExactJson
  } catch {
    return null
  }
}
