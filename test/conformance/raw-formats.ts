import type { ErrorCode } from '../../src/core/errors.js'
import type { ImportOptions } from '../../src/data/import/tables/options.js'

type Said = Partial<Omit<ImportOptions, 'key'>>
/** Open, high, low, close, volume. */
export type Numbers = readonly [number, number, number, number, number]

export interface Imports {
  readonly file: string
  readonly timeframe: string
  readonly symbol?: string
  readonly said?: Said
  readonly rows: number
  readonly first: readonly [string, Numbers]
  readonly last: readonly [string, Numbers]
  readonly notes?: RegExp
  readonly findings?: readonly string[]
}

export interface Refuses {
  readonly file: string
  readonly timeframe: string
  readonly symbol?: string
  readonly said?: Said
  readonly code: ErrorCode
  readonly hint: RegExp
  readonly message?: RegExp
}

const SOL = 'SOL-USDT'
const BTC = 'BTC-USDT'

// prettier-ignore
export const IMPORTED: readonly Imports[] = [
  { file: 'cryptodatadownload_binance_SOLUSDT_1h.csv', symbol: SOL, timeframe: '1h', rows: 499, first: ['2021-11-15T06:00', [242.33, 243.58, 239.46, 241.61, 78826.61]], last: ['2021-12-06T00:00', [196.49, 197.08, 191.83, 192.33, 21138.82]], notes: /UTC: the epochs beside them prove it.*day first.*"Volume SOL"/ },
  { file: 'cryptodatadownload_binance_BTCUSDT_1h.csv', symbol: BTC, timeframe: '1h', rows: 499, first: ['2021-11-15T06:00', [65696.5, 65834, 65610, 65666.01, 682.52593]], last: ['2021-12-06T00:00', [49396.32, 49438.18, 48979.6, 48984.55, 402.00519]] },
  { file: 'cryptodatadownload_binance_BTCUSDT_1h.tail.csv', symbol: BTC, timeframe: '1h', said: { columns: 'time,-,-,-,open,high,low,close,volume' }, rows: 500, first: ['2017-08-17T04:00', [16199.91, 16199.91, 4261.32, 4308.83, 44.51]], last: ['2017-09-06T23:00', [4619.43, 4662.87, 4610, 4619.77, 15.3]] },
  { file: 'cryptodatadownload_binance_BTCUSDT_1h.tail.csv', symbol: BTC, timeframe: '1h', rows: 500, first: ['2017-08-17T04:00', [16199.91, 16199.91, 4261.32, 4308.83, 44.51]], last: ['2017-09-06T23:00', [4619.43, 4662.87, 4610, 4619.77, 15.3]], notes: /column 10 divided by column 9 gives the price/ },
  { file: 'cryptodatadownload_coinbase_BTCUSD_1h.csv', symbol: 'BTC-USD', timeframe: '1h', said: { timeZone: 'UTC' }, rows: 498, first: ['2019-09-26T16:00', [7921.07, 8025.55, 7712.45, 7931.8, 5285.35]], last: ['2019-10-17T09:00', [8051, 8056.83, 8021.23, 8035.88, 61.25]], notes: /Timestamps are UTC timezone.*"volume_btc"/ },
  { file: 'cryptodatadownload_bitfinex_BTCUSD_1h.csv', symbol: 'BTC-USD', timeframe: '1h', said: { timeZone: 'UTC' }, rows: 499, first: ['2019-06-13T07:00', [8121.57, 8145, 8115.04, 8132.39, 76.6]], last: ['2019-07-04T01:00', [11849.99, 11880, 11790.01, 11849.69, 303.61]] },
  { file: 'wide_multi_symbol_bitstamp_daily.csv', timeframe: '1d', said: { columns: 'time=#1,open=BTC:open,high=BTC:high,low=BTC:low,close=BTC:close,volume=BTC:volume' }, rows: 499, first: ['2014-11-28T00:00', [363.59, 381.34, 360.57, 376.28, 8617.15]], last: ['2016-04-09T00:00', [417.75, 418.71, 412, 418.37, 3578.63]] },
  { file: 'binance_vision_klines_ms_noheader.csv', timeframe: '1m', rows: 10, first: ['2021-11-27T00:00', [0.00002853, 0.00002854, 0.00002851, 0.00002854, 36304.2]], last: ['2021-11-27T00:09', [0.00002863, 0.00002865, 0.00002863, 0.00002865, 8160.5]] },
  { file: 'binance_vision_klines_AVAXUSDT_1m_2024-02.csv', timeframe: '1m', rows: 499, first: ['2024-02-01T00:00', [33.173, 33.278, 33.148, 33.264, 31584]], last: ['2024-02-01T08:18', [33.304, 33.367, 33.302, 33.357, 16055]] },
  { file: 'binance_vision_klines_AVAXUSDT_1m_2026-07.csv', timeframe: '1m', rows: 499, first: ['2026-07-01T00:00', [6.534, 6.543, 6.534, 6.54, 33013]], last: ['2026-07-01T08:18', [6.634, 6.637, 6.632, 6.635, 3232]] },
  { file: 'binance_vision_spot_BTCUSDT_1h_2024-12.csv', timeframe: '1h', rows: 744, first: ['2024-12-01T00:00', [96407.99, 96672.49, 96260, 96340.6, 532.95388]], last: ['2024-12-31T23:00', [93488.83, 93756, 93375.38, 93576, 336.57995]] },
  { file: 'binance_vision_spot_BTCUSDT_1h_2025-01.csv', timeframe: '1h', rows: 744, first: ['2025-01-01T00:00', [93576, 94509.42, 93489.03, 94401.14, 755.9901]], last: ['2025-01-31T23:00', [102261.29, 102439.31, 101955, 102429.56, 587.31239]], notes: /epoch in us/ },
  { file: 'tradingview_export_iso_SOLUSDT_60.csv', symbol: SOL, timeframe: '1h', rows: 499, first: ['2025-07-10T18:00', [160.9, 161.01, 158.33, 159.07, 0]], last: ['2025-07-31T12:00', [180.75, 180.89, 178.74, 179.34, 0]], notes: /no volume/ },
  { file: 'tradingview_export_iso_SOLUSDT_60.tail.csv', symbol: SOL, timeframe: '1h', said: { columns: 'time,open,high,low,close' }, rows: 50, first: ['2025-10-28T23:00', [194.92, 194.93, 193.75, 194.15, 0]], last: ['2025-10-31T00:00', [184.69, 184.96, 184.2, 184.87, 0]] },
  { file: 'tradingview_like_unix_seconds_novolume_SOLUSDT_1h.csv', symbol: SOL, timeframe: '1h', rows: 499, first: ['2020-08-11T06:00', [2.85, 3.47, 2.85, 2.9515, 0]], last: ['2020-09-01T00:00', [4.7432, 4.7784, 4.5, 4.7782, 0]] },
  { file: 'yahoo_adjclose_YHOO.txt', timeframe: '1d', rows: 499, first: ['1996-04-12T00:00', [1.052083, 1.791667, 1.020833, 1.375, 408720000]], last: ['1998-04-02T00:00', [6.1875, 6.535156, 6.15625, 6.492188, 64988800]] },
  { file: 'yahoo_2012_newest_first_GOOG.csv', timeframe: '1d', rows: 499, first: ['2010-09-22T00:00', [512.86, 517.78, 511.68, 516, 2537100]], last: ['2012-09-12T00:00', [689.41, 694.91, 680.88, 690.88, 2642300]] },
  { file: 'bitstamp_kaggle_unix_seconds_1m.csv', symbol: 'BTC-USD', timeframe: '1m', rows: 499, first: ['2011-12-31T07:52', [4.39, 4.39, 4.39, 4.39, 0.45558087]], last: ['2011-12-31T16:10', [4.39, 4.39, 4.39, 4.39, 48]], notes: /Volume_\(BTC\)/ },
  { file: 'bitfinex_tab_open_close_high_low.tsv', timeframe: '1m', rows: 499, first: ['2020-08-29T01:03', [11497.1194941, 11504.89897286, 11497.1194941, 11504.89897286, 0.23232975]], last: ['2020-08-29T09:59', [11569, 11569, 11568.36064664, 11568.41407814, 1.1650094]] },
  { file: 'bitfinex_noheader_open_close_high_low.csv', timeframe: '1m', rows: 500, first: ['2014-01-01T00:02', [730.24, 730.24, 730.24, 730.24, 0.0105339]], last: ['2014-01-01T17:58', [741.45, 741.45, 741.45, 741.45, 0.01]], notes: /open, close, high, low/ },
  { file: 'bitmex_column_oriented_one_day.json', timeframe: '1m', rows: 1440, first: ['2017-12-07T00:00', [13682, 13676.5, 13650, 13672, 1820726]], last: ['2017-12-07T23:59', [17451, 17451.5, 17363.5, 17427, 3345931]], findings: ['outside_range'] },
  { file: 'freqtrade_ccxt_array_SOL_USDT_1m.json', symbol: SOL, timeframe: '1m', rows: 500, first: ['2023-03-16T22:15', [19.67, 19.7, 19.67, 19.69, 2760.09]], last: ['2023-03-17T06:34', [20.04, 20.16, 20.04, 20.08, 19347.28]] },
  { file: 'json_objects_string_prices_mislabelled.json', symbol: BTC, timeframe: '1m', rows: 500, first: ['2021-02-19T00:00', [51552.61, 51657.05, 51545, 51613.38, 134.989218]], last: ['2021-02-19T08:19', [51901.69, 51932.56, 51852.01, 51868.65, 56.06365]] },
  { file: 'vega_ohlc_extra_columns.json', timeframe: '1d', rows: 44, first: ['2009-06-01T00:00', [28.7, 30.05, 28.45, 30.04, 0]], last: ['2009-07-31T00:00', [25.4, 26.22, 24.93, 25.92, 0]] },
  { file: 'backtrader_header_shorter_than_rows_1m.csv', timeframe: '1m', said: { timeZone: 'Europe/Berlin' }, rows: 499, first: ['2006-01-02T08:01', [3602, 3603, 3597, 3599, 5699]], last: ['2006-01-02T16:54', [3622, 3622, 3622, 3622, 4]], notes: /lacks a name for the second column/ },
  { file: 'backtrader_date_time_split_5m.csv', timeframe: '5m', said: { timeZone: 'Europe/Berlin', timeLabel: 'close' }, rows: 499, first: ['2006-01-02T08:00', [3578.73, 3587.88, 3578.73, 3582.99, 0]], last: ['2006-01-06T15:30', [3657.93, 3658.82, 3657.3, 3657.78, 0]], notes: /earlier is the open/ },
  { file: 'dukascopy_EURUSD_1h_ask.csv', timeframe: '1h', said: { timeZone: 'UTC' }, rows: 499, first: ['2017-01-01T22:00', [1.05236, 1.05253, 1.05221, 1.05227, 143539993.3]], last: ['2017-01-30T16:00', [1.06881, 1.06992, 1.06797, 1.06801, 15403889648]], notes: /day first/ },
  { file: 'metatrader_integer_scaled_XAUUSD_1h.csv', timeframe: '1h', said: { timeZone: '+03:00', priceScale: '0.01' }, rows: 499, first: ['2012-05-17T05:00', [1547.59, 1553.84, 1547.4, 1552.95, 4418]], last: ['2012-06-18T00:00', [1618.5, 1629.32, 1617.7, 1627.97, 4654]], notes: /price changes, not coins/ },
  { file: 'metatrader_integer_scaled_XAUUSD_1h.csv', timeframe: '1h', said: { timeZone: '+03:00' }, rows: 499, first: ['2012-05-17T05:00', [154759, 155384, 154740, 155295, 4418]], last: ['2012-06-18T00:00', [161850, 162932, 161770, 162797, 4654]], notes: /price changes, not coins/, findings: ['prices_whole'] },
  { file: 'mixed_schema_appended_SOLUSDC_1h.csv', timeframe: '1h', rows: 499, first: ['2024-09-03T12:00', [134.35, 135.5, 134.29, 134.39, 4542.762]], last: ['2024-09-24T06:00', [146.26, 146.71, 145.74, 146.23, 6367.313]] },
  { file: 'mixed_schema_appended_SOLUSDC_1h.tail.csv', timeframe: '1h', rows: 300, first: ['2025-08-24T19:00', [211.2, 211.86, 201.42, 205, 360184.706]], last: ['2025-09-06T06:00', [202.27, 202.39, 202.16, 202.39, 832.04]] },
  { file: 'binance_klines_naive_sparse_tail_SOLUSDT_5m.csv', symbol: SOL, timeframe: '5m', rows: 499, first: ['2025-08-19T15:10', [178.17, 178.33, 177.69, 178.03, 15755.53]], last: ['2025-08-21T08:40', [185.92, 186.23, 185.84, 186.11, 4312.79]], notes: /prove it/ },
  { file: 'binance_klines_naive_sparse_tail_SOLUSDT_5m.tail.csv', symbol: SOL, timeframe: '5m', rows: 300, first: ['2025-09-20T00:35', [238.9, 238.93, 238.79, 238.8, 777.94]], last: ['2025-09-21T01:30', [240.18, 240.18, 239.99, 240.01, 3404.887]] },
  { file: 'local_time_istanbul_quote_volume_SOLUSDT_1m.csv', symbol: SOL, timeframe: '1m', said: { timeZone: '+03:00', quoteVolume: true }, rows: 499, first: ['2025-06-16T21:00', [157.21, 157.22, 157.18, 157.19, 581801.0003 / 157.19]], last: ['2025-06-17T05:18', [153.41, 153.43, 153.11, 153.21, 1827095.0632 / 153.21]] },
  { file: 'epoch_ms_plus_local_iso_SOLUSDT_15m.csv', symbol: SOL, timeframe: '15m', rows: 499, first: ['2026-04-01T05:15', [83.63, 84.32, 83.57, 84.03, 15479.405119]], last: ['2026-04-06T09:45', [82.53, 82.57, 82.36, 82.45, 6227.957717]] },
  { file: 'day_month_year_unpadded_STW.csv', timeframe: '1d', rows: 252, first: ['2017-01-03T00:00', [52.97, 53.61, 52.97, 53.57, 68555]], last: ['2017-12-29T00:00', [56.81, 56.81, 56.42, 56.57, 432777]], notes: /day first/ },
  { file: 'unnamed_first_column_GOOG.csv', timeframe: '1d', rows: 499, first: ['2004-08-19T00:00', [100, 104.06, 95.96, 100.34, 22351900]], last: ['2006-08-10T00:00', [373.88, 377.67, 372.46, 374.2, 4261900]] },
  { file: 'jupiter_iso_z_full_floats_SOL_1m.csv', symbol: 'SOL-USDC', timeframe: '1m', said: { quoteVolume: true }, rows: 499, first: ['2026-07-05T14:41', [81.1841927058512, 81.27922466884033, 81.15687177296203, 81.23915180223356, 312948.73581933806 / 81.23915180223356]], last: ['2026-07-05T22:59', [81.74211665019564, 81.77433332552872, 81.69141376473387, 81.7386917155846, 359882.55543246184 / 81.7386917155846]] },
  { file: 'forex_bid_no_volume_usdjpy_1m.csv', timeframe: '1m', rows: 499, first: ['2013-02-01T00:00', [91.715, 91.715, 91.653, 91.653, 0]], last: ['2013-02-01T08:18', [92.086, 92.087, 92.07, 92.071, 0]] },
  { file: 'lean_coinbase_ltcusd_minute_20180404_trade.csv', timeframe: '1m', said: { date: '2018-04-04' }, rows: 500, first: ['2018-04-04T00:00', [134.12, 134.13, 134.01, 134.01, 210.50617544]], last: ['2018-04-04T08:19', [129.74, 129.81, 129.74, 129.81, 48.51357318]] },
  { file: 'lean_coinbase_btcusd_daily_trade.csv', timeframe: '1d', rows: 500, first: ['2014-12-01T00:00', [300, 370, 300, 370, 0.05655554]], last: ['2016-05-17T00:00', [455.64, 457.49, 452.2, 454.19, 6033.66645585]] },
]

// prettier-ignore
export const REFUSED: readonly Refuses[] = [
  { file: 'cryptodatadownload_binance_BTCUSDT_1h.middle.csv', symbol: BTC, timeframe: '1h', code: 'IMPORT_AMBIGUOUS', message: /contradicts itself.*line/, hint: /glued together/ },
  { file: 'cryptodatadownload_coinbase_BTCUSD_1h.csv', symbol: 'BTC-USD', timeframe: '1h', code: 'IMPORT_AMBIGUOUS', message: /without a zone/, hint: /proves nothing; say which.*--time-zone UTC/ },
  { file: 'cryptodatadownload_bitfinex_BTCUSD_1h.csv', symbol: 'BTC-USD', timeframe: '1h', code: 'IMPORT_AMBIGUOUS', hint: /--time-zone/ },
  { file: 'wide_multi_symbol_bitstamp_daily.csv', timeframe: '1d', code: 'IMPORT_AMBIGUOUS', hint: /--columns "time=#1,open=BTC:open/ },
  { file: 'tradingview_export_iso_SOLUSDT_60.tail.csv', symbol: SOL, timeframe: '1h', code: 'IMPORT_AMBIGUOUS', hint: /--columns/ },
  { file: 'bitstamp_kaggle_unix_seconds_1m.csv', symbol: 'ABC', timeframe: '1m', code: 'IMPORT_AMBIGUOUS', hint: /quote_volume=/ },
  { file: 'bitstamp_ticks_unix_seconds.csv', timeframe: '1m', code: 'IMPORT_FORMAT', message: /single trades/, hint: /candles/ },
  { file: 'kraken_trades_unix_seconds_noheader.csv', timeframe: '1m', code: 'IMPORT_FORMAT', message: /single trades/, hint: /candles/ },
  { file: 'backtrader_header_shorter_than_rows_1m.csv', timeframe: '1m', code: 'IMPORT_AMBIGUOUS', hint: /--time-zone/ },
  { file: 'backtrader_date_time_split_5m.csv', timeframe: '5m', code: 'IMPORT_AMBIGUOUS', hint: /--time-zone/ },
  { file: 'dukascopy_EURUSD_1h_ask.csv', timeframe: '1h', code: 'IMPORT_AMBIGUOUS', hint: /--time-zone/ },
  { file: 'metatrader_integer_scaled_XAUUSD_1h.csv', timeframe: '1h', code: 'IMPORT_AMBIGUOUS', hint: /--time-zone/ },
  { file: 'local_time_istanbul_quote_volume_SOLUSDT_1m.csv', symbol: SOL, timeframe: '1m', code: 'IMPORT_AMBIGUOUS', hint: /--time-zone/ },
  { file: 'string_concatenated_volume_SOL-USD_1d.csv', timeframe: '1d', code: 'IMPORT_ROW', message: /line 2: volume/, hint: /glued together/ },
  { file: 'jupiter_iso_z_full_floats_SOL_1m.csv', symbol: 'SOL-USDC', timeframe: '1m', code: 'IMPORT_AMBIGUOUS', hint: /--quote-volume/ },
  { file: 'lean_coinbase_ltcusd_minute_20180404_trade.csv', timeframe: '1m', code: 'IMPORT_AMBIGUOUS', hint: /--date 2018-04-04/ },
  { file: 'lean_coinbase_ltcusd_minute_20180404_quote.csv', timeframe: '1m', code: 'IMPORT_FORMAT', message: /bid and ask/, hint: /--columns/ },
  { file: 'bitmex_column_oriented_one_day.json', timeframe: '5m', code: 'IMPORT_FORMAT', message: /looks like 1m/, hint: /--timeframe 1m/ },
]
