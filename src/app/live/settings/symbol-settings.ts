import { createHash } from 'node:crypto'
import type * as z from 'zod'
import type { Manifest, ManifestStrategy } from '../../../backtest/run/record/manifest.js'
import { formatTime, type Millis } from '../../../core/candles/time.js'
import { AppError } from '../../../core/errors.js'
import type { StateStore } from '../../../core/ports/trading/state.js'
import {
  readValue,
  RISK_VERSION,
  riskSettings,
  stateKeys,
  STATE_VERSION,
  strategySettings,
  type OwnExits,
  type RiskSettingsValue,
  type StrategySettings,
} from '../../../live/state/state-values.js'

/** What holds for a symbol, as programs share it. */
export interface SymbolSettings {
  readonly strategy: StrategySettings
  readonly risk: RiskSettingsValue
}

/** Who changes settings, when, and on what promotion. */
export interface SettingsAuthor {
  readonly at: Millis
  readonly by: string
  readonly promotionId: string | null
}

/** The settings that a run was made with. */
export function settingsOfRun(
  { strategies }: Pick<Manifest, 'strategies'>,
  { at, by, promotionId }: SettingsAuthor,
): SymbolSettings {
  const stamp = { updated_at: formatTime(at), updated_by: by }
  return {
    strategy: {
      schema_version: STATE_VERSION,
      active_strategy: strategies.map(referenceOf),
      parameters: Object.fromEntries(
        strategies.map(one => [
          referenceOf(one),
          { template: one.template, priority: one.priority, custom_params: one.params },
        ]),
      ),
      promotion_id: promotionId,
      ...stamp,
    },
    risk: {
      schema_version: RISK_VERSION,
      ...strategies[0]!.risk_settings,
      strategies: Object.fromEntries(
        strategies.flatMap(one => {
          const own = ownExits(one.risk_settings, strategies[0]!.risk_settings)
          return Object.keys(own).length === 0 ? [] : [[referenceOf(one), own]]
        }),
      ),
      ...stamp,
    },
  }
}

/**
 * Settings of strategies that trade on a symbol together: what stands of some of them stays, the others
 * have what they began with.
 */
export function joinedSettings(stands: SymbolSettings, began: SymbolSettings): SymbolSettings {
  const names = began.strategy.active_strategy
  const isKnown = (name: string): boolean => stands.strategy.active_strategy.includes(name)
  const parameters = names.map(name => {
    const kept = isKnown(name) ? stands.strategy.parameters[name] : undefined
    return [name, kept ?? began.strategy.parameters[name]!] as const
  })
  const strategies = names.flatMap(name => {
    const own = isKnown(name)
      ? stands.risk.strategies[name]
      : ownExits(exitsOf(began.risk, name), exitsOf(stands.risk))
    return own === undefined || Object.keys(own).length === 0 ? [] : [[name, own] as const]
  })
  const { updated_at: at, updated_by: by } = began.risk
  const stamp = { updated_at: at, updated_by: by }
  return {
    strategy: { ...began.strategy, parameters: Object.fromEntries(parameters) },
    risk: { ...stands.risk, strategies: Object.fromEntries(strategies), ...stamp },
  }
}

/** The exits of a strategy of a symbol; those of all where none is named. */
function exitsOf(risk: RiskSettingsValue, name?: string): Exits {
  const { schema_version: _version, updated_at: _at, updated_by: _by, ...exits } = risk
  const { strategies, ...common } = exits
  return { ...common, ...(name !== undefined && strategies[name]) } as Exits
}

/** What of the exits of a strategy is other than what holds for all. */
export function ownExits(of: Exits, common: Exits): OwnExits {
  const names = Object.keys(of) as (keyof Exits)[]
  return Object.fromEntries(
    names.filter(name => of[name] !== common[name]).map(name => [name, of[name]]),
  )
}

type Exits = ManifestStrategy['risk_settings']

/** A strategy by what loads it: its file, or its name where it ships with Assay. */
function referenceOf({ file, name }: ManifestStrategy): string {
  return file ?? name
}

/** The texts of both values of a symbol, as they stand; null for one that is not there. */
export interface SettingsTexts {
  readonly strategy: string | null
  readonly risk: string | null
}

export async function readSettingsTexts(state: StateStore, symbol: string): Promise<SettingsTexts> {
  const strategy = await state.read(stateKeys.strategySettings(symbol))
  const risk = await state.read(stateKeys.riskSettings(symbol))
  return { strategy, risk }
}

/** A short text that is another one after every change of either value. */
export function settingsVersion({ strategy, risk }: SettingsTexts): string {
  return createHash('sha256')
    .update(`${strategy ?? ''}\n${risk ?? ''}`)
    .digest('hex')
    .slice(0, 16)
}

/** Both values of a symbol as they stand; null where there are none. @throws AppError BAD_SETTINGS */
export async function readSettings(
  state: StateStore,
  symbol: string,
): Promise<SymbolSettings | null> {
  return settingsOfTexts(await readSettingsTexts(state, symbol), symbol, state)
}

/** What both texts say; null where there are none. @throws AppError BAD_SETTINGS */
export function settingsOfTexts(
  texts: SettingsTexts,
  symbol: string,
  store: Pick<StateStore, 'name'>,
): SymbolSettings | null {
  const [strategyKey, riskKey] = [
    stateKeys.strategySettings(symbol),
    stateKeys.riskSettings(symbol),
  ]
  const strategy = parseOne(texts.strategy, strategyKey, strategySettings, store)
  const risk = parseOne(texts.risk, riskKey, riskSettings, store)
  if (strategy === null && risk === null) return null
  if (strategy !== null && risk !== null) return { strategy, risk }
  throw badSettings(
    strategy === null ? strategyKey : riskKey,
    'it is missing, though the other value of the symbol is there',
    store,
  )
}

function parseOne<S extends Parameters<typeof readValue>[0]>(
  text: string | null,
  key: string,
  schema: S,
  store: Pick<StateStore, 'name'>,
): z.infer<S> | null {
  if (text === null) return null
  const read = readValue(schema, text)
  if (read.kind === 'value') return read.value
  throw badSettings(key, read.reason, store)
}

function badSettings(key: string, reason: string, { name }: Pick<StateStore, 'name'>): AppError {
  return new AppError('BAD_SETTINGS', `${key} in ${name} cannot be used: ${reason}`, {
    hint: 'assay settings set SYMBOL NAME=VALUE writes it as it must be (docs/settings.md)',
    data: { key },
  })
}

/** Writes both values of a symbol, over whatever stands there. */
export async function writeSettings(
  state: StateStore,
  symbol: string,
  { strategy, risk }: SymbolSettings,
): Promise<void> {
  await state.write(stateKeys.strategySettings(symbol), JSON.stringify(strategy))
  await state.write(stateKeys.riskSettings(symbol), JSON.stringify(risk))
}
