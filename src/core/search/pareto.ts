type Scores = readonly (number | null)[]

/**
 * Places of the points that no other point dominates: at least as high in every objective and
 * higher in one. In rising order. Equal points stay together, on the front or off it. A point
 * that lacks a score cannot be judged and is not on it.
 * https://en.wikipedia.org/wiki/Pareto_front
 */
export function paretoFront(scores: readonly Scores[]): number[] {
  const complete = scores
    .map((own, place) => ({ own: own as readonly number[], place }))
    .filter(({ own }) => own.length > 0 && !own.some(score => score === null))
  // After this sort a point can be dominated only by one that stands before it.
  complete.sort((a, b) => descending(a.own, b.own))
  const front = complete[0]?.own.length === 2 ? frontOfTwo(complete) : frontOfMany(complete)
  return front.toSorted((a, b) => a - b)
}

interface Judged {
  readonly own: readonly number[]
  readonly place: number
}

function descending(a: readonly number[], b: readonly number[]): number {
  for (let k = 0; k < a.length; k++) {
    if (a[k] !== b[k]) return b[k]! > a[k]! ? 1 : -1
  }
  return 0
}

/** One pass: a point is on the front where its second score is above all before, or equals the last kept. */
function frontOfTwo(points: readonly Judged[]): number[] {
  const front: number[] = []
  let kept: readonly number[] | null = null
  for (const { own, place } of points) {
    const isKept = kept === null || own[1]! > kept[1]! || descending(own, kept) === 0
    if (!isKept) continue
    front.push(place)
    kept = own
  }
  return front
}

/** Sort-filter-skyline: each point against the front so far (Chomicki et al., ICDE 2003). */
function frontOfMany(points: readonly Judged[]): number[] {
  const front: Judged[] = []
  for (const point of points) {
    if (!front.some(({ own }) => dominates(own, point.own))) front.push(point)
  }
  return front.map(({ place }) => place)
}

function dominates(a: readonly number[], b: readonly number[]): boolean {
  let isHigher = false
  for (let k = 0; k < a.length; k++) {
    if (a[k]! < b[k]!) return false
    if (a[k]! > b[k]!) isHigher = true
  }
  return isHigher
}
