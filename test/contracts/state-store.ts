import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { StateStore } from '../../src/core/ports/trading/state.js'

/** A store under test, with whatever it stands on. */
export interface StateSubject {
  readonly state: StateStore
  readonly close: () => Promise<void>
}

/** Keys that a pattern language, SQL or a separator might take for something else. */
const ODD = ['a*b:x', 'a?b:x', 'a[1]b:x', 'a\\b:x', 'a%b:x', 'a_b:x', "a'b:x", 'ä€:x', 'a b:x']

/** What every store of shared texts must do. */
export function stateStoreContract(name: string, open: () => Promise<StateSubject>): void {
  describe(`shared texts in ${name}`, { concurrent: false }, () => {
    let subject: StateSubject
    let state: StateStore
    beforeAll(async () => {
      subject = await open()
      state = subject.state
    })
    afterAll(() => subject.close())

    it('gives a text back as it was written, the last one', async () => {
      expect(await state.read('plain')).toBeNull()
      const text = '{"text": "tab\\t \\\\ é 👍", "n": 0.1}'
      expect(await state.write('plain', 'first')).toBe(true)
      expect(await state.write('plain', text)).toBe(true)
      expect(await state.read('plain')).toBe(text)
      await state.write('empty', '')
      expect(await state.read('empty')).toBe('')
    })

    it('writes over what is expected alone', async () => {
      expect(await state.write('cas', 'x', 'other'), 'nothing stands there').toBe(false)
      expect(await state.write('cas', 'one', null)).toBe(true)
      expect(await state.write('cas', 'two', null)).toBe(false)
      expect(await state.write('cas', 'two', 'other')).toBe(false)
      expect(await state.read('cas')).toBe('one')
      expect(await state.write('cas', '', 'one')).toBe(true)
      expect(await state.write('cas', 'x', null), 'an empty text is a text').toBe(false)
      expect(await state.write('cas', 'three', '')).toBe(true)
      expect(await state.read('cas')).toBe('three')
    })

    it('lets one of many that expect the same write', async () => {
      await state.write('race', 'start')
      const written = await Promise.all(
        Array.from({ length: 20 }, (_, k) => state.write('race', `by ${k}`, 'start')),
      )
      expect(written.filter(Boolean)).toHaveLength(1)
      expect(await state.read('race')).toBe(`by ${written.indexOf(true)}`)
    })

    it('writes several texts where all stand as expected, else none of them', async () => {
      await state.write('pair:a', 'a0')
      const pair = (a: string | null, b: string | null, by: string) =>
        state.writeAll([
          { key: 'pair:b', text: `b${by}`, expected: b },
          { key: 'pair:a', text: `a${by}`, expected: a },
        ])
      const stands = async () => [await state.read('pair:a'), await state.read('pair:b')]
      expect(await pair('a0', 'b0', '1'), 'one is not there').toBe(false)
      expect(await pair(null, null, '1'), 'one is there').toBe(false)
      expect(await stands()).toEqual(['a0', null])
      expect(await pair('a0', null, '1')).toBe(true)
      expect(await pair('a1', 'b0', '2'), 'the second is another').toBe(false)
      expect(await stands()).toEqual(['a1', 'b1'])
      const raced = await Promise.all(
        Array.from({ length: 12 }, (_, k) => pair('a1', 'b1', `by ${k}`)),
      )
      expect(raced.filter(Boolean)).toHaveLength(1)
      const winner = raced.indexOf(true)
      expect(await stands()).toEqual([`aby ${winner}`, `bby ${winner}`])
    })

    it('lists names that begin so, in order, whatever stands in them', async () => {
      for (const key of ODD) await state.write(key, 'odd')
      await state.write('axb:x', 'plain')
      for (const key of ODD) {
        const prefix = key.slice(0, -1)
        expect(await state.keys(prefix), prefix).toEqual([key])
      }
      await Promise.all(
        Array.from({ length: 1200 }, (_, k) =>
          state.write(`many:${String(k).padStart(4, '0')}`, ''),
        ),
      )
      const many = await state.keys('many:')
      expect(many).toHaveLength(1200)
      expect(many).toEqual([...many].sort())
      expect(await state.keys('nothing:')).toEqual([])
    })

    it('leases a name to one owner, who may ask again', async () => {
      expect(await state.lease('lease', 'one', 60_000)).toBe(true)
      expect(await state.lease('lease', 'one', 60_000)).toBe(true)
      expect(await state.lease('lease', 'two', 60_000)).toBe(false)
      expect(await state.read('lease')).toBe('one')
      const asked = await Promise.all(
        Array.from({ length: 10 }, (_, k) => state.lease('many at once', `owner ${k}`, 60_000)),
      )
      expect(asked.filter(Boolean)).toHaveLength(1)
    })

    it('gives a leased name back to its owner alone', async () => {
      await state.lease('given', 'one', 60_000)
      await state.release('given', 'two')
      expect(await state.lease('given', 'two', 60_000)).toBe(false)
      await state.release('given', 'one')
      expect(await state.read('given')).toBeNull()
      expect(await state.lease('given', 'two', 60_000)).toBe(true)
      await state.release('never leased', 'one')
    })

    it('frees a name whose lease was not renewed in time', async () => {
      expect(await state.lease('short', 'one', 30)).toBe(true)
      await expect.poll(() => state.lease('short', 'two', 60_000), { interval: 5 }).toBe(true)
      expect(await state.lease('short', 'one', 60_000)).toBe(false)
      await state.lease('gone', 'one', 30)
      await expect.poll(() => state.read('gone'), { interval: 5 }).toBeNull()
      expect(await state.keys('gone')).toEqual([])
    })

    it('leases no name that holds a text', async () => {
      await state.write('text', 'settings')
      expect(await state.lease('text', 'one', 1)).toBe(false)
      expect(await state.read('text')).toBe('settings')
    })
  })
}
