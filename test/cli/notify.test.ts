import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { webServer } from '../live/notifiers/stand-ins.js'
import { assay, assayWith, scratch } from './assay.js'

const folder = scratch()
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('assay notify test', () => {
  it('sends over each channel, and ends with 1 and the reason where one fails', async () => {
    const server = await webServer(({ body }) => ({ status: 200, heard: body }))
    const url = `http://127.0.0.1:${server.port}/`
    const hook = { type: 'webhook', url, secret_env: 'HOOK_SECRET' }
    const closed = { ...hook, url: 'http://127.0.0.1:1/' }
    const write = (channels: object): void =>
      writeFileSync(
        join(folder, 'config.json'),
        JSON.stringify({ 'A-B': { active_strategy: 'x' }, notifications: { channels, kinds: {} } }),
      )
    const args = ['notify', 'test', '--config', 'config.json']
    const secret = { HOOK_SECRET: 'topsecret' }
    write({ hook })
    const sent = await assayWith(secret, folder, ...args)
    expect(sent.code, sent.err).toBe(0)
    expect(server.heard[0]).toContain('This is a test')
    write({ hook, closed })
    const failed = await assayWith(secret, folder, ...args, '--json')
    expect(failed.code).toBe(1)
    expect(JSON.parse(failed.out)).toMatchObject([
      { channel: 'hook', ok: true },
      { channel: 'closed', ok: false },
    ])
    expect(failed.err).toMatch(/1 of 2 channels failed/)
    expect(failed.out + failed.err).not.toContain('topsecret')
    await server.close()
  })

  it('refuses a file without the section, and a secret that is not set', async () => {
    writeFileSync(join(folder, 'none.json'), '{}')
    const none = await assay(folder, 'notify', 'test', '--config', 'none.json')
    expect(none).toMatchObject({ code: 2, out: '' })
    expect(none.err).toContain('has no section "notifications"')
    const channels = { bot: { type: 'telegram', chat: '1', token_env: 'NO_SUCH_TOKEN' } }
    const notifications = { channels, kinds: {} }
    writeFileSync(join(folder, 'unset.json'), JSON.stringify({ notifications }))
    const unset = await assay(folder, 'notify', 'test', '--config', 'unset.json')
    expect(unset.code).toBe(1)
    expect(unset.err.replace(/\s+/g, ' ')).toContain(
      'needs the variable NO_SUCH_TOKEN, which is not set',
    )
  })
})
