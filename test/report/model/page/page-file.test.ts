import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { writeWholeFile } from '../../../../src/report/model/page/page-file.js'

const folder = mkdtempSync(join(tmpdir(), 'assay-file-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('a page', () => {
  it('appears whole', async () => {
    const path = join(folder, 'new.html')
    await writeWholeFile(path, async add => {
      await add('one ')
      expect(existsSync(path)).toBe(false)
      await add('zwei ü')
    })
    expect(readFileSync(path, 'utf8')).toBe('one zwei ü')
    expect(existsSync(`${path}.part`)).toBe(false)
  })

  it('that fails leaves what was there, and no part of itself', async () => {
    const path = join(folder, 'old.html')
    writeFileSync(path, 'old')
    const failing = writeWholeFile(path, async add => {
      await add('new')
      throw new Error('no more')
    })
    await expect(failing).rejects.toThrow('no more')
    expect(readFileSync(path, 'utf8')).toBe('old')
    expect(existsSync(`${path}.part`)).toBe(false)
  })
})
