/** The groups of a number that commas separate: the first of one to three digits, the others of three. */
const FIRST = /^\d{1,3}$/
const MIDDLE = /^\d{3}$/
const NEXT = /^\d{3}(\.\d*)?$/

/**
 * The cells of a row whose numbers were cut by the marks between their thousands, put together again:
 * where exactly as many cuts can be mended as there are cells too many, so that there is one way only.
 * Any other row comes back as it is.
 * @param width the columns of the table
 */
export function joinThousands(
  cells: readonly string[],
  width: number,
  mark: string,
): readonly string[] {
  const excess = cells.length - width
  if (excess <= 0) return cells
  const cuts = cells.map((_, i) => i > 0 && isCut(cells, i))
  if (cuts.filter(isOne => isOne).length !== excess) return cells
  const joined: string[] = []
  cells.forEach((cell, i) => {
    if (cuts[i]) joined[joined.length - 1] += `${mark}${cell.trim()}`
    else joined.push(cell.trim())
  })
  return joined
}

/** Whether a cell may go on with the number of the cell before it. */
function isCut(cells: readonly string[], i: number): boolean {
  const [before, cell] = [cells[i - 1]!.trim(), cells[i]!.trim()]
  if (!NEXT.test(cell)) return false
  return FIRST.test(before) || (MIDDLE.test(before) && i > 1 && isCut(cells, i - 1))
}
