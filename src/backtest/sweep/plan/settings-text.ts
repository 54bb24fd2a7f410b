import { byCodeUnit, canonicalJson, cutRecord } from '../../../core/canonical.js'
import type { Dimension, Point } from '../../../core/search/search.js'
import type { Field } from './field.js'
import { TEMPLATE } from './sweep-plan.js'

/** Values of a dimension up to which their texts are kept. */
const KEPT_MAX = 10_000

/**
 * The settings of a field's sets as canonical JSON. What does not vary is written once, and each
 * value of a dimension once, because a million sets are made of few of them.
 */
export class SettingsTexts {
  private readonly field: Field
  private readonly values: readonly ValueTexts[]
  private readonly forms = new Map<number, Form>()

  constructor(field: Field) {
    const { dimensions } = field.space
    this.field = field
    this.values = dimensions.map(dimension => new ValueTexts(dimension))
  }

  /** What the set at a point has as its template. */
  templateAt(point: Point): string | null {
    return this.formAt(point).template
  }

  /** `canonicalJson` of the parameters that the field has at a point. */
  paramsAt(point: Point): string {
    const { texts, dimensions } = this.formAt(point)
    let text = texts[0]!
    for (let k = 0; k < dimensions.length; k++) {
      const d = dimensions[k]!
      text += this.values[d]!.at(point[d]!) + texts[k + 1]!
    }
    return text
  }

  private formAt(point: Point): Form {
    const key = this.field.templateIndex(point)
    let form = this.forms.get(key)
    if (form === undefined) this.forms.set(key, (form = formOf(this.field, point)))
    return form
  }
}

/** The settings of one template, with gaps where a dimension's value goes. */
interface Form {
  readonly template: string | null
  /** Before, between and behind the gaps. */
  readonly texts: readonly string[]
  /** The dimension of each gap. */
  readonly dimensions: readonly number[]
}

function formOf(field: Field, point: Point): Form {
  const { template, params } = field.settingsAt(point)
  // A name that is given twice has the value of its last dimension.
  const places = new Map(field.space.dimensions.map(({ name }, d) => [name, d]))
  places.delete(TEMPLATE)
  const swept = Object.keys(params).filter(name => places.has(name))
  const dimensions = swept.sort(byCodeUnit).map(name => places.get(name)!)
  return { template, texts: cutRecord(params, swept), dimensions }
}

/** The values of a dimension as JSON, each written when it is first asked for. */
class ValueTexts {
  private readonly dimension: Dimension
  private readonly kept: (string | undefined)[] | null

  constructor(dimension: Dimension) {
    this.dimension = dimension
    this.kept = dimension.count > KEPT_MAX ? null : new Array<undefined>(dimension.count)
  }

  at(index: number): string {
    const known = this.kept?.[index]
    if (known !== undefined) return known
    const text = canonicalJson(this.dimension.at(index))
    if (this.kept !== null) this.kept[index] = text
    return text
  }
}
