import { useEffect, useMemo } from 'preact/hooks'
import { CandleChart } from '../parts/charts/candle-chart.js'
import type { Level } from '../parts/charts/candle-drawing.js'
import { useCandles } from '../parts/charts/candles.js'
import { useLoaded } from '../parts/loaded.js'
import { Nothing, Panel, Terminal, Time, Trouble } from '../parts/words.js'
import { money, number } from '../state/format.js'
import { orders, positions, session, sessions } from '../state/live.js'
import { choicesOf, timeframesFrom, type CandlePlace, type Choice } from '../state/markets.js'
import type { DataSet, Page, Session, Trade } from '../state/resources.js'
import { go, route } from '../state/route.js'

const RELOAD_MS = 5_000
const HEIGHT = 420
const NO_TRADES: readonly Trade[] = []

/** Candles with what was traded on them. */
export function Market() {
  const sets = useLoaded<Page<DataSet>>('/v1/data-sets?limit=1000')
  const choices = choicesOf(sessions.value ?? [], sets.value?.items ?? [], session.value)
  const own = choices.filter(({ traded }) => traded?.session_id === session.value?.session_id)
  const [, picked, timeframe] = route.value
  const shown = choices.find(({ id }) => id === picked) ?? own[0] ?? choices[0]
  useSteps(choices, shown)
  if (sets.value === null)
    return <Nothing what={sets.trouble === '' ? 'Asking the server …' : sets.trouble} />
  if (shown === undefined) {
    return (
      <Nothing
        what="No candles are stored yet."
        next={
          <>
            They are fetched in a terminal:{' '}
            <Terminal>assay data fetch SOL-USDC --timeframe 1h --since 2024-01-01</Terminal>
          </>
        }
      />
    )
  }
  const isUnknown = picked !== undefined && picked !== shown.id
  const { place } = shown
  const frames = place.kind === 'stored' ? timeframesFrom(shown.timeframe) : [shown.timeframe]
  const frame = frames.find(one => one === timeframe) ?? shown.timeframe
  return (
    <>
      <Trouble text={isUnknown ? `There are no candles "${picked}" any more.` : ''} />
      <div class="choices">
        <Picker choices={choices} shown={shown} />
        {frames.length > 1 && (
          <label class="choice">
            Timeframe
            <select
              value={frame}
              onChange={event => go('market', shown.id, event.currentTarget.value)}
            >
              {frames.map(one => (
                <option key={one}>{one}</option>
              ))}
            </select>
          </label>
        )}
      </div>
      <Shown
        key={`${shown.id} ${frame}`}
        choice={shown}
        place={place.kind === 'stored' ? { ...place, timeframe: frame } : place}
      />
    </>
  )
}

function Picker({
  choices,
  shown,
}: {
  readonly choices: readonly Choice[]
  readonly shown: Choice
}) {
  const groups = [
    { label: 'Sessions that run', of: choices.filter(({ traded }) => traded !== null) },
    { label: 'Stored candles', of: choices.filter(({ traded }) => traded === null) },
  ]
  return (
    <label class="choice">
      Market
      <select value={shown.id} onChange={event => go('market', event.currentTarget.value)}>
        {groups
          .filter(({ of }) => of.length > 0)
          .map(({ label, of }) => (
            <optgroup key={label} label={label}>
              {of.map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </optgroup>
          ))}
      </select>
    </label>
  )
}

/** `[` and `]` show the market before and the next one. */
function useSteps(choices: readonly Choice[], shown: Choice | undefined): void {
  const ids = choices.map(({ id }) => id)
  useEffect(() => {
    const listen = ({ key, target, ctrlKey, metaKey, altKey }: KeyboardEvent): void => {
      const isTyping = target instanceof HTMLElement && /^(INPUT|TEXTAREA)$/.test(target.tagName)
      const step = key === ']' ? 1 : key === '[' ? -1 : 0
      if (step === 0 || isTyping || ctrlKey || metaKey || altKey || shown === undefined) return
      const place = (ids.indexOf(shown.id) + step + ids.length) % ids.length
      go('market', ids[place]!)
    }
    addEventListener('keydown', listen)
    return () => removeEventListener('keydown', listen)
  }, [ids.join('\n'), shown?.id])
}

interface ShownProps {
  readonly choice: Choice
  readonly place: CandlePlace
}

function Shown({ choice: { name, symbol, timeframe, traded }, place }: ShownProps) {
  const candles = useCandles(place)
  const loaded = useLoaded<Page<Trade>>(
    traded === null ? null : `/v1/trades?session=${traded.session_id}&limit=1000`,
    RELOAD_MS,
  )
  const trades = useMemo(
    () =>
      (loaded.value?.items ?? NO_TRADES).filter(one => bare(one.symbol ?? symbol) === bare(symbol)),
    [loaded.value, symbol],
  )
  const isMade = place.kind === 'stored' && place.timeframe !== timeframe
  const last = candles.rows?.at(-1)
  const first = candles.rows?.[0]
  const closed = `${trades.length} ${trades.length === 1 ? 'trade has' : 'trades have'} closed`
  return (
    <Panel title={isMade ? `${name}, made into ${place.timeframe}` : name}>
      <Trouble text={candles.trouble || loaded.trouble} />
      {candles.rows === null || last === undefined || first === undefined ? (
        <Nothing what={candles.rows === null ? 'Reading candles …' : 'No candles lie here.'} />
      ) : (
        <>
          <CandleChart
            label={`${candles.rows.length} candles of ${symbol}, the last close is ${number(last[4])}; ${closed}`}
            height={HEIGHT}
            rows={candles.rows}
            trades={trades}
            levels={levelsOf(symbol, traded)}
            onOlder={candles.older}
          />
          <p>
            Last close {number(last[4])}, candle of <Time at={last[0]} />.{' '}
            {traded !== null && `${closed}. `}
            {money(candles.rows.length, 0)} candles are here, from <Time at={first[0]} />
            {candles.isAll ? '.' : '; older ones come as you move there.'}
          </p>
        </>
      )}
    </Panel>
  )
}

/** Entry, stop and target of what is held there, and the prices of what is ordered. */
function levelsOf(symbol: string, traded: Session | null): readonly Level[] {
  const isHere = (one: { readonly session_id: string; readonly symbol: string }): boolean =>
    one.session_id === traded?.session_id && bare(one.symbol) === bare(symbol)
  return [
    ...positions.value
      .filter(isHere)
      .flatMap(({ stop, entry_price: entry, target }): Level[] => [
        { price: entry, title: 'entry', kind: 'accent' },
        ...(stop === null ? [] : [{ price: stop, title: 'stop', kind: 'loss' } as const]),
        ...(target === null ? [] : [{ price: target, title: 'target', kind: 'gain' } as const]),
      ]),
    ...orders.value
      .filter(isHere)
      .flatMap(({ price, side, kind }): Level[] =>
        price === null ? [] : [{ price, title: `${side} ${kind}`, kind: 'accent' }],
      ),
  ]
}

/** A symbol without its source. */
const bare = (symbol: string): string => symbol.split('@')[0]!
