import { chownSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findHome, storeText } from '../../../src/app/workspace/home.js'

let project: string
let deep: string

beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'assay-home-'))
  deep = join(project, 'strategies', 'mine')
  mkdirSync(deep, { recursive: true })
})
afterEach(() => rmSync(project, { recursive: true, force: true }))

const folderOf = (from: string, env = {}): string => findHome(env, from).folder

describe('a home', () => {
  it('is the nearest .assay in the folder or above it', () => {
    mkdirSync(join(project, '.assay'))
    expect(folderOf(deep)).toBe(join(project, '.assay'))
    expect(folderOf(project)).toBe(join(project, '.assay'))
    mkdirSync(join(deep, '.assay'))
    expect(folderOf(deep)).toBe(join(deep, '.assay'))
  })

  it('is made in the folder itself where there is none', () => {
    expect(folderOf(deep)).toBe(join(deep, '.assay'))
  })

  it('is the one that is named, wherever one stands', () => {
    mkdirSync(join(project, '.assay'))
    expect(folderOf(deep, { ASSAY_HOME: 'own' })).toBe(join(deep, 'own'))
    expect(folderOf(deep, { ASSAY_HOME: '/srv/assay' })).toBe('/srv/assay')
  })

  it('is no file, and no link that leads nowhere', () => {
    writeFileSync(join(project, '.assay'), '')
    symlinkSync(join(project, 'elsewhere'), join(project, 'strategies', '.assay'))
    expect(folderOf(deep)).toBe(join(deep, '.assay'))
    mkdirSync(join(project, 'elsewhere'))
    expect(folderOf(deep)).toBe(join(project, 'strategies', '.assay'))
  })

  it.skipIf(process.getuid?.() !== 0)('of somebody else is passed over (needs root)', () => {
    mkdirSync(join(project, '.assay'))
    chownSync(join(project, '.assay'), 12_345, 12_345)
    expect(folderOf(deep)).toBe(join(deep, '.assay'))
  })

  it('is named where something is not in it, with how it was found and what would change that', () => {
    expect(storeText(findHome({}, deep))).toMatch(
      /^looked for a home in this folder and above, and found none; .* by ASSAY_HOME$/,
    )
    mkdirSync(join(project, '.assay'))
    expect(storeText(findHome({}, deep))).toBe(
      `looked in the home "${join(project, '.assay')}", the nearest .assay from this folder up; ASSAY_HOME names another`,
    )
    expect(storeText(findHome({ ASSAY_HOME: '/srv/assay' }, deep))).toBe(
      'looked in the home "/srv/assay", which ASSAY_HOME names; name another, or unset it for the nearest .assay from this folder up',
    )
    const served = { DATABASE_URL: 'postgres://me:secret@db.example:5433/assay' }
    expect(storeText(findHome(served, deep))).toBe(
      'looked in the database "db.example:5433/assay", which DATABASE_URL names; unset it for the embedded one of the home',
    )
  })
})
