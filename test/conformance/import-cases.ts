import type { ErrorCode } from '../../src/core/errors.js'
import type { ImportOptions } from '../../src/data/import/tables/options.js'

type Said = Partial<Omit<ImportOptions, 'key'>>

/** A file of a case, and what must come of it. */
export interface CaseFile {
  readonly file: string
  readonly symbol: string
  readonly timeframe: string
  readonly said?: Said
}

export interface ReadCase extends CaseFile {
  readonly rows: number
  /** The beginning of the data hash, or the first candle: open time, then OHLCV as doubles. */
  readonly hash?: string
  readonly first?: readonly [string, number, number, number, number, number]
  readonly notes?: RegExp
  readonly findings?: readonly string[]
}

export interface RefusedCase extends CaseFile {
  readonly code: ErrorCode
  readonly message: RegExp
  readonly hint: RegExp
}

const SOL = 'SOL-USDT'
/** The hash of the 48 hours that most files hold. */
const PLAIN = 'c6e7e2c48758'

const plain = (file: string, said?: Said, findings?: readonly string[]): ReadCase => ({
  ...{ file, symbol: SOL, timeframe: '1h', rows: 48, hash: PLAIN },
  ...(said && { said }),
  ...(findings && { findings }),
})

// prettier-ignore
export const READ: readonly ReadCase[] = [
  { file: 'coinmarketcap-end-of-day/cmc_download.csv', symbol: 'SOL-USD', timeframe: '1d', rows: 30, first: ['2024-01-01T00:00', 100.00000001, 100.82, 99.98, 100.52, 99543500], notes: /counts money/ },
  { file: 'coinmarketcap-end-of-day/coin_Solana.csv', symbol: 'SOL-USD', timeframe: '1d', rows: 30, first: ['2024-01-01T00:00', 100, 100.82, 99.98, 100.52, 99543500], notes: /1d earlier is the open.*counts money/ },
  { file: 'coinmarketcap-end-of-day/coin_Solana.csv', symbol: 'SOL-USD', timeframe: '1d', said: { timeLabel: 'close', timeZone: 'UTC' }, rows: 30, first: ['2024-01-01T00:00', 100, 100.82, 99.98, 100.52, 99543500] },
  { file: 'decimal-comma/ariva_sol.csv', symbol: 'SOL-EUR', timeframe: '1d', rows: 30, first: ['2024-01-01T00:00', 100, 100.82, 99.98, 100.52, 99], notes: /after a comma.*"Stuecke"/ },
  { file: 'decimal-comma/german_thousands_btc.csv', symbol: 'BTC-EUR', timeframe: '1d', said: { thousands: '.' }, rows: 30, first: ['2024-01-01T00:00', 42500, 42848, 42492, 42721, 0] },
  { file: 'decimal-comma/nt8_eu.txt', symbol: SOL, timeframe: '1h', said: { timeZone: 'UTC' }, rows: 48, first: ['2024-01-01T00:00', 100, 100.82, 99.98, 100.52, 99] },
  { file: 'gateio-array-order/ETH_BTC.json', symbol: 'ETH-BTC', timeframe: '30m', said: { quoteVolume: true }, rows: 48, first: ['2017-02-25T00:00', 0.0145, 0.01465503, 0.01448854, 0.01463561, 5863.75222015 / 0.01463561] },
  plain('gateio-array-order/SOL_USDT_8col.json'),
  { file: 'gateio-array-order/ohlc_volume_quote.csv', symbol: SOL, timeframe: '1h', said: { quoteVolume: true }, rows: 48, first: ['2024-01-01T00:00', 100, 100.82, 99.98, 100.52, 10006.1126 / 100.52] },
  { file: 'gateio-array-order/ohlc_volume_quote.csv', symbol: SOL, timeframe: '1h', rows: 48, first: ['2024-01-01T00:00', 100, 100.82, 99.98, 100.52, 10006.1126], notes: /if it counts money, repeat with --quote-volume/ },
  plain('gateio-array-order/symbol_second.csv'),
  { file: 'gateio-array-order/volume_first_large.csv', symbol: SOL, timeframe: '1h', rows: 48, first: ['2024-01-01T00:00', 100, 100.82, 99.98, 100.52, 99543.5] },
  { file: 'gateio-array-order/volume_first_small.csv', symbol: SOL, timeframe: '1h', rows: 48, first: ['2024-01-01T00:00', 100, 100.82, 99.98, 100.52, 0.099543] },
  { file: 'ib-named-zone/ib_insync.csv', symbol: 'SOL-USD', timeframe: '5m', rows: 60, first: ['2024-01-01T14:30', 100, 100.82, 99.98, 100.52, 99], notes: /US\/Eastern/ },
  { file: 'investing-com/btc_de.csv', symbol: 'BTC-USD', timeframe: '1d', rows: 30, first: ['2024-01-01T00:00', 42500, 42848.5, 42491.5, 42721, 99540] },
  { file: 'investing-com/btc_en.csv', symbol: 'BTC-USD', timeframe: '1d', rows: 30, first: ['2024-01-01T00:00', 42500, 42848.5, 42491.5, 42721, 99540], notes: /close "Price"/ },
  { file: 'investing-com/eurusd_en_small.csv', symbol: 'EUR-USD', timeframe: '1d', rows: 30, first: ['2024-01-01T00:00', 1, 1.0082, 0.9998, 1.0052, 0] },
  { file: 'jsonl-and-python-json/nan.json', symbol: SOL, timeframe: '1h', rows: 48, first: ['2024-01-01T00:00', 100, 100.82, 99.98, 100.52, 0] },
  plain('jsonl-and-python-json/pandas_to_json_columns.json'),
  plain('jsonl-and-python-json/pandas_to_json_split.json'),
  plain('jsonl-and-python-json/sol.jsonl'),
  { file: 'malformed/after_2100.csv', symbol: SOL, timeframe: '1d', rows: 48, first: ['2101-01-01T00:00', 100, 100.82, 99.98, 100.52, 0] },
  { file: 'malformed/before_1970.csv', symbol: SOL, timeframe: '1d', rows: 48, first: ['1928-01-01T00:00', 100, 100.82, 99.98, 100.52, 0] },
  plain('malformed/bom_double.csv'),
  plain('malformed/bom_middle.csv'),
  plain('malformed/cat_two_with_headers_bom.csv', undefined, ['rows_without_prices']),
  plain('malformed/comment_inside.csv', undefined, ['rows_without_prices']),
  plain('malformed/comments_12.csv'),
  plain('malformed/cr_only.csv'),
  plain('malformed/crlf_header_lf_rows.csv'),
  plain('malformed/crlf_then_lf_appended.csv'),
  { file: 'malformed/dollar.csv', symbol: SOL, timeframe: '1d', rows: 30, first: ['2024-01-01T00:00', 100, 100.82, 99.98, 100.52, 9954350] },
  { file: 'malformed/duplicate_headers_glued.csv', symbol: SOL, timeframe: '1h', rows: 49, first: ['2024-01-01T00:00', 100, 100.82, 99.98, 100.52, 99.5435], findings: ['rows_without_prices'] },
  { file: 'malformed/exponent_prices.csv', symbol: SOL, timeframe: '1h', rows: 48, first: ['2024-01-01T00:00', 0.00001, 0.00001008200, 0.000009998, 0.00001005200, 99540000000] },
  plain('malformed/footer_total.csv', undefined, ['rows_without_prices']),
  plain('malformed/gz_concatenated.csv.gz'),
  plain('malformed/gz_trailing_garbage.csv.gz', undefined, ['trailing_bytes']),
  plain('malformed/lf_then_crlf_appended.csv'),
  { file: 'malformed/long_numbers.csv', symbol: SOL, timeframe: '1h', rows: 48, first: ['2024-01-01T00:00', 100, 100.82, 99.98, 100.52, 9.95435e21] },
  plain('malformed/plain.csv'),
  plain('malformed/script_prose.csv'),
  plain('malformed/utf16be_bom.csv'),
  plain('malformed/utf16le_nobom.csv'),
  plain('malformed/utf32.csv'),
  { file: 'mt5-vol-zero/EURUSD_H1.csv', symbol: 'EUR-USD', timeframe: '1h', said: { timeZone: 'UTC' }, rows: 48, first: ['2024-01-01T00:00', 100, 100.82, 99.98, 100.52, 995], notes: /"<VOL>" is 0 throughout/ },
  plain('multi-symbol-long/interleaved.csv', { where: ['ticker=X:SOLUSD'] }, ['rows_left_out']),
  plain('multi-symbol-long/polygon_single.csv', undefined, ['another_dollar']),
  plain('multi-symbol-long/sequential.csv', { where: ['symbol=SOLUSDT'] }, ['rows_left_out']),
  { file: 'multi-symbol-long/wrong-symbol.csv', symbol: 'ETH-USDT', timeframe: '1h', rows: 48, first: ['2024-01-01T00:00', 2200, 2217.76, 2199.7, 2211.34, 99.5435] },
  plain('onchain-nested-json/birdeye_items_only.json'),
  plain('onchain-nested-json/birdeye_ohlcv.json'),
  plain('onchain-nested-json/bybit_kline.json'),
  { file: 'onchain-nested-json/coingecko_ohlc.json', symbol: 'SOL-USD', timeframe: '4h', said: { timeLabel: 'close' }, rows: 30, first: ['2024-01-01T00:00', 100, 100.82, 99.98, 100.52, 0] },
  plain('onchain-nested-json/deribit_chart.json'),
  { file: 'onchain-nested-json/geckoterminal_list_only.json', symbol: SOL, timeframe: '1h', said: { quoteVolume: true }, rows: 48, first: ['2024-01-01T00:00', 100, 100.82, 99.98, 100.52, 10006.11262 / 100.52] },
  { file: 'onchain-nested-json/geckoterminal_ohlcv.json', symbol: 'SOL-USDC', timeframe: '1h', rows: 48, first: ['2024-01-01T00:00', 100, 100.82, 99.98, 100.52, 10006.11262 / 100.52] },
  plain('onchain-nested-json/htx_kline.json'),
  { ...plain('onchain-nested-json/kraken_ohlc.json'), symbol: 'SOL-USD' },
  { file: 'onchain-nested-json/okx_candles.json', symbol: SOL, timeframe: '1h', rows: 47, first: ['2024-01-01T00:00', 100, 100.82, 99.98, 100.52, 99.5435], findings: ['unfinished'] },
  plain('pandas-range-index/btc-iso.csv'),
  plain('pandas-range-index/btc.csv'),
  plain('pandas-range-index/minute-index.csv'),
  { file: 'pandas-range-index/sec-1s.csv', symbol: SOL, timeframe: '1s', rows: 120, first: ['2024-01-01T00:00', 100, 100.82, 99.98, 100.52, 99.5435] },
  { file: 'poloniex-reversed-volume/BTC_ETH.csv', symbol: 'ETH-BTC', timeframe: '30m', said: { columns: 'open=open,high=high,low=low,close=close,volume=quoteVolume' }, rows: 48, first: ['2017-02-25T00:00', 0.0145, 0.01465503, 0.01448854, 0.01463561, 400649.6634] },
  { ...plain('stooq-finam-hhmmss/btcusd_1h.txt', { timeZone: 'UTC' }), symbol: 'BTC-USD' },
  { file: 'stooq-finam-hhmmss/btcusd_5m.txt', symbol: 'BTC-USD', timeframe: '5m', said: { timeZone: 'UTC' }, rows: 60, first: ['2024-01-01T09:30', 100, 100.82, 99.98, 100.52, 99.5435] },
  { file: 'stooq-finam-hhmmss/btcusd_d.txt', symbol: 'BTC-USD', timeframe: '1d', rows: 30, first: ['2024-01-01T00:00', 100, 100.82, 99.98, 100.52, 99.5435] },
  { file: 'stooq-finam-hhmmss/finam_sber_1h.csv', symbol: 'SBER', timeframe: '1h', said: { timeZone: 'UTC' }, rows: 48, first: ['2024-01-01T00:00', 100, 100.82, 99.98, 100.52, 99] },
  { ...plain('tradingview-volume-ma/BINANCE_MATICUSDT_60.csv'), symbol: 'MATIC-USDT' },
  { ...plain('tradingview-volume-ma/ta_lib_FILUSDT_1h.csv'), symbol: 'FIL-USDT' },
  { file: 'unfinished-flag/oanda_complete.csv', symbol: 'SOL-USD', timeframe: '1h', rows: 47, first: ['2024-01-01T00:00', 100, 100.82, 99.98, 100.52, 99], findings: ['unfinished'] },
  { file: 'unfinished-flag/okx_confirm.csv', symbol: SOL, timeframe: '1h', rows: 47, first: ['2024-01-01T00:00', 100, 100.82, 99.98, 100.52, 99.5435], findings: ['unfinished'] },
  { file: 'yahoo-null-row/BTC-USD.csv', symbol: 'BTC-USD', timeframe: '1d', rows: 29, first: ['2024-01-01T00:00', 100, 100.82, 99.98, 100.52, 99], findings: ['rows_without_prices'] },
  { file: 'yahoo-null-row/pandas-resampled-nan.csv', symbol: 'BTC-USD', timeframe: '1d', rows: 29, first: ['2024-01-01T00:00', 100, 100.82, 99.98, 100.52, 99], findings: ['rows_without_prices'] },
  { file: 'yfinance-multiindex/btc.csv', symbol: 'BTC-USD', timeframe: '1d', rows: 30, first: ['2024-01-01T00:00', 100, 100.82, 99.98, 100.52, 99543500] },
  { file: 'yfinance-multiindex/two.csv', symbol: 'BTC-USD', timeframe: '1d', said: { where: ['Ticker=BTC-USD'] }, rows: 30, first: ['2024-01-01T00:00', 100, 100.82, 99.98, 100.52, 99543500] },
  plain('malformed/dump.zip'),
  { file: 'malformed/thousands_unquoted.csv', symbol: SOL, timeframe: '1h', said: { thousands: ',' }, rows: 48, first: ['2024-01-01T00:00', 42500, 42848.5, 42491.5, 42721, 99.5435] },
]

// prettier-ignore
export const REFUSED: readonly RefusedCase[] = [
  { file: 'decimal-comma/german_thousands_btc.csv', symbol: 'BTC-EUR', timeframe: '1d', code: 'IMPORT_AMBIGUOUS', message: /"42\.500"/, hint: /--decimal \. .*--thousands \./ },
  { file: 'gateio-array-order/ETH_BTC.json', symbol: 'ETH-BTC', timeframe: '30m', code: 'IMPORT_AMBIGUOUS', message: /Gate\.io/, hint: /--quote-volume/ },
  { file: 'malformed/dump.tar', symbol: SOL, timeframe: '1h', code: 'IMPORT_UNREADABLE', message: /a tar archive, not/, hint: /tar -xf/ },
  { file: 'malformed/dump.tar.gz', symbol: SOL, timeframe: '1h', code: 'IMPORT_UNREADABLE', message: /a tar archive compressed with gzip/, hint: /tar -xf/ },
  { file: 'malformed/escape_header.csv', symbol: SOL, timeframe: '1h', code: 'IMPORT_AMBIGUOUS', message: /only "Volume usd"/, hint: /--quote-volume/ },
  { file: 'malformed/gz_in_gz.csv.gz', symbol: SOL, timeframe: '1h', code: 'IMPORT_UNREADABLE', message: /gzip twice/, hint: /gunzip/ },
  { file: 'malformed/html_401.csv', symbol: SOL, timeframe: '1h', code: 'IMPORT_UNREADABLE', message: /a web page \(HTML\), "401"/, hint: /download it again/ },
  { file: 'malformed/nul_late.csv', symbol: SOL, timeframe: '1h', code: 'IMPORT_UNREADABLE', message: /zero bytes from line 50/, hint: /download it again/ },
  { file: 'malformed/thousands_unquoted.csv', symbol: SOL, timeframe: '1h', code: 'IMPORT_ROW', message: /10 cells/, hint: /in quotes/ },
  { file: 'malformed/unclosed_quote.csv', symbol: SOL, timeframe: '1h', code: 'IMPORT_FORMAT', message: /line 49/, hint: /unclosed quote/ },
  { file: 'malformed/year_1698.csv', symbol: SOL, timeframe: '1d', code: 'IMPORT_FORMAT', message: /"1698-01-01", outside/, hint: /correct/ },
  { file: 'mt5-vol-zero/EURUSD_H1.csv', symbol: 'EUR-USD', timeframe: '1h', code: 'IMPORT_AMBIGUOUS', message: /without a zone/, hint: /--time-zone/ },
  { file: 'multi-symbol-long/interleaved.csv', symbol: SOL, timeframe: '1h', code: 'IMPORT_AMBIGUOUS', message: /several series/, hint: /--where ticker=X:SOLUSD/ },
  { file: 'multi-symbol-long/sequential.csv', symbol: SOL, timeframe: '1h', code: 'IMPORT_AMBIGUOUS', message: /several series/, hint: /--where symbol=SOLUSDT/ },
  { file: 'multi-symbol-long/wrong-symbol.csv', symbol: SOL, timeframe: '1h', code: 'IMPORT_FORMAT', message: /"ETHUSDT"/, hint: /--symbol ETH-USDT/ },
  { file: 'onchain-nested-json/coingecko_ohlc.json', symbol: 'SOL-USD', timeframe: '4h', code: 'IMPORT_AMBIGUOUS', message: /CoinGecko/, hint: /--time-label close/ },
  { file: 'onchain-nested-json/geckoterminal_list_only.json', symbol: SOL, timeframe: '1h', code: 'IMPORT_AMBIGUOUS', message: /GeckoTerminal/, hint: /--quote-volume/ },
  { file: 'poloniex-reversed-volume/BTC_ETH.csv', symbol: 'ETH-BTC', timeframe: '30m', code: 'IMPORT_AMBIGUOUS', message: /"volume".*"quoteVolume"/, hint: /volume=quoteVolume/ },
  { file: 'poloniex-reversed-volume/BTC_ETH.json', symbol: 'ETH-BTC', timeframe: '30m', code: 'IMPORT_AMBIGUOUS', message: /"volume".*"quoteVolume"/, hint: /volume=quoteVolume/ },
  { file: 'stooq-finam-hhmmss/btcusd_1h.txt', symbol: 'BTC-USD', timeframe: '1h', code: 'IMPORT_AMBIGUOUS', message: /without a zone/, hint: /--time-zone/ },
  { file: 'yfinance-multiindex/two.csv', symbol: 'BTC-USD', timeframe: '1d', code: 'IMPORT_AMBIGUOUS', message: /BTC-USD:Open, ETH-USD:Open/, hint: /--where Ticker=BTC-USD/ },
]
