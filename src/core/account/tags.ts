const FEW = 4

/** The tags of a run, each kept once: rows of numbers name them by index, -1 for none. */
export class Tags {
  private readonly names: string[] = []
  private readonly indices = new Map<string, number>()

  indexOf(tag: string | null): number {
    if (tag === null) return -1
    const { names } = this
    // The few that most runs have are found sooner than a map finds them.
    for (let k = 0; k < names.length && k < FEW; k++) if (names[k] === tag) return k
    const known = this.indices.get(tag)
    if (known !== undefined) return known
    this.indices.set(tag, names.length)
    return names.push(tag) - 1
  }

  nameOf(index: number): string | null {
    return index < 0 ? null : this.names[index]!
  }

  clear(): void {
    this.names.length = 0
    this.indices.clear()
  }
}
