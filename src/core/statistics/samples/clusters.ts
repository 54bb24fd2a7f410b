/** Clusters being merged: those alive, and who belongs to which. */
interface Merging {
  readonly width: number
  /** Mean distance of two clusters, row by row. */
  readonly linkage: Float64Array
  /** Sum of the distances from a column to the members of a cluster, row by row. */
  readonly sums: Float64Array
  /** Cluster of each column. */
  readonly member: Int32Array
  readonly size: Int32Array
  /** The cluster nearest to each. */
  readonly nearest: Int32Array
  alive: number[]
}

/** How a set of columns falls into clusters. */
export interface Clustering {
  /** How many clusters there are. */
  readonly count: number
  /** Mean silhouette, from -1 to 1; 0 where all stand alone or all together. */
  readonly silhouette: number
}

/** Up to here a silhouette is no substantial structure (Kaufman and Rousseeuw 1990, table 4). */
const NO_STRUCTURE = 0.25

/**
 * Clusters by average linkage, cut where the mean silhouette is highest (Rousseeuw 1987). Clusters
 * farther apart than `reach` are never merged; all together is taken only where no other cut shows a
 * substantial structure. Deterministic: the first of equals wins.
 * https://doi.org/10.1016/0377-0427(87)90125-7
 */
export function clusterByDistance(
  distance: Float64Array,
  width: number,
  reach: number,
): Clustering {
  const merging = startMerging(distance, width)
  let best: Clustering = { count: width, silhouette: 0 }
  for (let count = width; count > 1; count--) {
    if (isJudged(count, width)) {
      const silhouette = silhouetteOf(merging, distance)
      if (silhouette > best.silhouette) best = { count, silhouette }
    }
    if (!mergeNearest(merging, reach)) return best
  }
  return best.silhouette > NO_STRUCTURE ? best : { count: 1, silhouette: 0 }
}

/** Every cut into up to 100 clusters is judged, and about every hundredth part of a larger count. */
function isJudged(count: number, width: number): boolean {
  if (count === width) return false
  return count <= 100 || count % Math.ceil(count / 100) === 0
}

function startMerging(distance: Float64Array, width: number): Merging {
  const merging: Merging = {
    width,
    linkage: distance.slice(),
    sums: distance.slice(),
    member: Int32Array.from({ length: width }, (_, k) => k),
    size: new Int32Array(width).fill(1),
    nearest: new Int32Array(width),
    alive: Array.from({ length: width }, (_, k) => k),
  }
  for (let k = 0; k < width; k++) merging.nearest[k] = nearestTo(merging, k)
  return merging
}

function nearestTo({ alive, linkage, width }: Merging, cluster: number): number {
  let best = -1
  let least = Infinity
  for (const other of alive) {
    if (other !== cluster && linkage[cluster * width + other]! < least) {
      least = linkage[cluster * width + other]!
      best = other
    }
  }
  return best
}

/** Merges the two nearest clusters; false where they are farther apart than `reach`. */
function mergeNearest(merging: Merging, reach: number): boolean {
  const { linkage, nearest, width } = merging
  let kept = -1
  let least = Infinity
  for (const cluster of merging.alive) {
    const apart = linkage[cluster * width + nearest[cluster]!]!
    if (apart < least) {
      least = apart
      kept = cluster
    }
  }
  if (kept < 0 || least > reach) return false
  const gone = nearest[kept]!
  join(merging, kept, gone)
  for (const cluster of merging.alive) {
    const was = nearest[cluster]!
    if (cluster === kept || was === gone || was === kept) {
      nearest[cluster] = nearestTo(merging, cluster)
    }
  }
  return true
}

/** Distances of a merged cluster are means over its members (Lance and Williams 1967). */
function join(merging: Merging, kept: number, gone: number): void {
  const { linkage, member, size, sums, width } = merging
  merging.alive = merging.alive.filter(cluster => cluster !== gone)
  const share = size[kept]! / (size[kept]! + size[gone]!)
  for (const other of merging.alive) {
    if (other === kept) continue
    const apart =
      share * linkage[kept * width + other]! + (1 - share) * linkage[gone * width + other]!
    linkage[kept * width + other] = apart
    linkage[other * width + kept] = apart
  }
  size[kept] = size[kept]! + size[gone]!
  for (let k = 0; k < width; k++) {
    sums[k * width + kept] = sums[k * width + kept]! + sums[k * width + gone]!
    if (member[k] === gone) member[k] = kept
  }
}

/** Mean of `(b - a) / max(a, b)`: a the mean distance within the cluster, b to the next; 0 if alone. */
function silhouetteOf(
  { alive, member, size, sums, width }: Merging,
  distance: Float64Array,
): number {
  let total = 0
  for (let k = 0; k < width; k++) {
    const own = member[k]!
    if (size[own] === 1) continue
    const within = (sums[k * width + own]! - distance[k * width + k]!) / (size[own]! - 1)
    let next = Infinity
    for (const cluster of alive) {
      if (cluster === own) continue
      const apart = sums[k * width + cluster]! / size[cluster]!
      if (apart < next) next = apart
    }
    const larger = Math.max(within, next)
    if (larger > 0) total += (next - within) / larger
  }
  return total / width
}
