/** The tracked files of a repository, and what they hold. */
export interface Tree {
  readonly files: readonly string[]
  readonly read: (file: string) => string
}

/** What a rule must find: a file of this text, or the absence of one. */
export interface Plant {
  readonly file: string
  /** Null takes the file away. Of a file that is there already it is what is written instead. */
  readonly text: string | null | ((before: string) => string)
}

/** A rule of the style that a machine can see. */
export interface Rule {
  readonly name: string
  /** What breaks it, each with the name of its file, or of what is wrong. */
  readonly find: (tree: Tree) => readonly string[]
  /** What breaks it in every way that it can be broken, by a name that `find` gives for it. */
  readonly planted: Readonly<Record<string, Plant>>
}

/** Old sins of a rule: the list may only shrink, and so may its numbers. */
export interface Ratchet {
  readonly name: string
  readonly listed: readonly string[]
  /** What of the list is no sin any more. */
  readonly mended: (tree: Tree) => readonly string[]
}

export const sourcesOf = ({ files }: Tree): string[] =>
  files.filter(file => /^(src|strategies|scripts)\/.*\.(ts|js)$/.test(file))
export const textsOf = ({ files }: Tree): string[] =>
  files.filter(
    file => !/\.(gz|png|jsonl)$/.test(file) && file !== 'package-lock.json' && file !== 'LICENSE',
  )

/** `file:line: text` of every line that matches, comments and texts included. */
export function linesWith(pattern: RegExp, files: readonly string[], { read }: Tree): string[] {
  return files.flatMap(file =>
    read(file)
      .split('\n')
      .map((line, k) => ({ line, place: `${file}:${k + 1}: ${line.trim()}` }))
      .filter(({ line }) => pattern.test(line))
      .map(({ place }) => place),
  )
}

/** What a file imports, types included. */
export function importsOf(file: string, { read }: Tree): string[] {
  const text = read(file)
  const from = text.matchAll(/^(?:import|export|\})[^'"`;=()]*? from '([^']+)'/gm)
  const bare = text.matchAll(/^import '([^']+)'/gm)
  return [...from, ...bare].map(([, path]) => path!)
}
