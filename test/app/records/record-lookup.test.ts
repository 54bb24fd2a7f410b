import { describe, expect, it } from 'vitest'
import { findRecord, type StoredRecords } from '../../../src/app/records/record-lookup.js'

/** Runs by their ids alone, and what was asked of them. */
function runsNamed(...ids: readonly string[]): StoredRecords<string> & { asked: string[] } {
  const asked: string[] = []
  return {
    asked,
    noun: 'run',
    code: 'UNKNOWN_RUN',
    hint: 'assay runs list shows them',
    get: id => {
      asked.push(`get ${id}`)
      return Promise.resolve(ids.find(known => known === id))
    },
    latest: () => {
      asked.push('latest')
      return Promise.resolve(ids[0])
    },
    ids: limit => {
      asked.push('ids')
      return Promise.resolve(ids.slice(0, limit))
    },
  }
}

describe('a stored record', () => {
  it.each([
    ['aaaa1111', 'aaaa1111'],
    ['bbbb', 'bbbb2222'],
    ['latest', 'aaaa1111'],
  ])('is found by "%s"', async (reference, id) => {
    expect(await findRecord(runsNamed('aaaa1111', 'bbbb2222'), reference)).toBe(id)
  })

  it('is found by its whole id though another begins with it', async () => {
    expect(await findRecord(runsNamed('aaaa1111', 'aaaa'), 'aaaa')).toBe('aaaa')
  })

  it.each(['aaaa1111', 'latest'])('is found by "%s" without a list of all', async reference => {
    const runs = runsNamed('aaaa1111')
    await findRecord(runs, reference)
    expect(runs.asked).toHaveLength(1)
    expect(runs.asked).not.toContain('ids')
  })

  it.each([
    ['aaaa', 'there is no run "aaaa" alone: several begin so'],
    ['aaa', 'there is no run "aaa"'],
    ['cccc', 'there is no run "cccc"'],
  ])('is not found by "%s"', async (reference, message) => {
    await expect(findRecord(runsNamed('aaaa1111', 'aaaa2222'), reference)).rejects.toMatchObject({
      code: 'UNKNOWN_RUN',
      message,
    })
  })

  it('that is nearly named is proposed, or the list of them', async () => {
    const runs = runsNamed('aaaa1111')
    await expect(findRecord(runs, 'aaab1111')).rejects.toMatchObject({
      hint: 'did you mean aaaa1111?',
    })
    await expect(findRecord(runs, 'zzzzzzzzzz')).rejects.toMatchObject({
      hint: 'assay runs list shows them',
    })
  })

  it('is not there where nothing is stored', async () => {
    await expect(findRecord(runsNamed(), 'latest')).rejects.toMatchObject({
      message: 'there is no run "latest"',
    })
  })
})
