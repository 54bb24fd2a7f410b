/** A sentence that is said of one market. */
export interface MarketWarning {
  readonly symbol: string
  readonly text: string
}

/** Values that are listed where markets differ. */
const VALUES_MAX = 4

/** A number, an amount, a share or a time. */
const VALUE = /[+-]?\d[\d.,:TZ-]*(?: ?%)?(?<![.,:])/g

/**
 * One sentence for all markets that it is said of, in the order in which it is said first. Where
 * only its numbers differ, they stand one after another in the order of the markets.
 */
export function mergeWarnings(warnings: readonly MarketWarning[]): string[] {
  const alike = new Map<string, MarketWarning[]>()
  for (const warning of warnings) {
    const key = warning.text.replace(VALUE, '#')
    const group = alike.get(key)
    if (group === undefined) alike.set(key, [warning])
    else group.push(warning)
  }
  return [...alike.values()].map(mergedText)
}

function mergedText(group: readonly MarketWarning[]): string {
  const values = group.map(({ text }) => text.match(VALUE) ?? [])
  let place = 0
  const text = group[0]!.text.replace(VALUE, () => {
    const own = values.map(row => row[place]!)
    place += 1
    return joined(own)
  })
  return `${group.map(({ symbol }) => symbol).join(', ')}: ${text}`
}

function joined(values: readonly string[]): string {
  if (new Set(values).size === 1) return values[0]!
  const listed = values.slice(0, VALUES_MAX).join(' / ')
  return values.length > VALUES_MAX ? `${listed} / …` : listed
}
