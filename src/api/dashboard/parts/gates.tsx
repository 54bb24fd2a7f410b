import type { Gate } from '../state/resources.js'

/** Gates of a promotion as a checklist, the bad news first. */
export function Gates({ gates }: { readonly gates: readonly Gate[] }) {
  const passed = gates.filter(gate => gate.passed === true).length
  const shown = gates.toSorted((a, b) => rank(a) - rank(b))
  return (
    <details open={passed < gates.length}>
      <summary>
        {passed} of {gates.length} gates passed
      </summary>
      <ul class="gates">
        {shown.map(({ name, figure, limit, passed: isPassed, reason }) => (
          <li
            key={name}
            class={isPassed === true ? 'passed' : isPassed === null ? 'unchecked' : 'failed'}
          >
            <b>
              {isPassed === true ? '✓ passed' : isPassed === null ? '? not checked' : '✗ failed'}{' '}
              {name.replaceAll('_', ' ')}
            </b>{' '}
            {figure} (limit {limit})<br />
            {isPassed !== true && <small>{reason}</small>}
          </li>
        ))}
      </ul>
    </details>
  )
}

function rank({ passed }: Gate): number {
  return passed === false ? 0 : passed === null ? 1 : 2
}
