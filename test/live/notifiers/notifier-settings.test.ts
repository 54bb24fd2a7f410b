import { describe, expect, it } from 'vitest'
import { AppError } from '../../../src/core/errors.js'
import { messageOf, NOTICE_KINDS } from '../../../src/live/notifiers/notice.js'
import { isMeant, readSettings } from '../../../src/live/notifiers/notifier-settings.js'

function refusal(value: unknown): AppError {
  try {
    readSettings(value, 'c.json: notifications')
  } catch (error) {
    return error as AppError
  }
  throw new Error('nothing was refused')
}

describe('settings of notifications', () => {
  const hook = { type: 'webhook', url: 'https://example.org/hook', secret_env: 'HOOK' }

  it('are refused by key and value, with what to write instead', () => {
    const cases: readonly (readonly [unknown, RegExp])[] = [
      [[], /c.json: notifications/],
      [
        { channels: { a: { ...hook, secret: 'x' } }, kinds: {} },
        /unknown key "secret".*secrets come from the environment/,
      ],
      [{ channels: { a: { ...hook, url: 'ftp://x' } }, kinds: {} }, /channels\.a\.url/],
      [
        { channels: { a: { ...hook, secret_env: 'topsecret!' } }, kinds: {} },
        /name a variable of the environment/,
      ],
      [{ channels: { a: { type: 'pigeon' } }, kinds: {} }, /channels\.a\.type/],
      [
        { channels: { desk: hook }, kinds: { 'order.unknown': ['dsk'] } },
        /"dsk", which is not there.*did you mean "desk"/,
      ],
      [
        { channels: { a: hook }, kinds: { 'order.unkown': ['a'] } },
        /"order.unkown" is no kind.*did you mean "order.unknown"/,
      ],
      [{ channels: {}, kinds: {}, other: 1 }, /unknown key "other"/],
    ]
    for (const [value, reason] of cases) {
      const { code, message, hint } = refusal(value)
      expect(code).toBe('INVALID_CONFIG')
      expect(`${message} ${hint}`).toMatch(reason)
    }
  })

  it('name kinds one by one, by a family, or all', () => {
    expect(
      ['*', 'feed.*', 'feed.stale', 'feed.fresh'].map(pattern => isMeant(pattern, 'feed.stale')),
    ).toEqual([true, true, true, false])
  })
})

describe('every kind of event', () => {
  it.each(NOTICE_KINDS)('%s says in a line what has happened, and in a line what to do', kind => {
    const { what, todo } = messageOf({ seq: 0, time: 0, session: 's', kind, payload: {} })
    for (const line of [what, todo]) {
      expect(line).toMatch(/^\S.{8,298}\S$/)
      expect(line).not.toMatch(/undefined|NaN/)
    }
  })

  it('without words of its own is told by its name', () => {
    const { what } = messageOf({
      seq: 0,
      time: 0,
      session: 's',
      kind: 'moon.full',
      payload: { a: 1 },
    })
    expect(what).toBe('moon.full: {"a":1}')
  })
})
