import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Script } from 'node:vm'
import { PACKAGE_ROOT } from '../../data/files/package-root.js'
import { AppError } from '../../core/errors.js'
import { undefinedName } from '../../backtest/run/replay/decision-mistake.js'
import { guardProcess, runGuard } from './guard/run-guard.js'
import { callLimitMs } from '../workspace/call-limit.js'
import { limitText, within } from './guard/time-limit.js'
import { refusal } from './strategy-refusal.js'

/** What a strategy file may import besides its own files, and where it is built. */
export const FACES: Readonly<Record<string, string>> = {
  assay: 'core.js',
  'assay/technicalindicators': 'technical-indicators.js',
}

/** Under this name the code of a strategy finds what it imports. */
export const FACES_NAME = '__assayFaces'

/** What a face exports, by name: constants to the code that imports them. */
type Face = Readonly<Record<string, unknown>>

/** Paths of the files whose code runs here, as stacks name them. */
const running = new Set<string>()

/** Whether a frame of a stack that names this file is one of a user's strategy. */
export function isStrategyCode(path: string): boolean {
  return running.has(path)
}

const loaded = new Map<string, Promise<Face>>()

function loadFace(name: string): Promise<Face> {
  const known = loaded.get(name)
  if (known !== undefined) return known
  const url = pathToFileURL(join(PACKAGE_ROOT, 'dist', FACES[name]!)).href
  const face = (import(url) as Promise<Face>).then(exported => Object.freeze({ ...exported }))
  loaded.set(name, face)
  return face
}

export async function faceNames(name: string): Promise<string[]> {
  return Object.keys(await loadFace(name)).filter(exported => exported !== 'default')
}

/** The faces that code names. */
export async function facesOf(code: string): Promise<Readonly<Record<string, Face>>> {
  const faces: Record<string, Face> = {}
  for (const name of Object.keys(FACES)) {
    if (code.includes(`"${name}"`)) faces[name] = await loadFace(name)
  }
  return faces
}

/** The confined code of a strategy file, which can be run again with variables of its own. */
export class StrategyModule {
  private readonly path: string
  private readonly make: (faces: Readonly<Record<string, Face>>) => Record<string, unknown>
  private readonly faces: Readonly<Record<string, Face>>

  constructor(path: string, code: string, faces: Readonly<Record<string, Face>>) {
    const wrapped = `(function (${FACES_NAME}) { 'use strict'; ${code}\nreturn exported })`
    this.path = path
    running.add(path)
    this.make = new Script(wrapped, { filename: path }).runInThisContext() as StrategyModule['make']
    this.faces = faces
    guardProcess()
  }

  /** What the file exports. @throws AppError STRATEGY_FILE, OUT_OF_TIME, OUT_OF_MEMORY */
  run(): Record<string, unknown> {
    const exported = this.declared()
    runGuard()?.requireBuiltIns()
    if (exported !== undefined) return exported
    throw new AppError(
      'OUT_OF_TIME',
      `strategy file "${this.path}" was ended after ${limitText(callLimitMs())}, while it was loaded`,
      {
        hint: 'look for an endless loop outside of its functions; ASSAY_LOAD_LIMIT=60 gives it 60 seconds',
      },
    )
  }

  private declared(): Record<string, unknown> | undefined {
    try {
      return within(callLimitMs(), () => this.make(this.faces))
    } catch (error) {
      runGuard()?.requireBuiltIns()
      if (error instanceof AppError) throw error
      const message = error instanceof Error ? error.message : String(error)
      throw refusal(
        this.path,
        `fails when it is loaded: ${undefinedName(message) ?? message}`,
        'keep the top of the file to declarations: what runs when it is loaded must not throw',
        error,
      )
    }
  }
}
