import { writtenSymbol } from '../../../core/candles/symbols.js'
import { AppError } from '../../../core/errors.js'
import {
  riskSettings,
  strategySettings,
  type RiskSettingsValue,
  type StrategySettings,
} from '../../../live/state/state-values.js'
import type { Workspace } from '../../workspace/compose.js'
import { settingsOf, type VersionedEditor } from './settings-edit.js'
import { settingsChanged, settingsJson, storeSettings } from './settings-store.js'
import { settingsVersion, type SymbolSettings } from './symbol-settings.js'

/** The settings of a symbol as one document, and the version of it. */
export interface SettingsDocument {
  readonly symbol: string
  readonly strategy: StrategySettings
  readonly risk: RiskSettingsValue
  /** Changes with every change of either value. */
  readonly version: string
}

/** @throws AppError NO_SETTINGS, BAD_SETTINGS */
export async function readSettingsDocument(
  workspace: Workspace,
  named: string,
): Promise<SettingsDocument> {
  const symbol = writtenSymbol(named)
  const state = await workspace.state()
  const {
    texts,
    settings: { strategy, risk },
  } = await settingsOf(state, symbol)
  return { symbol, strategy, risk, version: settingsVersion(texts) }
}

/** Symbols that have settings, by name. */
export async function symbolsWithSettings(workspace: Workspace): Promise<readonly string[]> {
  const keys = await (await workspace.state()).keys('settings:')
  return [...new Set(keys.map(key => key.split(':')[1]!))].sort()
}

/** What of a document may be replaced; the stamps are written by whoever replaces it. */
export interface SettingsReplacement {
  readonly strategy: Readonly<Record<string, unknown>>
  readonly risk: Readonly<Record<string, unknown>>
}

/**
 * Replaces the settings of a symbol, where they still have the version that was seen.
 * @throws AppError NO_SETTINGS, BAD_SETTINGS, INVALID_SETTING; SETTINGS_CHANGED where they have another
 *   version; as the strategies that they are for
 */
export async function replaceSettings(
  workspace: Workspace,
  named: string,
  { strategy, risk }: SettingsReplacement,
  { version = null, ...editor }: VersionedEditor,
): Promise<SettingsDocument> {
  const symbol = writtenSymbol(named)
  const state = await workspace.state()
  const { texts: before, settings } = await settingsOf(state, symbol)
  if (version !== null && version !== settingsVersion(before)) throw settingsChanged(symbol)
  const kept = {
    active_strategy: settings.strategy.active_strategy,
    promotion_id: settings.strategy.promotion_id,
  }
  const wanted: SymbolSettings = {
    strategy: checked(strategySettings, { ...settings.strategy, ...strategy, ...kept }, 'strategy'),
    risk: checked(riskSettings, { ...settings.risk, ...risk }, 'risk'),
  }
  const edited = {
    ...wanted,
    isStrategy: isOther(settings.strategy, wanted.strategy),
    isRisk: isOther(settings.risk, wanted.risk),
  }
  const change = { symbol, before, settings, edited, changes: settingsJson(symbol, wanted) }
  await storeSettings(workspace, change, editor)
  return readSettingsDocument(workspace, symbol)
}

function checked<T>(
  schema: { safeParse(value: unknown): Parsed<T> },
  value: unknown,
  name: string,
): T {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const { path, message } = parsed.error.issues[0]!
  throw new AppError('INVALID_SETTING', `${[name, ...path.map(String)].join('.')}: ${message}`, {
    hint: 'docs/settings.md says what each setting takes',
  })
}

type Parsed<T> =
  | { readonly success: true; readonly data: T }
  | {
      readonly success: false
      readonly error: {
        readonly issues: readonly {
          readonly path: readonly PropertyKey[]
          readonly message: string
        }[]
      }
    }

/** Stamps do not make settings others. */
function isOther(a: object, b: object): boolean {
  const bare = (one: object): string =>
    JSON.stringify({ ...one, schema_version: 0, updated_at: '', updated_by: '' })
  return bare(a) !== bare(b)
}
