import type { ComponentChildren } from 'preact'

export interface Column<T> {
  readonly name: string
  readonly cell: (row: T) => ComponentChildren
  /** Figures stand at the right. */
  readonly isFigure?: boolean
}

interface TableProps<T> {
  readonly caption: string
  readonly columns: readonly Column<T>[]
  readonly rows: readonly T[]
  readonly keyOf: (row: T) => string
  /** On a phone each row is a list of its cells, so that none is out of sight. */
  readonly isStacked?: boolean
}

/** A table that scrolls sideways on its own. */
export function Table<T>({ caption, columns, rows, keyOf, isStacked }: TableProps<T>) {
  return (
    <div
      class={isStacked ? 'table stacked' : 'table'}
      tabIndex={0}
      role="region"
      aria-label={caption}
    >
      <table>
        <caption class="unseen">{caption}</caption>
        <thead>
          <tr>
            {columns.map(({ name, isFigure }) => (
              <th key={name} scope="col" class={isFigure ? 'figure' : ''}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(row => (
            <tr key={keyOf(row)}>
              {columns.map(({ name, cell, isFigure }) => (
                <td key={name} data-name={name} class={isFigure ? 'figure' : ''}>
                  {cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
