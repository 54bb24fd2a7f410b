import { existsSync, readdirSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import type { Location, Message } from 'esbuild'
import * as assay from '../../core/index.js'
import { listed, nearestName } from '../../core/names.js'
import { FACES } from './strategy-module.js'

export const IMPORT_HINT = "a strategy imports from 'assay' and from its own files only"
export const SYNTAX_HINT = 'correct it there; npx tsc shows all such mistakes of a project'

/** What the compiler says, in the words of somebody who writes strategies. */
interface CompileProblem {
  readonly problem: string
  readonly hint: string
  /** Whether its place is one in the bundle of all files. */
  readonly isInCode: boolean
}

/** An error of the compiler as a mistake in a strategy file, with what was meant where that is near. */
export function describeCompileError({ text, location, notes }: Message): CompileProblem {
  const [, face, name] = MISSING_NAME.exec(text) ?? []
  if (face !== undefined) return { ...missingName(face, name!), isInCode: true }
  const [, , own] = UNDEFINED_MEMBER.exec(text) ?? []
  if (own !== undefined) return { ...missingName('assay', own), isInCode: true }
  const [, packageName] = FOREIGN_IMPORT.exec(text) ?? []
  if (packageName !== undefined) return { ...foreignImport(packageName), isInCode: false }
  const [, path] = MISSING_FILE.exec(text) ?? []
  if (path !== undefined) return { ...missingFile(path, location), isInCode: false }
  const meant = notes.find(note => /^Did you mean/.test(note.text))?.text
  const hint = meant?.replace(/^Did you mean to import (".+") instead\?$/, 'did you mean $1?')
  const isImport = /import|export/i.test(text)
  return { problem: text, hint: hint ?? (isImport ? IMPORT_HINT : SYNTAX_HINT), isInCode: false }
}

const MISSING_NAME = /^No matching export in "face:(.+)" for import "(\w+)"/
const UNDEFINED_MEMBER = /^Import "(.*\.)?(\w+)" will always be undefined/
const FOREIGN_IMPORT = /^import of "(.+)" is not allowed$/
const MISSING_FILE = /^Could not resolve "(\.{1,2}\/.+)"$/

type Said = Pick<CompileProblem, 'problem' | 'hint'>

/** A name that `assay` does not have. */
function missingName(face: string, name: string): Said {
  const known = face === 'assay' ? Object.keys(assay) : []
  const near = nearestName(name, known)
  const problem = `imports ${name}, but "${face}" exports no ${name}`
  return {
    problem: near ? `${problem}; did you mean ${near}?` : problem,
    hint: near ? `import { ${near} } from '${face}'` : 'docs/indicators.md lists the indicators',
  }
}

function foreignImport(name: string): Said {
  const near = nearestName(name, Object.keys(FACES))
  const problem = `imports "${name}"${near ? `; did you mean "${near}"?` : ', which is not allowed'}`
  return { problem, hint: IMPORT_HINT }
}

/** A file that is not there: one of nearly that name, or those that are. */
function missingFile(path: string, location: Location | null): Said {
  const folder = dirname(join(dirname(resolve(location?.file ?? '.')), path))
  const problem = `imports "${path}", but there is no such file`
  if (!existsSync(folder)) {
    return {
      problem,
      hint: `there is no folder "${folder}"; a path begins at the file that imports`,
    }
  }
  const files = readdirSync(folder).filter(file => /\.(ts|js|mts|mjs|json)$/.test(file))
  const near = nearestName(
    basename(path),
    files.flatMap(file => [file, file.replace(/\.\w+$/, '')]),
  )
  if (near !== undefined) {
    return { problem: `${problem}; did you mean "${dirname(path)}/${near}"?`, hint: IMPORT_HINT }
  }
  const shown = files.slice(0, FILES_SHOWN)
  const hint =
    shown.length === 0 ? `"${folder}" has no files to import` : `"${folder}" has ${listed(shown)}`
  return { problem, hint }
}

const FILES_SHOWN = 8
