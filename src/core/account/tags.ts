/** The tags of a run, each kept once: rows of numbers name them by index, -1 for none. */
export class Tags {
  private readonly names: string[] = []
  private readonly indices = new Map<string, number>()

  indexOf(tag: string | null): number {
    if (tag === null) return -1
    const known = this.indices.get(tag)
    if (known !== undefined) return known
    this.indices.set(tag, this.names.length)
    return this.names.push(tag) - 1
  }

  nameOf(index: number): string | null {
    return index < 0 ? null : this.names[index]!
  }

  clear(): void {
    this.names.length = 0
    this.indices.clear()
  }
}
