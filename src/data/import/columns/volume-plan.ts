import { AppError } from '../../../core/errors.js'
import { plainName } from '../cells/column-names.js'
import { type PriceRole } from '../cells/price-roles.js'
import { volumeKindsOf, type VolumeKind } from '../cells/volume-names.js'
import type { ImportOptions } from '../tables/options.js'
import type { Table } from '../tables/table.js'
import { columnsText, type VolumePlan } from './columns.js'
import { areEqual, coinsAmong, givesPrice, isSilent } from './volume-pairs.js'

type Prices = Readonly<Record<PriceRole, number>>

/** What is known of a file's columns when its volume is looked for. */
interface Known {
  readonly table: Table
  readonly header: readonly string[]
  readonly prices: Prices
  readonly options: ImportOptions
  readonly kinds: readonly (VolumeKind | undefined)[]
}

/**
 * Base volume where the file has it; quote volume only where the user says what is to be done.
 * Where there are several, quote divided by base must be the price.
 * @throws AppError IMPORT_AMBIGUOUS
 */
export function volumeByName(
  table: Table,
  header: readonly string[],
  prices: Prices,
  options: ImportOptions,
): VolumePlan {
  const used = new Set(Object.values(prices))
  const kinds = volumeKindsOf(header, options.key.symbol).map((k, i) =>
    used.has(i) ? undefined : k,
  )
  const known: Known = { table, header, prices, options, kinds }
  const counted = (['base', 'plain', 'ticks'] as const).flatMap(kind => of(known, kind))
  const live = counted.filter(i => !isSilent(table.sample, i))
  // One that is 0 throughout is not taken while another has something to say.
  const silent = live.length === 0 ? [] : counted.filter(i => !live.includes(i))
  const rest = live.length === 0 ? counted : live
  for (const kind of ['base', 'plain', 'ticks'] as const) {
    const found = of(known, kind).filter(i => rest.includes(i))
    if (found.length > 0) return chosenAmong(known, found, kind, silent)
  }
  return onlyMoney(known)
}

function of({ kinds }: Known, kind: VolumeKind): number[] {
  return kinds.flatMap((k, i) => (k === kind ? [i] : []))
}

function chosenAmong(
  known: Known,
  found: readonly number[],
  kind: VolumeKind,
  silent: readonly number[],
): VolumePlan {
  const { header, options } = known
  const { at, notes } = oneOf(known, found)
  const silence = silent.map(i => `"${header[i]!}" is 0 throughout and was skipped`)
  const money = moneyOf(known, at, kind)
  if (money !== undefined)
    return { volume: at, volumeKind: 'quote', silent: silent[0], notes: [...silence, money] }
  const isMoney =
    kind === 'plain' && options.quoteVolume === true && of(known, 'quote').length === 0
  if (isMoney) return { volume: at, volumeKind: 'quote', silent: silent[0], notes: silence }
  const contracts = kind === 'plain' ? coinsOfOkx(known, at) : undefined
  if (contracts !== undefined) return contracts
  const doubt = kind === 'ticks' ? undefined : checkAgainstMoney(known, at)
  return {
    volume: at,
    volumeKind: kind,
    silent: silent[0],
    notes: [...silence, ...notes],
    doubt,
  }
}

/** For OKX's swaps `vol` counts contracts and `volCcy` coins; in its spot markets, coins and money. */
function coinsOfOkx({ table, header, prices }: Known, at: number): VolumePlan | undefined {
  const [coins, money] = ['volCcy', 'volCcyQuote'].map(name => header.indexOf(name)) as [
    number,
    number,
  ]
  if (header[at] !== 'vol' || coins < 0 || money < 0) return undefined
  const fits = (base: number): boolean => givesPrice(table.sample, prices, { quote: money, base })
  if (fits(at) || !fits(coins)) return undefined
  return {
    volume: coins,
    volumeKind: 'base',
    notes: ['"vol" counts contracts, and "volCcy" the coins, by the price'],
  }
}

/** Which of several columns of one kind counts the coins. */
function oneOf(known: Known, found: readonly number[]): { at: number; notes: string[] } {
  const { table, header, prices, kinds } = known
  if (found.length === 1) return { at: found[0]!, notes: [] }
  const all = kinds.flatMap((kind, i) => (kind === undefined || kind === 'ticks' ? [] : [i]))
  const coins = coinsAmong(table.sample, prices, found, all)
  const [at] = coins
  if (at === undefined || !coins.every(other => areEqual(table.sample, at, other)))
    throw severalColumns(known, found)
  return { at, notes: [`"${header[at]!}" counts coins: another column divided by it is the price`] }
}

function severalColumns({ table, header, prices }: Known, found: readonly number[]): AppError {
  const names = found.map(i => `"${header[i]!}"`).join(', ')
  const choice = columnsText(header, prices, `volume=#${found[0]! + 1}`)
  return new AppError(
    'IMPORT_AMBIGUOUS',
    `"${table.file}" has several columns for volume: ${names}`,
    { hint: `choose one with --columns, for example --columns ${choice}` },
  )
}

/**
 * Holds the volume against the money beside it. The inverse is refused: then the names are
 * reversed, as Poloniex had them.
 * @returns what does not fit, where nothing does
 */
function checkAgainstMoney(known: Known, base: number): string | undefined {
  const { table, header, prices, kinds } = known
  const rows = table.sample
  const others = kinds.flatMap((kind, i) =>
    i === base || kind === undefined || kind === 'ticks' ? [] : [i],
  )
  const reversed = others.find(
    other =>
      givesPrice(rows, prices, { quote: base, base: other }) &&
      !givesPrice(rows, prices, { quote: other, base }),
  )
  if (reversed !== undefined) throw reversedNames(known, base, reversed)
  const quote = of(known, 'quote').find(i => !isSilent(rows, i))
  if (quote === undefined || givesPrice(rows, prices, { quote, base })) return undefined
  const [coins] = coinsAmong(rows, prices, others, [quote])
  if (coins !== undefined) throw severalColumns(known, [base, coins])
  return `a "${header[quote]!}" that divided by "${header[base]!}" is not near the price`
}

function reversedNames({ table, header, prices }: Known, money: number, coins: number): AppError {
  const [m, c] = [header[money]!, header[coins]!]
  const choice = columnsText(header, prices, `volume=${c}`)
  return new AppError(
    'IMPORT_AMBIGUOUS',
    `"${table.file}": "${m}" divided by "${c}" is the price, so "${m}" counts money and "${c}" the coins, against what their names say`,
    {
      hint: `take the coins: --columns ${choice}`,
      data: { file: table.file, money: m, coins: c },
    },
  )
}

/** Why a column that does not say what it counts is money; undefined where nothing says so. */
function moneyOf(
  { table, header, prices }: Known,
  at: number,
  kind: VolumeKind,
): string | undefined {
  if (kind !== 'plain') return undefined
  if (table.volumeIsMoney === true) return `${table.source} counts volume in money`
  const cap = header.findIndex(name =>
    /^(marketcap|marketcapitali[sz]ation)$/.test(plainName(name)),
  )
  if (cap < 0) return undefined
  const isFromCmc = header.some(name => /^(sno|timehigh|circulatingsupply)$/.test(plainName(name)))
  const isAboveSupply = table.sample.every(({ cells }) => {
    const supply = Number(cells[cap]) / Number(cells[prices.close])
    return !(Number(cells[at]) <= supply)
  })
  if (isFromCmc || isAboveSupply)
    return `"${header[at]!}" stands beside a market capitalisation and counts money, as at CoinMarketCap`
  return undefined
}

function onlyMoney(known: Known): VolumePlan {
  const { table, header, options } = known
  const unknown = of(known, 'unknown')
  if (unknown.length > 0) throw unclearVolume(known, unknown[0]!)
  const quote = of(known, 'quote')
  if (quote.length === 0) return { volume: undefined, volumeKind: 'unknown', notes: [] }
  const name = header[quote[0]!]!
  if (options.quoteVolume !== true) {
    throw new AppError(
      'IMPORT_AMBIGUOUS',
      `"${table.file}" has only "${name}", which counts money, not coins`,
      {
        hint: 'repeat with --quote-volume to convert it: coins = money / close',
        data: { file: table.file, column: name },
      },
    )
  }
  return { volume: quote[0], volumeKind: 'quote', notes: [] }
}

function unclearVolume({ table, header, prices, options }: Known, at: number): AppError {
  const name = header[at]!
  return new AppError(
    'IMPORT_AMBIGUOUS',
    `"${table.file}": "${name}" does not say whether it counts ${options.key.symbol} in coins or in money`,
    {
      hint: `say which: --columns ${columnsText(header, prices, `volume=${name}`)} for coins, --columns ${columnsText(header, prices, `quote_volume=${name}`)} for money; leave it out for neither`,
    },
  )
}
