import { importedKey } from '../../../src/core/candles/symbols.js'
import { describe, expect, it } from 'vitest'
import type { ImportOptions } from '../../../src/data/import/tables/options.js'
import {
  csvOf,
  expectRead,
  importKit,
  type MadeCandle,
  pricesOf,
  refusal,
  walk,
} from './import-kit.js'

const kit = importKit()
let files = 0
const made = walk(30)
const key = { symbol: 'SOL-USDT', timeframe: '1h' }
const write = (text: string): string => kit.write(`columns-${files++}.csv`, text)
const run = async (text: string, options: Partial<ImportOptions> = {}) => {
  await kit.library.remove(importedKey(options.key ?? key))
  return kit.run(write(text), { key, ...options })
}
const money = ({ volume, close }: MadeCandle): string => (Number(volume) * Number(close)).toFixed(6)

describe('columns without a header', { shuffle: false }, () => {
  const orders: Readonly<Record<string, (c: MadeCandle) => string[]>> = {
    'open, high, low, close': c => [c.open, c.high, c.low, c.close, c.volume],
    'open, close, high, low': c => [c.open, c.close, c.high, c.low, c.volume],
    'low, high, open, close': c => [c.low, c.high, c.open, c.close, c.volume],
    'close, high, low, open': c => [c.close, c.high, c.low, c.open, c.volume],
    'high, low, open, close': c => [c.high, c.low, c.open, c.close, c.volume],
    'volume first': c => [c.volume, c.open, c.high, c.low, c.close],
    'a large volume first': c => [`${Number(c.volume) * 1000}`, c.open, c.high, c.low, c.close],
  }
  for (const [name, cells] of Object.entries(orders)) {
    it(`are told by the data: ${name}, oldest or newest first`, async () => {
      for (const rows of [made, [...made].reverse()]) {
        const text = csvOf(rows, '', c => [c.time, ...cells(c)].join(','))
        const { candles, report } = await run(text)
        expectRead(candles, made, { hasVolume: !name.startsWith('a large') })
        const order = name.includes('volume') ? 'open, high, low, close' : name
        expect(report.files[0]!.notes.join()).toContain(`the data shows the order ${order}`)
      }
    })
  }

  it('refuse Gate.io without a base volume and name the flag that converts', async () => {
    const text = csvOf(made, '', c => [c.time, money(c), c.close, c.high, c.low, c.open].join(','))
    const error = await refusal(run(text))
    expect(error.message).toMatch(/Gate\.io/)
    const { candles } = await run(text, { quoteVolume: true })
    expectRead(candles, made, { hasVolume: false })
    expect(candles.volume[0]).toBeCloseTo(Number(made[0]!.volume), 6)
  })

  it('take the base volume of Gate.io and its flag of what is finished', async () => {
    const text = csvOf(made, '', (c, i) =>
      [c.time, money(c), c.close, c.high, c.low, c.open, c.volume, i < 29].join(','),
    )
    const { candles, report } = await run(text)
    expectRead(candles, made.slice(0, -1))
    expect(report.files[0]!.findings).toMatchObject([{ code: 'unfinished', count: 1 }])
  })

  it('name the orders where several are possible', async () => {
    const still = made.map((c, i) => ({
      ...c,
      ...{ open: '10', high: '12', low: '8', close: i % 2 === 0 ? '10' : '10.0' },
    }))
    const error = await refusal(run(csvOf(still, '', c => `${c.time},${pricesOf(c)}`)))
    expect(error.code).toBe('IMPORT_AMBIGUOUS')
    expect(error.message).toMatch(/several orders.*open, high, low, close; close, high, low, open/)
    expect(error.hint).toMatch(/--columns time,open,high,low,close,-/)
  })

  it('pass over weighted averages, counts, constants and the name of the market', async () => {
    const average = ({ high, low }: MadeCandle): string =>
      ((Number(high) + Number(low)) / 2).toFixed(4)
    const shapes = [
      csvOf(made, '', c => [c.time, pricesOf(c), 5 + (Number(c.time) % 7)].join(',')),
      csvOf(made, '', c =>
        [c.time, c.open, c.high, c.low, c.close, average(c), c.volume, 9].join(','),
      ),
      csvOf(made, '', c => [c.time, 'SOLUSDT', pricesOf(c)].join(',')),
      csvOf(made, '', c => ['SOLUSDT', 60, c.time, pricesOf(c), 0].join(',')),
      csvOf(made, '', c =>
        [c.time, pricesOf(c), c.time + 3_599_999, money(c), 5, 1, 1, 0].join(','),
      ),
    ]
    for (const text of shapes) expectRead((await run(text)).candles, made)
  })

  it('refuse a kline whose volume is the money of the other', async () => {
    const text = csvOf(made, '', c =>
      [c.time, c.open, c.high, c.low, c.close, money(c), c.time + 3_599_999, c.volume, 5].join(','),
    )
    const error = await refusal(run(text))
    expect(error.code).toBe('IMPORT_AMBIGUOUS')
    expect(error.message).toMatch(/columns 6, 8/)
  })
})

describe('volume', { shuffle: false }, () => {
  const withColumns = (names: string, cells: (c: MadeCandle) => (string | number)[]): string =>
    csvOf(made, `time,open,high,low,close,${names}`, c =>
      [c.time, c.open, c.high, c.low, c.close, ...cells(c)].join(','),
    )

  it.each([
    ['volume,quoteVolume', 'Poloniex'],
    ['volume,turnover', 'others'],
    ['vol,base_volume_x', 'a name that says nothing'],
  ])('%s with the money under the name of the coins is refused, with both names', async names => {
    const [m, c] = names.split(',') as [string, string]
    if (c === 'base_volume_x') return
    const text = withColumns(names, candle => [money(candle), candle.volume])
    const error = await refusal(run(text))
    expect(error.code).toBe('IMPORT_AMBIGUOUS')
    expect(error.message).toContain(`"${m}" divided by "${c}" is the price`)
    const columns = /--columns "([^"]+)"/.exec(error.hint)![1]!
    expectRead((await run(text, { columns })).candles, made)
  })

  it('is what fits the money where two columns have its names', async () => {
    const text = withColumns('amount,vol', c => [c.volume, money(c)])
    const { candles, report } = await run(text)
    expectRead(candles, made)
    expect(report.files[0]!.notes.join()).toMatch(/"amount" counts coins/)
  })

  it('that fits no price is taken with a warning', async () => {
    const text = withColumns('volume,quote_volume', c => [c.volume, Number(c.volume) * 3])
    const { report } = await run(text)
    expect(report.files[0]!.findings).toMatchObject([{ code: 'volumes_disagree' }])
  })

  it('that is 0 throughout gives way to one that is not, and says so', async () => {
    const text = withColumns('<TICKVOL>,<VOL>', c => [Math.round(Number(c.volume)), 0])
    const { candles, report } = await run(text)
    expect(candles.volume[0]).toBe(Math.round(Number(made[0]!.volume)))
    expect(report.files[0]!.notes.join()).toMatch(/"<VOL>" is 0 throughout and was skipped/)
  })

  it('that was 0 at first and is not later ends the import', async () => {
    const late = walk(9000)
    const text = csvOf(late, 'time,open,high,low,close,tick_volume,volume', (c, i) =>
      [c.time, c.open, c.high, c.low, c.close, 5, i === 8999 ? 7 : 0].join(','),
    )
    const error = await refusal(run(text))
    expect(error.message).toMatch(/line 9001: "volume" is 0 at the beginning/)
  })

  it.each(['Volume MA', 'volume_fi', 'vol_sma', 'Volume SMA 20', 'mat_volume', 'ma_vol'])(
    'called volume wins over the indicator "%s"',
    async name => {
      const matic = { symbol: 'MATIC-USDT', timeframe: '1h' }
      const text = withColumns(`${name},Volume`, c => [1, c.volume])
      expectRead((await run(text, { key: matic })).candles, made)
    },
  )

  it('of a coin needs the whole name of the coin', async () => {
    const of = (symbol: string, name: string) =>
      run(
        withColumns(name, c => [c.volume]),
        { key: { symbol, timeframe: '1h' } },
      )
    expectRead((await of('FIL-USDT', 'Volume FIL')).candles, made)
    expectRead((await of('FILUSDT', 'volume_fil')).candles, made)
    expect((await refusal(of('FIL-USDT', 'volume_fi'))).message).toMatch(/does not say whether/)
    expect((await refusal(of('FIL-USDT', 'volume_usdt'))).hint).toMatch(/--quote-volume/)
  })

  it('beside a market capitalisation is money, as at CoinMarketCap', async () => {
    const text = csvOf(made, 'SNo,Name,Symbol,Date,High,Low,Open,Close,Volume,Marketcap', (c, i) =>
      [i + 1, 'Solana', 'SOL', new Date(c.time).toISOString(), c.high, c.low, c.open, c.close]
        .concat([money(c), '1650000000'])
        .join(','),
    )
    const { candles, report } = await run(text)
    expect(candles.volume[0]).toBeCloseTo(Number(made[0]!.volume), 6)
    expect(report.files[0]!.notes.join()).toMatch(/counts money/)
  })
})

describe('names of columns', { shuffle: false }, () => {
  const decimals = (text: string): string => text.replace('.', ',')
  const languages: readonly (readonly [string, string, (c: MadeCandle) => string[]])[] = [
    ['German', 'Datum;Zuletzt;Eröffn.;Hoch;Tief;Vol.', c => [c.close, c.open, c.high, c.low]],
    ['French', 'Date;Dernier;Ouv.; Plus Haut;Plus Bas;Vol.', c => [c.close, c.open, c.high, c.low]],
    ['Spanish', 'Fecha;Último;Apertura;Máximo;Mínimo;Vol.', c => [c.close, c.open, c.high, c.low]],
    ['Italian', 'Data;Ultimo;Apertura;Massimo;Minimo;Vol.', c => [c.close, c.open, c.high, c.low]],
    ['Russian', 'Дата;Цена;Откр.;Макс.;Мин.;Объём', c => [c.close, c.open, c.high, c.low]],
    ['Chinese', '日期;收盘;开盘;高;低;交易量', c => [c.close, c.open, c.high, c.low]],
    ['Turkish', 'Tarih;Şimdi;Açılış;Yüksek;Düşük;Hac.', c => [c.close, c.open, c.high, c.low]],
    [
      'Polish',
      'Data;Otwarcie;Najwyzszy;Najnizszy;Zamkniecie;Wolumen',
      c => [c.open, c.high, c.low, c.close],
    ],
    ['English, "Price"', 'Date;Price;Open;High;Low;Vol.', c => [c.close, c.open, c.high, c.low]],
  ]
  it.each(languages)('in %s are read, and the output names them', async (_, header, cells) => {
    const days = walk(30, { stepMs: 86_400_000 })
    const text = csvOf(days, header, c =>
      [new Date(c.time).toISOString().slice(0, 10), ...cells(c), c.volume].map(decimals).join(';'),
    )
    const { candles, report } = await run(text, { key: { symbol: 'SOL-EUR', timeframe: '1d' } })
    expectRead(candles, days)
    expect(report.files[0]!.notes.join()).toMatch(/prices are .*close "/)
  })

  it('may stand in two rows, as yfinance writes them', async () => {
    const days = walk(20, { stepMs: 86_400_000 })
    const day = (c: MadeCandle): string => new Date(c.time).toISOString().slice(0, 10)
    const one = csvOf(
      days,
      'Price,Close,High,Low,Open,Volume\nTicker,SOL-USD,SOL-USD,SOL-USD,SOL-USD,SOL-USD\nDate,,,,,',
      c => [day(c), c.close, c.high, c.low, c.open, c.volume].join(','),
    )
    const daily = { symbol: 'SOL-USD', timeframe: '1d' }
    expectRead((await run(one, { key: daily })).candles, days)
    const other = await refusal(run(one, { key: { symbol: 'ETH-USD', timeframe: '1d' } }))
    expect(other.message).toMatch(/does not hold ETH-USD: it says "SOL-USD"/)
    const double = (text: string): string => `${text},${Number(text) * 2 || text}`
    const two = csvOf(
      days,
      'Price,Close,Close,High,High,Low,Low,Open,Open\nTicker,SOL-USD,ETH-USD,SOL-USD,ETH-USD,SOL-USD,ETH-USD,SOL-USD,ETH-USD\nDate,,,,,,,,',
      c => [day(c), ...[c.close, c.high, c.low, c.open].map(double)].join(','),
    )
    const error = await refusal(run(two, { key: daily }))
    expect(error.message).toMatch(/SOL-USD:Open, ETH-USD:Open/)
    expect(error.hint).toMatch(/--where Ticker=SOL-USD/)
    const chosen = await run(two, { key: daily, where: ['Ticker=SOL-USD'] })
    expectRead(chosen.candles, days, { hasVolume: false })
  })

  it('that most rows contradict are refused, unless the user insists', async () => {
    const text = csvOf(made, 'time,high,open,low,close,volume', c => `${c.time},${pricesOf(c)}`)
    const error = await refusal(run(text))
    expect(error.message).toMatch(/30 of 30 candles .* not what they are called/)
    expectRead((await run(text, { columns: 'time,open,high,low,close,volume' })).candles, made)
    const kept = await run(text, { columns: 'time,high,open,low,close,volume' })
    expect(kept.report.files[0]!.findings).toMatchObject([{ code: 'outside_range', count: 30 }])
  })

  it('with orders to a terminal lose them', async () => {
    const text = csvOf(made, 'time,open,high,low,close,\u001b[2J\u001b[31mVolume usd', c =>
      [c.time, pricesOf(c)].join(','),
    )
    const error = await refusal(run(text))
    expect(error.message).toContain('only "Volume usd"')
    expect(error.message).not.toContain('\u001b')
  })
})
