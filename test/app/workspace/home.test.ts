import { chownSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findHome } from '../../../src/app/workspace/home.js'

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
})
