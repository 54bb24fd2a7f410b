import type { ParamSpec } from '../../state/resources.js'

/** A field for a parameter, by what it takes. */
export function ParamInput({
  spec,
  value,
  onChange,
}: {
  readonly spec: ParamSpec
  readonly value: string
  readonly onChange: (text: string) => void
}) {
  const options = spec.kind === 'boolean' ? ['true', 'false'] : (spec.options ?? [])
  if (options.length > 0) {
    return (
      <select value={value} onChange={event => onChange(event.currentTarget.value)}>
        {options.map(one => (
          <option key={one}>{one}</option>
        ))}
      </select>
    )
  }
  return (
    <input
      type="number"
      min={spec.min}
      max={spec.max}
      step={spec.kind === 'integer' ? 1 : 'any'}
      value={value}
      onInput={event => onChange(event.currentTarget.value)}
    />
  )
}

export function meaningOf({ description = '', min, max, default: usual }: ParamSpec): string {
  const range = min === undefined ? '' : `${min} to ${max}, `
  return `${description}${description === '' ? '' : '; '}${range}default ${String(usual)}`
}
