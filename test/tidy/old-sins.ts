/** What broke a rule before the rule was made, by file: these lists may only shrink, and so may their numbers. */

/** Files longer than that, with their length. */
export const LONG: Readonly<Record<string, number>> = {}

/** Where "bar" or "kline" is the right word, and why. No file joins this list for a candle. */
export const OTHER_BARS: Readonly<Record<string, string>> = {
  'src/app/output/output.ts': 'progress bars',
  'src/api/dashboard/parts/charts/candle-drawing.ts': 'an option of lightweight-charts',
  'src/report/browser/figures/pairs.ts': 'columns of a chart, as echarts names them',
  'src/report/browser/run/figures.ts': 'bars of a histogram',
  'src/report/browser/document/page.css': 'bars of a histogram',
  'src/report/browser/run/chart/legend.ts': 'a bar of the chart that stands for several candles',
  'src/report/browser/run/chart/markers.ts': 'positions as lightweight-charts names them',
  'src/data/import/columns/column-data.ts': 'the name that venues give their own format',
  'src/data/sources/adapters/binance.ts': 'addresses, in the words of the venue',
  'src/data/sources/adapters/binance-stream.ts':
    'names of streams and messages, in the words of the venue',
  'src/data/sources/adapters/birdeye.ts': 'addresses, in the words of the venue',
  'src/data/sources/adapters/bybit.ts': 'addresses, in the words of the venue',
  'src/data/sources/adapters/kraken.ts': 'addresses, in the words of the venue',
  'src/data/sources/adapters/okx.ts': 'addresses, in the words of the venue',
}

/** Fields of exported interfaces of the core without a comment, by file. */
export const UNEXPLAINED: Readonly<Record<string, number>> = {}
