import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { masked, secretsOf } from '../../../src/app/output/secrets.js'
import { hasStrayLogin } from '../../../src/data/postgres/stray-login.js'

describe('an address of a server', () => {
  const passwords = fc
    .string({ minLength: 4, maxLength: 20 })
    .filter(text => !/assay|user|host/.test(text))

  it('shows nothing of its password, whatever characters that has', () => {
    fc.assert(
      fc.property(passwords, password => {
        for (const written of [password, encodeURIComponent(password)]) {
          const url = `postgres://user:${written}@host:5432/assay`
          const told = masked(`cannot use ${url}, nor ${written} of user`, secretsOf(url))
          expect(told).toBe('cannot use ***, nor *** of user')
        }
      }),
    )
  })

  it('shows no part of a password that separators cut up, nor one in its query', () => {
    const url = 'postgres://assay:12345/sEcReT#more@127.0.0.1:5432/assay?password=hunter22'
    const text = 'the database "sEcReT#more@127.0.0.1" at assay:12345, hunter22'
    expect(masked(text, secretsOf(url))).toBe('the database "***#***@127.0.0.1" at assay:***, ***')
  })

  it('keeps the words that are no secret, though a password is one of them', () => {
    const url = 'postgres://assay:assay@127.0.0.1:5432/trades'
    expect(masked('assay data list, database "trades" at 127.0.0.1', secretsOf(url))).toBe(
      'assay data list, database "trades" at 127.0.0.1',
    )
  })

  it('is none where a part of the login lies behind its place', () => {
    for (const stray of ['12/34', '12?34', '12#34', 'a/b@c']) {
      expect(hasStrayLogin(`postgres://user:${stray}@host/name`), stray).toBe(true)
    }
    for (const url of [
      'postgres://user:p@ss@host/name?sslmode=require',
      'redis://host',
      'redis://:word@host:1/0',
    ]) {
      expect(hasStrayLogin(url), url).toBe(false)
    }
  })
})
