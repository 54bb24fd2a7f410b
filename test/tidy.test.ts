import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { CODE_RULES, FIELDS } from './tidy/code-rules.js'
import { FILE_RULES, LONG_FILES } from './tidy/file-rules.js'
import { PACKAGE_RULES } from './tidy/package-rules.js'
import { BARS, TEXT_RULES } from './tidy/text-rules.js'
import type { Plant, Tree } from './tidy/tree.js'
import { unexplainedFields } from './tidy/unexplained-fields.js'

const RULES = [...FILE_RULES, ...TEXT_RULES, ...CODE_RULES, ...PACKAGE_RULES]
const RATCHETS = [LONG_FILES, BARS, FIELDS]

const REPOSITORY = join(import.meta.dirname, '..')
const contents = new Map<string, string>()
const TREE: Tree = { files: trackedFiles(), read }

/** Files that are tracked, or that would be; a copy without git is taken as it was packed. */
function trackedFiles(): string[] {
  const list = (...flags: string[]): string[] =>
    execFileSync('git', ['ls-files', '-z', ...flags], { cwd: REPOSITORY, encoding: 'utf8' })
      .split('\0')
      .filter(file => file !== '' && existsSync(join(REPOSITORY, file)))
  return [...new Set([...list(), ...list('--others', '--exclude-standard')])].sort()
}

function read(file: string): string {
  const known = contents.get(file)
  if (known !== undefined) return known
  const text = readFileSync(join(REPOSITORY, file), 'utf8')
  contents.set(file, text)
  return text
}

/** The repository with something planted in it. */
function planted({ file, text }: Plant): Tree {
  const others = TREE.files.filter(name => name !== file)
  if (text === null) return { files: others, read }
  const changed = typeof text === 'string' ? text : text(read(file))
  if (TREE.files.includes(file)) expect(changed, 'the plant changes it').not.toBe(read(file))
  return { files: [...others, file], read: name => (name === file ? changed : read(name)) }
}

describe.each(RULES)('$name', ({ find, planted: plants }) => {
  it('is kept', () => {
    expect(find(TREE)).toEqual([])
  })

  it.each(Object.entries(plants))('finds %s where it is planted', (place, plant) => {
    expect(find(planted(plant)).join('\n')).toContain(place)
  })
})

it.each(RATCHETS)('the list of $name only shrinks', ({ mended }) => {
  expect(mended(TREE), 'take them off the list, or lower their numbers').toEqual([])
})

it.each(RATCHETS.filter(({ listed }) => listed.length > 0))(
  'the list of $name notices what is mended',
  ({ listed, mended }) => {
    const [first] = listed
    expect(mended(planted({ file: first!, text: '' }))).toEqual([first])
  },
)

it('fields are explained by a comment right before them', () => {
  const text = `
export interface Known<T> extends Other {
  /** Its size. */
  readonly size: number
  readonly price?: T
  /**
   * Two lines.
   */
  take(one: number): void
  drop<S>(one: S): {
    readonly inner: number
  }
  readonly [key: string]: unknown
}
interface Own {
  readonly hidden: number
}
export interface Empty {}
const value = {
  size: 1,
}
`
  expect(unexplainedFields(text)).toEqual(['Known.price', 'Known.drop', 'Known.[key: string]'])
})
