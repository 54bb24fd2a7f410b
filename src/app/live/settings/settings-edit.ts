import { writtenSymbol } from '../../../core/candles/symbols.js'
import { AppError } from '../../../core/errors.js'
import { nearestName } from '../../../core/names.js'
import { wrap } from '../../../core/text-layout.js'
import type { StateStore } from '../../../core/ports/trading/state.js'
import type { OwnExits } from '../../../live/state/state-values.js'
import { textOption, type Optional } from '../../options/options.js'
import { operator } from '../../workspace/operator.js'
import type { Workspace } from '../../workspace/compose.js'
import type { Shown } from '../../output/output.js'
import { nextLine } from '../../output/next-line.js'
import {
  settingsChanged,
  settingsJson,
  storeSettings,
  type EditedSettings,
  type SettingsEditor,
} from './settings-store.js'
import {
  readSettingsTexts,
  settingsOfTexts,
  settingsVersion,
  type SettingsTexts,
  type SymbolSettings,
} from './symbol-settings.js'

/** Settings of how positions are sized and protected; any other name is a parameter. */
const RISK_NAMES = [
  'position_size',
  'stop_loss',
  'take_profit',
  'trailing_stop',
  'trailing_from',
  'break_even',
  'roi',
  'time_stop',
  'cooldown',
] as const
type RiskName = (typeof RISK_NAMES)[number]

const WIDTH = 80

/** The settings of a symbol. @throws AppError NO_SETTINGS, BAD_SETTINGS */
export async function showSettings(workspace: Workspace, named: string): Promise<Shown> {
  const symbol = writtenSymbol(named)
  const state = await workspace.state()
  const { settings } = await settingsOf(state, symbol)
  const next = nextLine(`assay settings set ${symbol} stop_loss=0.02`)
  return {
    text: `${textOf(symbol, settings, state)}\n${next}`,
    json: settingsJson(symbol, settings),
  }
}

export type EditOptions = Optional<{
  /** The strategy whose parameters and exits are meant; where the symbol has several, exits without it are those of all. */
  strategy: string
}>

/** Who changes settings, and the version that he has seen; null for whatever stands there. */
export interface VersionedEditor extends SettingsEditor {
  readonly version?: string | null
}

/**
 * Changes settings of a symbol, all of them or none; running sessions take them before their next candle.
 * @throws AppError NO_SETTINGS, BAD_SETTINGS; USAGE, INVALID_PARAMETER, INVALID_SETTING where one does not
 * hold; SETTINGS_CHANGED where they have another version, or somebody changes them at the same time
 */
export async function editSettings(
  workspace: Workspace,
  named: string,
  assignments: readonly string[],
  options: EditOptions,
  { version = null, ...author }: VersionedEditor = { by: operator(), at: Date.now() },
): Promise<Shown> {
  const symbol = writtenSymbol(named)
  const state = await workspace.state()
  const { texts: before, settings } = await settingsOf(state, symbol)
  if (version !== null && version !== settingsVersion(before)) throw settingsChanged(symbol)
  const changes = assignments.map(assignmentOf)
  const edited = edit(settings, changes, textOption(options, 'strategy'))
  const after = await storeSettings(
    workspace,
    { symbol, before, settings, edited, changes: assignments },
    author,
  ).catch((error: unknown) => {
    throw meantForRisk(error, changes)
  })
  const next = nextLine('assay status', 'running sessions take it before their next candle')
  return { text: `${textOf(symbol, after, state)}\n${next}`, json: settingsJson(symbol, after) }
}

/** The settings of a symbol, and the texts that they are. @throws AppError NO_SETTINGS, BAD_SETTINGS */
export async function settingsOf(
  state: StateStore,
  symbol: string,
): Promise<{ readonly settings: SymbolSettings; readonly texts: SettingsTexts }> {
  const texts = await readSettingsTexts(state, symbol)
  const settings = settingsOfTexts(texts, symbol, state)
  if (settings !== null) return { settings, texts }
  const known = (await state.keys('settings:')).map(key => key.split(':')[1]!)
  const near = nearestName(symbol, known)
  throw new AppError('NO_SETTINGS', `${symbol} has no settings in ${state.name}`, {
    hint: near ? `did you mean ${near}?` : 'a promotion writes them: assay promote RUN --to paper',
  })
}

interface Assignment {
  readonly name: string
  readonly text: string
}

function assignmentOf(word: string): Assignment {
  const at = word.indexOf('=')
  if (at > 0) return { name: word.slice(0, at).replaceAll('-', '_'), text: word.slice(at + 1) }
  throw new AppError('USAGE', `"${word}" is not a change`, {
    hint: 'write name=value, for example stop_loss=0.02 or fast_ma=12',
  })
}

/** A name that is nearly one of a risk setting is told as that: it was taken for a parameter. */
function meantForRisk(error: unknown, assignments: readonly Assignment[]): unknown {
  if (!(error instanceof AppError) || error.code !== 'UNKNOWN_PARAMETER') return error
  for (const { name } of assignments) {
    const near = isRiskName(name) ? undefined : nearestName(name, RISK_NAMES)
    if (near === undefined || !error.message.includes(`"${name}"`)) continue
    return new AppError(error.code, error.message, { hint: `did you mean ${near}?` })
  }
  return error
}

function edit(
  settings: SymbolSettings,
  assignments: readonly Assignment[],
  strategy: string | undefined,
): EditedSettings {
  const risk = structuredClone(settings.risk)
  const isOwn = strategy !== undefined && settings.strategy.active_strategy.length > 1
  const parameters = structuredClone(settings.strategy.parameters)
  let [isStrategy, isRisk] = [false, false]
  for (const { name, text } of assignments) {
    if (isRiskName(name)) {
      if (isOwn) setOwn(risk.strategies, meant(settings, strategy), { name, text })
      else Object.assign(risk, { [name]: riskValue(name, text) })
      isRisk = true
      continue
    }
    const own = (parameters[meant(settings, strategy)] ??= {})
    isStrategy = true
    if (name === 'template') own.template = text === 'none' ? null : text
    else if (name === 'priority') own.priority = numberOf(name, text)
    else own.custom_params = { ...own.custom_params, [name]: plainValue(text) }
  }
  return {
    strategy: {
      ...settings.strategy,
      parameters,
    },
    risk,
    isStrategy,
    isRisk,
  }
}

/** An exit of one of several strategies; `default` gives it that of all of them again. */
function setOwn(
  strategies: Record<string, OwnExits>,
  of: string,
  { name, text }: { readonly name: RiskName; readonly text: string },
): void {
  const { [name]: _before, ...others } = strategies[of] ?? {}
  const own = text === 'default' ? others : { ...others, [name]: riskValue(name, text) }
  if (Object.keys(own).length > 0) strategies[of] = own
  else delete strategies[of]
}

function isRiskName(name: string): name is RiskName {
  return (RISK_NAMES as readonly string[]).includes(name)
}

function riskValue(name: RiskName, text: string): string | number | null {
  if (text === 'none' || text === '') return name === 'position_size' || name === 'roi' ? null : 0
  if (name === 'roi' || (name === 'position_size' && text.endsWith('%'))) return text
  return numberOf(name, text)
}

function numberOf(name: string, text: string): number {
  const value = Number(text)
  if (text.trim() !== '' && Number.isFinite(value)) return value
  throw new AppError('INVALID_SETTING', `${name} is "${text}", which is not a number`, {
    hint: 'write a number, such as 0.02; none takes it away',
  })
}

function plainValue(text: string): string | number | boolean {
  if (text === 'true' || text === 'false') return text === 'true'
  const value = Number(text)
  return text.trim() !== '' && Number.isFinite(value) ? value : text
}

/** The strategy whose parameters are meant. @throws AppError USAGE where several could be */
function meant({ strategy: { active_strategy: active } }: SymbolSettings, named?: string): string {
  if (named === undefined && active.length === 1) return active[0]!
  if (named !== undefined && active.includes(named)) return named
  throw new AppError(
    'USAGE',
    named === undefined
      ? `the symbol has ${active.length} strategies`
      : `the symbol has no strategy "${named}"`,
    { hint: `name one: --strategy ${active.join(', or --strategy ')}` },
  )
}

function textOf(symbol: string, { strategy, risk }: SymbolSettings, { name }: StateStore): string {
  const lines = [`${symbol}, in ${name}`, '']
  for (const one of strategy.active_strategy) {
    const { template, custom_params: own = {} } = strategy.parameters[one] ?? {}
    const values = Object.entries(own).map(([key, value]) => `${key}=${String(value)}`)
    const said = [...(template ? [`template=${template}`] : []), ...values].join(' ')
    lines.push(...wrap(`${one}  ${said}`, WIDTH, '  '))
  }
  lines.push(...wrap(`risk  ${exitsText(risk)}`, WIDTH, '  '))
  for (const [name, own] of Object.entries(risk.strategies)) {
    lines.push(...wrap(`risk of ${name}  ${exitsText(own)}`, WIDTH, '  '))
  }
  lines.push('')
  const newer = risk.updated_at > strategy.updated_at ? risk : strategy
  lines.push(`changed ${newer.updated_at} by ${newer.updated_by}`)
  if (strategy.promotion_id !== null) lines.push(`promotion ${strategy.promotion_id}`)
  return lines.join('\n')
}

/** The exits that are there: all of those of a symbol, some of those of a strategy. */
function exitsText(exits: OwnExits): string {
  const named = RISK_NAMES.filter(name => exits[name] !== undefined)
  return named.map(name => `${name}=${String(exits[name] ?? 'none')}`).join(' ')
}
