import { formatTime, type Millis } from '../../../core/candles/time.js'
import { AppError } from '../../../core/errors.js'
import { stateKeys } from '../../../live/state/state-values.js'
import type { Workspace } from '../../workspace/compose.js'
import { strategiesOfSettings } from './settings-strategies.js'
import type { SettingsTexts, SymbolSettings } from './symbol-settings.js'

/** Who changes settings, and when. */
export interface SettingsEditor {
  readonly by: string
  readonly at: Millis
}

/** Settings as they are to be, and which of both values was changed. */
export interface EditedSettings extends SymbolSettings {
  readonly isStrategy: boolean
  readonly isRisk: boolean
}

/** A change of settings that is to be written down. */
export interface SettingsChange {
  readonly symbol: string
  /** What stood there when it was read. */
  readonly before: SettingsTexts
  readonly settings: SymbolSettings
  readonly edited: EditedSettings
  /** What was asked, for the record. */
  readonly changes: unknown
}

/**
 * Checks and writes settings, both values or none.
 * @throws AppError as the strategies that they are for; SETTINGS_CHANGED where somebody was quicker
 */
export async function storeSettings(
  workspace: Workspace,
  { symbol, before, settings, edited, changes }: SettingsChange,
  { by, at }: SettingsEditor,
): Promise<SymbolSettings> {
  const stamp = { updated_at: formatTime(at), updated_by: by }
  const after: SymbolSettings = {
    strategy: { ...edited.strategy, ...(edited.isStrategy && stamp) },
    risk: { ...edited.risk, ...(edited.isRisk && stamp) },
  }
  // Loads and checks everything before anything is written.
  await strategiesOfSettings(after, workspace.home.cache)
  await write(workspace, { symbol, before, after, edited })
  const payload = { actor: by, symbol, changes, before: settingsJson(symbol, settings) }
  await (await workspace.audit()).append({ time: at, type: 'settings.changed', payload })
  return after
}

async function write(
  workspace: Workspace,
  {
    symbol,
    before,
    after,
    edited,
  }: Pick<SettingsChange, 'symbol' | 'before' | 'edited'> & { readonly after: SymbolSettings },
): Promise<void> {
  const state = await workspace.state()
  const [strategyKey, riskKey] = [
    stateKeys.strategySettings(symbol),
    stateKeys.riskSettings(symbol),
  ]
  // Both in one step, the one that stays as it is too: what was checked was both together.
  const isWritten = await state.writeAll([
    {
      key: strategyKey,
      expected: before.strategy,
      text:
        edited.isStrategy || before.strategy === null
          ? JSON.stringify(after.strategy)
          : before.strategy,
    },
    {
      key: riskKey,
      expected: before.risk,
      text: edited.isRisk || before.risk === null ? JSON.stringify(after.risk) : before.risk,
    },
  ])
  if (isWritten) return
  throw settingsChanged(symbol)
}

/** Settings that are not any more what whoever changes them has seen. */
export function settingsChanged(symbol: string): AppError {
  return new AppError(
    'SETTINGS_CHANGED',
    `the settings of ${symbol} were changed by somebody else just now`,
    {
      hint: `assay settings get ${symbol} shows them; try again`,
    },
  )
}

/** Both values of a symbol, for programs. */
export function settingsJson(symbol: string, { strategy, risk }: SymbolSettings): object {
  return { symbol, strategy, risk }
}
