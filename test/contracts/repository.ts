import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { allocateCandles, candlesFrom, type Candles } from '../../src/core/candles/candles.js'
import type {
  CandleRepository,
  DataSetKey,
  EncodedCandles,
} from '../../src/core/ports/market/candles.js'
import type { EventRecord } from '../../src/core/ports/research/events.js'
import type { PositionRecord } from '../../src/core/ports/research/positions.js'
import type { RunRecord, RunSummary } from '../../src/core/ports/research/runs.js'
import { MINUTE_MS } from '../../src/core/candles/time.js'
import { CandleLines } from '../../src/data/candles/candle-lines.js'
import type { CoverageState, FetchNote, FetchNotes } from '../../src/core/ports/market/coverage.js'
import { createFetchRepository } from '../../src/data/store/candles/fetch-repository.js'
import { createCandleRepository } from '../../src/data/store/candles/candle-repository.js'
import { dataHash } from '../../src/data/cache/data-hash.js'
import type { Database } from '../../src/data/store/database.js'
import { createEventRepository } from '../../src/data/store/runs/event-repository.js'
import { fillPositions } from '../../src/data/store/runs/fill-positions.js'
import { createPositionRepository } from '../../src/data/store/runs/position-repository.js'
import { createRunRepository } from '../../src/data/store/runs/run-repository.js'

const KEY = { symbol: 'SOL-USDC', timeframe: '1m', source: 'file' }

/** What every database must do for candles, runs, events and positions. */
export function repositoryContract(name: string, open: () => Promise<Database>): void {
  describe(`repositories on ${name}`, { concurrent: false }, () => {
    let database: Database
    let candles: CandleRepository
    beforeAll(async () => {
      database = await open()
      candles = createCandleRepository(database)
    })
    afterAll(() => database.close())

    const clear = (key = KEY): Promise<number> => candles.remove(key)
    const save = (columns: Candles, key = KEY): Promise<unknown> =>
      candles.write(key, async writer => {
        for (const encoded of encodeCandles(key, columns)) await writer.append(encoded)
        return columns
      })

    it('gives back the columns that were saved, and their hash', async () => {
      await clear()
      const saved = walk(2500)
      await save(saved)
      const [dataSet] = await candles.list()
      expect(dataSet).toEqual({
        ...KEY,
        fetched: null,
        count: 2500,
        first: saved.time[0],
        last: saved.time[2499],
        dataHash: dataHash(saved),
      })
      const loaded = await candles.load(KEY)
      expect(dataHash(loaded)).toBe(dataSet!.dataHash)
      expect(loaded.timeframeMs).toBe(MINUTE_MS)
      expect(await candles.remove(KEY)).toBe(2500)
      expect(await candles.list()).toEqual([])
    })

    it('keeps sources of one market apart, and what was asked of each', async () => {
      await clear()
      const other = { ...KEY, source: 'binance' }
      await clear(other)
      const fetches = createFetchRepository(database)
      await save(walk(10))
      const asked = (since: number, until: number, state: CoverageState): FetchNote => ({
        since,
        until,
        state,
        isSettled: true,
        reason: null,
        adapter: 'binance 1',
        host: 'localhost',
        path: 'rest',
        requestedAt: 5000,
        sourceTime: null,
        checksum: 'none',
        etag: null,
        rows: 20,
        notes: { duplicates: 1 },
      })
      const note: FetchNotes = {
        fetched: { adapter: 'binance 1', at: 5000 },
        fetches: [asked(0, 600_000, 'candles'), asked(600_000, 1_200_000, 'candles')],
        revisions: [{ time: 60_000, before: '1 1 1 1 1', after: null, isApplied: false }],
      }
      await candles.write(other, async writer => {
        for (const encoded of encodeCandles(other, walk(20))) await writer.append(encoded)
        writer.noteFetches(note)
        return walk(20)
      })
      expect(await candles.list()).toMatchObject([
        { source: 'binance', count: 20, fetched: { adapter: 'binance 1', at: 5000 } },
        { source: 'file', count: 10, fetched: null },
      ])
      expect((await candles.load(KEY)).length).toBe(10)
      expect((await candles.load(other)).length).toBe(20)
      const whole = { since: 0, until: 1_200_000, state: 'candles', isSettled: true, reason: null }
      expect(await fetches.coverage(other)).toEqual([whole])
      expect(await fetches.coverage(KEY)).toEqual([])
      expect(await fetches.asked()).toEqual([other])
      expect(await fetches.provenance(other)).toEqual([
        {
          adapter: 'binance 1',
          host: 'localhost',
          path: 'rest',
          requests: 2,
          rows: 40,
          first: 5000,
          last: 5000,
        },
      ])
      expect(await fetches.revisions(other)).toMatchObject(note.revisions)
      await candles.write(other, async writer => {
        writer.noteFetches({
          ...note,
          fetches: [asked(300_000, 360_000, 'failed')],
          revisions: [],
        })
        return writer.stored()
      })
      expect(await fetches.coverage(other)).toMatchObject([
        { since: 0, until: 300_000, state: 'candles' },
        { since: 300_000, until: 360_000, state: 'failed' },
        { since: 360_000, until: 1_200_000, state: 'candles' },
      ])
      expect(await clear(other)).toBe(20)
      expect(await fetches.asked()).toEqual([])
      await clear()
    })

    it('remembers how long a host must not be asked, the later end winning', async () => {
      const fetches = createFetchRepository(database)
      expect(await fetches.pauseOf('api.example')).toBeUndefined()
      await fetches.pause('api.example', { until: 5000, reason: '418' })
      await fetches.pause('api.example', { until: 4000, reason: '429' })
      expect(await fetches.pauseOf('api.example')).toEqual({ until: 5000, reason: '418' })
    })

    it('keeps that a feed has left a source for another one', async () => {
      const fetches = createFetchRepository(database)
      const event = {
        kind: 'switched',
        from: 'binance',
        to: 'coinbase',
        since: 60_000,
        reason: 'away',
        basis: -0.00125,
      } as const
      await fetches.noteSwitch(KEY, event, 90_000)
      const rows = await database.query(
        `select from_source, to_source, reason, basis, extract(epoch from since) as since,
           extract(epoch from noticed_at) as noticed from feed_switches where symbol = $1`,
        [KEY.symbol],
      )
      expect(
        rows.map(row => [
          ...Object.values(row).slice(0, 4),
          ...['since', 'noticed'].map(name => Number(row[name])),
        ]),
      ).toEqual([['binance', 'coinbase', 'away', '-0.00125', 60, 90]])
    })

    it('keeps decimals exactly as they came', async () => {
      await clear()
      const prices = ['0.000028530000000001', '0.00002853', '81.1841927058512', '100.50000000']
      const volume = '123456789012345678901234567890.123456789'
      await candles.write(KEY, async writer => {
        const lines = new CandleLines(KEY)
        prices.forEach((p, i) => lines.add(i * MINUTE_MS, p, p, p, p, i === 3 ? '' : volume))
        await writer.append(lines.take())
        return candlesFrom(
          MINUTE_MS,
          prices.map((p, i) => flat(i * MINUTE_MS, Number(p), i === 3 ? 0 : Number(volume))),
        )
      })
      const rows = (await all(candles.rows(KEY))).flat()
      expect(rows.map(row => row.close)).toEqual(prices)
      expect(rows.map(row => row.volume)).toEqual([volume, volume, volume, null])
      const loaded = await candles.load(KEY)
      expect(loaded.close[0]).toBe(0.000028530000000001)
      expect(loaded.volume[3], 'no volume is 0 in a column').toBe(0)
    })

    it('keeps times before 1970 and off the minute, to the millisecond', async () => {
      await clear()
      const times = [-86_400_000_000, -1, 0, 999, 5_500, 1_700_000_000_123, 4_000_000_000_000]
      const saved = candlesFrom(
        MINUTE_MS,
        times.map(time => flat(time, 1, 1)),
      )
      await save(saved)
      expect(Array.from((await candles.load(KEY)).time)).toEqual(times)
    })

    it('reads a range, from inclusive to exclusive', async () => {
      await clear()
      await save(walk(10))
      const range = { since: 2 * MINUTE_MS, until: 5 * MINUTE_MS }
      const rows = (await all(candles.rows(KEY, range))).flat()
      expect(rows.map(row => row.time / MINUTE_MS)).toEqual([2, 3, 4])
    })

    it('stores nothing of a change that fails', async () => {
      await clear()
      await save(walk(10))
      const failing = candles.write(KEY, async writer => {
        await writer.removeTimes(Float64Array.of(0))
        for (const encoded of encodeCandles(KEY, walk(20, 10))) await writer.append(encoded)
        throw new Error('refused')
      })
      await expect(failing).rejects.toThrow('refused')
      expect(dataHash(await candles.load(KEY))).toBe(dataHash(walk(10)))
    })

    it('stores nothing where the database itself refuses a row', async () => {
      await clear()
      await save(walk(10))
      await expect(save(walk(5)), 'the same times again').rejects.toThrow(/duplicate key/)
      await expect(save(candlesFrom(MINUTE_MS, [flat(9e8, -1, 0)]))).rejects.toThrow(/check/)
      expect((await candles.load(KEY)).length).toBe(10)
    })

    it('replaces candles inside one change', async () => {
      await clear()
      await save(walk(4))
      const changed = candlesFrom(MINUTE_MS, [flat(MINUTE_MS, 7, 1)])
      await candles.write(KEY, async writer => {
        const stored = await writer.stored()
        await writer.removeTimes(changed.time)
        for (const encoded of encodeCandles(KEY, changed)) await writer.append(encoded)
        const merged = allocateCandles(MINUTE_MS, 4)
        for (const column of ['time', 'open', 'high', 'low', 'close', 'volume'] as const) {
          merged[column].set(stored[column])
          merged[column][1] = changed[column][0]!
        }
        return merged
      })
      const loaded = await candles.load(KEY)
      expect(loaded.close[1]).toBe(7)
      expect((await candles.find(KEY))!.dataHash).toBe(dataHash(loaded))
    })

    it('takes changes of one data set in turns', async () => {
      await clear()
      const add = (since: number): Promise<unknown> =>
        candles.write(KEY, async writer => {
          const stored = await writer.stored()
          const more = walk(5, since)
          for (const encoded of encodeCandles(KEY, more)) await writer.append(encoded)
          const times = [...stored.time, ...more.time].sort((a, b) => a - b)
          return candlesFrom(
            MINUTE_MS,
            times.map(time => candleAt(time)),
          )
        })
      await Promise.all([add(0), add(5), add(10)])
      expect(dataHash(await candles.load(KEY))).toBe(dataHash(walk(15)))
      expect((await candles.find(KEY))!.count).toBe(15)
    })

    it('knows an import again only while the data set is as it left it', async () => {
      await clear()
      await candles.write(KEY, async writer => {
        writer.noteImport({ key: 'abc', summary: { rows: 3 } })
        for (const encoded of encodeCandles(KEY, walk(3))) await writer.append(encoded)
        return walk(3)
      })
      expect(await candles.findImport(KEY, 'abc')).toEqual({ rows: 3 })
      expect(await candles.findImport(KEY, 'other')).toBeUndefined()
      await candles.write(KEY, async writer => {
        await writer.removeTimes(Float64Array.of(0))
        return walk(2, 1)
      })
      expect(await candles.findImport(KEY, 'abc')).toBeUndefined()
    })

    it('saves runs whole and lists the newest first', async () => {
      const runs = createRunRepository(database)
      await runs.save(run('a', '2024-01-01T00:00:00Z'))
      await runs.save(run('b', '2024-01-02T00:00:00.5Z'))
      await runs.save({ ...run('a', '2024-01-01T00:00:00Z'), resultHash: 'again' })
      const listed = (await runs.list()).map(({ runId }) => runId)
      expect(listed.filter(id => id === 'a' || id === 'b')).toEqual(['b', 'a'])
      expect((await runs.list(1)).length).toBe(1)
      expect(await runs.get('a')).toEqual({
        ...run('a', '2024-01-01T00:00:00Z'),
        resultHash: 'again',
      })
      expect((await runs.latest())!.createdAt).toBe('2024-01-02T00:00:00.500Z')
      expect(await runs.get('none')).toBeUndefined()
    })

    it('gives runs page by page, those alone that are asked for', async () => {
      const runs = createRunRepository(database)
      const at = (day: number) => `2023-05-0${day}T00:00:00.123Z`
      const days = { p1: 1, p2: 2, p3: 2, p4: 2, p5: 3 }
      for (const [id, day] of Object.entries(days))
        await runs.save({ ...run(id, at(day)), symbol: 'PAGED-USDC' })
      await runs.save({ ...run('p6', at(3)), symbol: 'PAGED-USDC', strategy: 'other' })
      const [strategy, symbol] = [run('p1', at(1)).strategy, 'PAGED-USDC']
      const seen: string[] = []
      for (let after: RunSummary | undefined; ;) {
        const page = await runs.page({ limit: 2, after, strategy, symbol })
        seen.push(...page.map(({ runId }) => runId))
        after = page.at(-1)
        if (after === undefined) break
      }
      expect(seen).toEqual(['p5', 'p2', 'p3', 'p4', 'p1'])
      const own = await runs.page({ limit: 9, symbol })
      expect(own.map(({ runId }) => runId)).toEqual(['p5', 'p6', 'p2', 'p3', 'p4', 'p1'])
      expect(await runs.page({ limit: 9, symbol: 'NONE-USDC' })).toEqual([])
    })

    it('appends events and reads them in order', async () => {
      await createRunRepository(database).save(run('e', '2024-01-01T00:00:00Z'))
      const events = createEventRepository(database)
      const written = Array.from({ length: 12_000 }, (_, seq) => event(seq))
      await events.append('e', written.slice(0, 7000))
      await events.append('e', written.slice(7000))
      expect((await all(events.read('e'))).flat()).toEqual(written)
      expect((await all(events.read('e', 11_998))).flat()).toEqual(written.slice(11_998))
      await expect(events.append('e', [event(3)]), 'append only').rejects.toThrow(/duplicate key/)
    })

    it('keeps a run with all that belongs to it, from many at once', async () => {
      const [runs, events, positions] = [
        createRunRepository(database),
        createEventRepository(database),
        createPositionRepository(database),
      ]
      const written = Array.from({ length: 20 }, (_, seq) => event(seq))
      await Promise.all(
        Array.from({ length: 8 }, async () => {
          await runs.save(run('m', '2024-01-01T00:00:00Z'))
          await events.replace('m', written)
          await positions.save('m', [position('closed'), position('open')])
        }),
      )
      expect((await all(events.read('m'))).flat()).toEqual(written)
      expect(await positions.list('m')).toEqual([position('closed'), position('open')])
    })

    it('saves positions with their fills, again and again', async () => {
      await createRunRepository(database).save(run('p', '2024-01-01T00:00:00Z'))
      const positions = createPositionRepository(database)
      await positions.save('p', [position('closed'), position('open')])
      await positions.save('p', [position('closed'), position('open')])
      expect(await positions.list('p')).toEqual([position('closed'), position('open')])
      const [count] = await database.query('select count(*) as n from trades where run_id = $1', [
        'p',
      ])
      expect(count!['n'], 'the first save is replaced').toBe('3')
    })

    it('shows the trades of every run as rows, which go with the run', async () => {
      const runs = createRunRepository(database)
      const saved = { ...run('rows', '2023-12-31T00:00:00Z'), trades: [trade(1), trade(-2)] }
      const rows = (table: string, columns: string) =>
        database.query(`select ${columns} from ${table} where run_id = 'rows' order by id`)
      await runs.save(saved)
      await runs.save(saved)
      const positions = await rows('positions', 'id, symbol, side, pnl, fees, entry_tag, exit_time')
      expect(positions).toMatchObject([
        { symbol: 'SOL-USDC', side: 'long', pnl: '1', fees: '0.3', entry_tag: `it's "a"\\ {b},` },
        { symbol: 'OTHER-USDC', side: 'short', pnl: '-2', fees: '0.3', entry_tag: null },
      ])
      expect(positions[0]!['exit_time']).toMatch(/^2024-01-01 02:00:00/)
      const fills = await rows('trades', 'position_id, side, price, fee, exit_reason, market')
      expect(fills).toMatchObject([
        { side: 'buy', price: '100.1', fee: '0.1', exit_reason: null, market: 'SOL-USDC' },
        { side: 'sell', price: '101', fee: '0.2', exit_reason: 'signal', market: 'SOL-USDC' },
        { side: 'sell', price: '100.1', fee: '0.1', exit_reason: null, market: 'OTHER-USDC' },
        { side: 'buy', price: '101', fee: '0.2', exit_reason: 'signal', market: 'OTHER-USDC' },
      ])
      expect(fills.map(fill => fill['position_id'])).toEqual(
        [0, 0, 1, 1].map(k => positions[k]!['id']),
      )
      await runs.save({ ...saved, trades: [trade(3)] })
      expect(await rows('positions', 'pnl')).toEqual([{ pnl: '3' }])
      await runs.save({ ...saved, trades: [trade(3), trade(3)] })
      const alike = {
        symbol: 'SOL-USDC',
        side: 'long',
        entry_tag: `it's "a"\\ {b},`,
        exit_tag: null,
      }
      expect(
        await rows('positions', 'symbol, side, entry_tag, exit_tag'),
        'all that is alike',
      ).toEqual([alike, alike])
      await runs.save({ ...saved, trades: [trade(1), trade(-2), trade(3)] })
      expect(await rows('trades', 'market'), 'legs that take turns').toMatchObject(
        ['SOL', 'SOL', 'OTHER', 'OTHER', 'SOL', 'SOL'].map(base => ({ market: `${base}-USDC` })),
      )
      await runs.save({ ...saved, trades: [trade(3), { pnl: 'damaged' }] })
      expect(await rows('positions', 'pnl'), 'none of a damaged run').toEqual([])
      await runs.save(saved)
      await database.query(`delete from runs where run_id = 'rows'`)
      expect(await rows('trades', 'id')).toEqual([])
    })

    it('shows runs that were stored before there were rows, with events and without', async () => {
      const runs = createRunRepository(database)
      await runs.save({ ...run('old', '2023-12-31T00:00:00Z'), trades: [trade(1)] })
      await runs.save({ ...run('logged', '2023-12-31T00:00:00Z'), trades: [trade(1)] })
      await database.execute(`
        delete from run_positions;
        insert into live_positions (id, symbol, entry_price, current_price, size, side, strategy, status,
          entry_time, last_update, pnl, run_id, market)
        values (7, 'SOL-USDC', 1, 1, 1, 'long', 's', 'open', now(), now(), 0, 'logged', 'SOL-USDC'),
          (8, 'SOL-USDC', 1, 1, 1, 'long', 's', 'open', now(), now(), 0, null, 'SOL-USDC');
        insert into live_trades (position_id, price, size, side, timestamp, fee, strategy, run_id, market)
        values (7, 1, 1, 'buy', now(), 0, 's', 'logged', 'SOL-USDC')`)
      await database.transaction(fillPositions)
      const shown = await database.query(
        `select run_id, status, (select count(*) from trades t where t.position_id = p.id) as fills
         from positions p where run_id in ('old', 'logged') or run_id is null order by run_id`,
      )
      expect(shown).toEqual([
        { run_id: 'logged', status: 'open', fills: '1' },
        { run_id: 'old', status: 'closed', fills: '2' },
        { run_id: null, status: 'open', fills: '0' },
      ])
      await database.execute('delete from live_positions')
    })
  })
}

async function all<T>(pages: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = []
  for await (const page of pages) list.push(page)
  return list
}

function flat(time: number, price: number, volume: number): ReturnType<typeof candleAt> {
  return { time, open: price, high: price, low: price, close: price, volume }
}

function candleAt(
  time: number,
): Record<'time' | 'open' | 'high' | 'low' | 'close' | 'volume', number> {
  const price = 100 + Math.sin(time) * 10
  return {
    time,
    open: price,
    high: price * 1.01,
    low: price / 1.01,
    close: price * 1.001,
    volume: 3.7,
  }
}

/** Candles a minute apart from minute `since` on, a function of time alone. */
function walk(count: number, since = 0): Candles {
  return candlesFrom(
    MINUTE_MS,
    Array.from({ length: count }, (_, i) => candleAt((since + i) * MINUTE_MS)),
  )
}

function run(runId: string, createdAt: string): RunRecord {
  return {
    runId,
    createdAt,
    strategy: 'ma_crossover',
    symbol: 'SOL-USDC',
    timeframe: '1h',
    resultHash: `hash of ${runId}`,
    curveHash: runId === 'a' ? null : `curve of ${runId}`,
    manifest: { seed: 7, text: "it's \\ \u00e9" },
    metrics: { sharpe: 1.25, nothing: null },
    warnings: ['a\tb'],
    trades: [{ pnl: 0.1 + 0.2 }, { pnl: -1e-300 }],
  }
}

function event(seq: number): EventRecord {
  const payload = { seq, text: 'tab\tand \\ and \n', nested: [null, 1.5] }
  return {
    seq,
    time: seq * 1000 - 5,
    type: 'signal',
    payload,
    linkHash: seq % 2 === 0 ? null : 'ff',
  }
}

/** A trade as runs store it; one with a loss is short, and of another symbol. */
function trade(pnl: number): object {
  const [entry, exit] = pnl > 0 ? ['buy', 'sell'] : ['sell', 'buy']
  const time = (hour: number): string => `2024-01-01T0${hour}:00:00Z`
  const fill = { size: 2, reason: 'signal', tag: null }
  return {
    ...(pnl < 0 && { symbol: 'OTHER-USDC' }),
    strategy: 'ma_crossover',
    side: pnl > 0 ? 'long' : 'short',
    entry_time: time(1),
    exit_time: time(2),
    entry_price: 100.1,
    exit_price: 101,
    size: 2,
    pnl,
    fees: 0.3,
    tx_costs: 0,
    slippage: 0,
    return: pnl / 200.2,
    candles: 1,
    mae: -1e-7,
    mfe: 0,
    exit_reason: 'signal',
    ambiguous: false,
    entry_tag: pnl > 0 ? `it's "a"\\ {b},` : null,
    exit_tag: null,
    parts: 1,
    fills: [
      { ...fill, time: time(1), side: entry, price: 100.1, fee: 0.1 },
      { ...fill, time: time(2), side: exit, price: 101, fee: 0.2 },
    ],
  }
}

function position(status: 'open' | 'closed'): PositionRecord {
  const isClosed = status === 'closed'
  const fill = { price: '100.10', size: '0.000000001', time: 5, fee: '0', exitReason: null }
  return {
    symbol: 'SOL-USDC',
    market: 'SOL-USDC',
    strategy: 'ma_crossover',
    side: 'long',
    status,
    size: '0.000000001',
    entryPrice: '100.10',
    currentPrice: '101',
    entryTime: 5,
    lastUpdate: 9,
    pnl: '-0.00000000000000000001',
    stopLoss: isClosed ? null : '98.5',
    trailingStop: null,
    exitTime: isClosed ? 9 : null,
    exitPrice: isClosed ? '101' : null,
    exitReason: isClosed ? 'stop_loss' : null,
    fills: [
      { ...fill, side: 'buy' },
      ...(isClosed ? [{ ...fill, side: 'sell' as const, exitReason: 'stop_loss' }] : []),
    ],
  }
}

/** Columns as encoded lines, numbers in their shortest exact form. */
function* encodeCandles(key: DataSetKey, candles: Candles): Iterable<EncodedCandles> {
  const lines = new CandleLines(key)
  const { time, open, high, low, close, volume } = candles
  for (let i = 0; i < candles.length; i++) {
    const prices = [open[i]!, high[i]!, low[i]!, close[i]!].map(String)
    lines.add(time[i]!, prices[0]!, prices[1]!, prices[2]!, prices[3]!, String(volume[i]!))
    if (lines.isFull) yield lines.take()
  }
  if (!lines.isEmpty) yield lines.take()
}
