import { hash } from 'node:crypto'
import { canonicalJson, cutRecord, recordWriter, type FlatRecord } from '../../../core/canonical.js'
import type { Costs } from '../../../core/account/costs.js'
import type { RiskSettings } from '../../../core/risk/settings.js'
import { formatTime, type Millis } from '../../../core/candles/time.js'
import { describeCosts, describeRisk, type Manifest } from './manifest.js'
import type { RunRequest } from './run-request.js'

/** The id of a run: the first 16 digits of the SHA-256 of its manifest's canonical JSON. */
export function runId(manifest: Manifest): string {
  return idOf(canonicalJson(manifest))
}

function idOf(text: string): string {
  return hash('sha256', text, 'hex').slice(0, 16)
}

/**
 * The ids of runs of one strategy that differ from a manifest in what a sweep varies. The text of
 * the manifest is cut once at these values, in the order of canonical JSON; a run fills the gaps.
 */
export class RunIds {
  private readonly head: string
  private readonly afterCosts: string
  private readonly afterStart: string
  private readonly afterParams: string
  private readonly afterRisk: string
  private readonly afterTemplate: string
  private readonly costs: LastText<Costs>
  private readonly risk: LastText<RiskSettings>
  private readonly start = new LastText<Millis | null>(textOfTime)
  private readonly template = new LastText<string | null>(canonicalJson)
  private readonly textOfParams: (params: FlatRecord) => string

  /** `params`: the names of the parameters, which every run has. */
  constructor(manifest: Manifest, params: readonly string[]) {
    const [one] = manifest.strategies
    const outer = cutRecord(manifest, ['costs', 'decide_from', 'strategies'])
    const inner = cutRecord(one!, ['params', 'risk_settings', 'template'])
    this.head = outer[0]!
    this.afterCosts = outer[1]!
    this.afterStart = `${outer[2]!}[${inner[0]!}`
    this.afterParams = inner[1]!
    this.afterRisk = inner[2]!
    this.afterTemplate = `${inner[3]!}]${outer[3]!}`
    const textOfCosts = recordWriter(Object.keys(manifest.costs))
    const textOfRisk = recordWriter(Object.keys(one!.risk_settings))
    const { impact } = manifest.costs
    this.costs = new LastText(costs => textOfCosts({ ...describeCosts(costs, impact) }))
    this.risk = new LastText(risk => textOfRisk({ ...describeRisk(risk) }))
    this.textOfParams = recordWriter(params)
  }

  /** `decideFrom`: when the strategy was first asked; null for never. */
  idOf({ strategies, costs }: RunRequest, decideFrom: Millis | null): string {
    const { params, risk, template } = strategies[0]!
    const settings = this.afterParams + this.risk.of(risk) + this.afterRisk
    const strategy = this.textOfParams(params) + settings + this.template.of(template)
    const start = this.afterCosts + this.start.of(decideFrom) + this.afterStart
    return idOf(this.head + this.costs.of(costs) + start + strategy + this.afterTemplate)
  }
}

function textOfTime(time: Millis | null): string {
  return canonicalJson(time === null ? null : formatTime(time))
}

/** Writes values, and remembers the last one: the runs of a sweep share most of theirs. */
class LastText<T> {
  private readonly write: (value: T) => string
  private value: T | undefined = undefined
  private text = ''

  constructor(write: (value: T) => string) {
    this.write = write
  }

  of(value: T): string {
    if (value !== this.value) {
      this.text = this.write(value)
      this.value = value
    }
    return this.text
  }
}
