import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir, uptime } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { isLocked, lockFolder } from '../../../src/data/embedded/folder-lock.js'
import { newOwner, ownerText } from '../../../src/data/embedded/lock-owner.js'
import { refusal } from '../import/import-kit.js'

const folder = mkdtempSync(join(tmpdir(), 'assay-lock-'))
const children: ChildProcess[] = []
afterAll(() => {
  for (const child of children) child.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
})

const CHILD = `
import { lockFolder } from ${JSON.stringify(join(import.meta.dirname, '../../../src/data/embedded/folder-lock.ts'))}
const [file, waitMs, beatMs, then] = process.argv.slice(2)
try {
  await lockFolder(file, { waitMs: Number(waitMs), beatMs: Number(beatMs), onWait: text => console.log(text) })
  console.log('held')
  if (then === 'keep') setInterval(() => undefined, 1000)
  if (then === 'compute') for (;;);
} catch (error) {
  console.log(error.code, error.message)
}
`
writeFileSync(join(folder, 'child.mts'), CHILD)

interface Child {
  readonly process: ChildProcess
  readonly text: () => string
  /** Until it has said so, or has ended. */
  said(what: string): Promise<void>
  readonly ended: Promise<NodeJS.Signals | null>
}

/** Takes a lock in a process of its own. */
function take(
  file: string,
  { within = [] as readonly string[], waitMs = 300, beatMs = 2000, then = 'end' } = {},
): Child {
  const script = [join(folder, 'child.mts'), file, String(waitMs), String(beatMs), then]
  const [command, ...args] = [...within, process.execPath, '--import', 'tsx', ...script]
  const child = spawn(command!, args, { cwd: join(import.meta.dirname, '../../..') })
  children.push(child)
  let text = ''
  const hear = (bytes: Buffer): void => void (text += bytes.toString())
  child.stdout.on('data', hear)
  child.stderr.on('data', hear)
  const ended = new Promise<NodeJS.Signals | null>(done =>
    child.once('close', (_, signal) => done(signal)),
  )
  const said = (what: string): Promise<void> =>
    new Promise(done => {
      const look = (): void => void (text.includes(what) && done())
      child.stdout.on('data', look)
      void ended.then(() => done())
      look()
    })
  return { process: child, text: () => text, said, ended }
}

const lockIn = (name: string): string => {
  mkdirSync(join(folder, name), { recursive: true })
  return join(folder, name, 'database.lock')
}

describe('the lock of the embedded database', () => {
  const lock = join(folder, 'lock')

  it('makes a second opener wait, then names the process in the way', async () => {
    const release = await lockFolder(lock)
    const waits: string[] = []
    const error = await refusal(
      lockFolder(lock, { onWait: message => void waits.push(message), waitMs: 100 }),
    )
    expect(error.code).toBe('DATABASE_BUSY')
    expect(error.message).toContain(`process ${process.pid}`)
    expect(waits.length).toBe(1)
    release()
    const next = await lockFolder(lock, { waitMs: 100 })
    next()
  })

  it('is taken over from a process that is gone, or whose number is in use again', async () => {
    const stale = join(folder, 'stale')
    for (const holder of ['999999999 1', `${process.ppid} 1`, 'nonsense']) {
      writeFileSync(stale, holder)
      const release = await lockFolder(stale, { waitMs: 200 })
      release()
    }
  })

  it('is held by one of many at a time', async () => {
    const shared = join(folder, 'shared')
    let [inside, most] = [0, 0]
    await Promise.all(
      Array.from({ length: 5 }, async () => {
        const release = await lockFolder(shared, { waitMs: 5000 })
        most = Math.max(most, ++inside)
        await new Promise(done => setTimeout(done, 5))
        inside--
        release()
      }),
    )
    expect(most).toBe(1)
  })
})

describe('a lock whose owner may be on another machine', () => {
  const elsewhere = (token: string): string =>
    ownerText({ ...newOwner(), token, boot: 'another-kernel', host: 'far', pid: 7 })

  it('is kept as long as it shows signs of life, and names the machine', async () => {
    const file = lockIn('far')
    writeFileSync(file, elsewhere('aa'))
    let beats = 0
    const beating = setInterval(() => utimesSync(file, 1, (beats += 1)), 5)
    const error = await refusal(lockFolder(file, { waitMs: 400, beatMs: 20 }))
    clearInterval(beating)
    expect(error.code).toBe('DATABASE_BUSY')
    expect(error.message).toContain('in use by process 7 on "far"')
    expect(beats).toBeGreaterThan(0)
    expect(readFileSync(file, 'utf8')).toBe(elsewhere('aa'))
  })

  it('of before this machine started is taken over at once, one of another is not', async () => {
    const file = join(folder, 'left.lock')
    const before = (Date.now() - uptime() * 1000 - 60_000) / 1000
    const own = newOwner()
    const left = ownerText({ ...own, boot: '00000000-0000-4000-8000-000000000000', pid: 1 })
    writeFileSync(file, left)
    utimesSync(file, before, before)
    const release = await lockFolder(file, { waitMs: 0, onWait: text => expect.unreachable(text) })
    release()
    for (const owner of [left, left.replace(/ \S+$/, ' elsewhere')]) {
      writeFileSync(file, owner)
      if (owner !== left) utimesSync(file, before, before)
      const waits: string[] = []
      const taken = await lockFolder(file, { beatMs: 10, onWait: text => waits.push(text) })
      taken()
      expect(waits, 'a sign of life is waited for').toHaveLength(1)
    }
  })

  it('is taken over when it has shown none for a while, by one of many', async () => {
    const file = lockIn('silent')
    writeFileSync(file, elsewhere('bb'))
    let [inside, most] = [0, 0]
    await Promise.all(
      Array.from({ length: 8 }, async () => {
        const release = await lockFolder(file, { waitMs: 20_000, beatMs: 10 })
        most = Math.max(most, ++inside)
        await new Promise(done => setTimeout(done, 5))
        inside--
        release()
      }),
    )
    expect(most).toBe(1)
    expect(readdirSync(join(folder, 'silent')), 'nothing is left').toEqual([])
  })

  it('ends its owner when somebody else has it, before that writes more', async () => {
    const file = lockIn('fenced')
    const holder = take(file, { then: 'compute', beatMs: 20 })
    await holder.said('held')
    rmSync(file)
    writeFileSync(file, elsewhere('cc'))
    expect(await holder.ended).toBe('SIGKILL')
    expect(holder.text()).toMatch(/error: another process has taken over the embedded database/)
  })

  it('is put back where somebody removes it under a process that lives', async () => {
    const file = lockIn('removed')
    const release = await lockFolder(file, { beatMs: 10 })
    const mine = readFileSync(file, 'utf8')
    rmSync(file)
    while (!existsSync(file)) await new Promise(done => setTimeout(done, 5))
    expect(readFileSync(file, 'utf8')).toBe(mine)
    expect(release.isMine()).toBe(true)
    release()
    expect(existsSync(file)).toBe(false)
  })
})

const CONTAINER = ['unshare', '--pid', '--fork', '--kill-child', '--mount-proc', '--']
const noContainers = spawnSync(CONTAINER[0]!, [...CONTAINER.slice(1), 'true']).status !== 0

describe.skipIf(noContainers)(
  `a lock between containers${noContainers ? ' (skipped: unshare makes no PID namespace here)' : ''}`,
  () => {
    it('holds while its owner computes or is stopped, seen from another and from itself', async () => {
      const file = lockIn('containers')
      const holder = take(file, { then: 'compute' })
      await holder.said('held')
      for (const signal of [null, 'SIGSTOP'] as const) {
        if (signal !== null) holder.process.kill(signal)
        const other = take(file, { within: CONTAINER })
        await other.ended
        expect(other.text()).toMatch(
          /waiting for process \d+ in another container[^]*DATABASE_BUSY the embedded database is in use by process \d+ in another container/,
        )
        const same = take(file)
        await same.ended
        expect(same.text()).toContain(`in use by process ${holder.process.pid}`)
      }
      expect(await isLocked(file)).toBe(true)
      holder.process.kill('SIGKILL')
      await holder.ended
      const next = take(file, { within: CONTAINER, beatMs: 50 })
      await next.ended
      expect(next.text(), 'its owner is gone').toContain('held')
    })

    it('is taken over from a container that was killed', async () => {
      const file = lockIn('killed')
      const holder = take(file, { within: CONTAINER, then: 'keep' })
      await holder.said('held')
      const refused = take(file)
      await refused.ended
      expect(refused.text()).toContain('DATABASE_BUSY')
      holder.process.kill('SIGKILL')
      await holder.ended
      const next = take(file, { beatMs: 50 })
      await next.ended
      expect(next.text()).toContain('held')
    })

    it('holds under a path that is too long for a socket', async () => {
      const deep = Array.from({ length: 6 }, () => 'a-folder-with-a-long-name').join('/')
      const file = lockIn(deep)
      const holder = take(file, { then: 'keep' })
      await holder.said('held')
      const other = take(file, { within: CONTAINER, waitMs: 100, beatMs: 1 })
      await other.ended
      expect(other.text()).toContain('DATABASE_BUSY')
    })
  },
)
