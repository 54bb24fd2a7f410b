import { expect, it } from 'vitest'
import { readRunRequest } from '../../src/app/backtest/input/run-input.js'
import { resultJson } from '../../src/backtest/results/result-json.js'
import { backtestInput, reportSession, runRequest } from '../../src/backtest/run/run.js'
import { candleAt } from '../../src/core/candles/candles.js'
import { HOUR_MS } from '../../src/core/candles/time.js'
import { Session } from '../../src/core/engine/session.js'
import { OrderLog } from '../../src/core/trading/orders/order-log.js'
import { dataHash } from '../../src/data/cache/data-hash.js'
import { STRATEGIES } from '../../strategies/index.js'
import { describeWithData, readShared } from './shared-data.js'

const FROM = '2023-01-01'

describeWithData('paper on real candles', () => {
  const candles = readShared('sol-usdc_binance-spot_1h.csv.gz', HOUR_MS)

  it.each(
    STRATEGIES.flatMap(({ name, templates }) =>
      Object.keys(templates as object).map(template => [name, template]),
    ),
  )('computes what the backtest computes, to the last digit: %s, %s', async (name, template) => {
    const options = {
      symbol: 'SOL-USDC',
      timeframe: '1h',
      template: template,
      from: FROM,
      stopLoss: 0.08,
    }
    const request = await readRunRequest(name, options, '')
    const data = { main: { candles, hash: dataHash(candles) }, detail: null }
    const { spec, first } = backtestInput(request, data)
    const session = new Session(spec, [{ timeframeMs: HOUR_MS, legs: spec.legs }], {
      orderLog: new OrderLog(),
    })
    for (let i = 0; i < candles.length; i++) {
      const candle = candleAt(candles, i)
      if (i < first) session.warm(candle)
      else session.take({ kind: 'candle', market: 0, candle })
    }
    session.finish()
    const paper = reportSession(request, data, {
      engine: session.engine,
      columns: session.columnsOf(0),
    })
    expect(resultJson(paper)).toEqual(resultJson(runRequest(request, data)))
  })
})
