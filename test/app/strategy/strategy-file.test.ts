import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { tellOfPrograms } from '../../../src/app/strategy/program-notice.js'
import { loadStrategyFile } from '../../../src/app/strategy/strategy-file.js'
import { loadStrategy } from '../../../src/app/strategy/strategy-loader.js'
import { callLimitMs } from '../../../src/app/workspace/call-limit.js'
import { assay, assayJson, assayProcess, assayWith, type Ran } from '../../cli/assay.js'
import { demoFolder } from '../../cli/prepared-home.js'

let folder: string

beforeAll(async () => {
  folder = await demoFolder()
})

interface Parts {
  readonly name?: string
  readonly head?: string
  readonly decide?: string
}

function write(file: string, { name = 'own', head = '', decide = 'return HOLD' }: Parts): string {
  const path = join(folder, file)
  writeFileSync(
    path,
    `import { defineStrategy, HOLD, long } from 'assay'
${head}
export default defineStrategy({ name: '${name}', description: 'One of a user', params: {}, templates: {},
  indicators: () => ({}), initial: () => ({ seen: 0 }), decide(now, state) { ${decide} } })`,
  )
  return path
}

const RUN = [
  '--symbol',
  'SYNTH-USDC',
  '--timeframe',
  '1h',
  '--to',
  '2024-01-03',
  '--report',
  'none',
]
const run = (file: string, ...more: string[]): Promise<Ran> =>
  assay(folder, 'backtest', file, ...RUN, ...more)

describe('what a strategy file reaches for', () => {
  const cases: readonly (readonly [string, string, RegExp])[] = [
    ['Date.now()', 'Date.now()', /reads no clock .*: Date is not/],
    ['new Date()', 'new Date()', /reads no clock .*: Date is not/],
    ['Date as a function', 'Date()', /: Date is not/],
    ['performance.now()', 'performance.now()', /reads no clock .*: performance is not/],
    ['Math.random()', 'Math.random()', /draws nothing at random: Math\.random is not/],
    ['random taken out of Math', 'const { random } = Math; random()', /Math\.random is not/],
    ['crypto', 'crypto.randomUUID()', /draws nothing at random: crypto is not/],
    ['process.exit(0)', 'process.exit(0)', /has no process and no files: process is not/],
    ['process.env', 'process.env.HOME', /: process is not/],
    ['a member set', 'process.exitCode = 0', /: process is not/],
    ['a member looked for', '"env" in process', /: process is not/],
    ['fetch', 'fetch("http://127.0.0.1")', /opens no connection: fetch is not/],
    ['console.log', 'console.log("x")', /prints nothing: console is not/],
    ['setTimeout', 'setTimeout(() => {}, 1)', /waits for nothing: setTimeout is not/],
    ['Promise', 'Promise.resolve().then(() => { for (;;); })', /waits for nothing: Promise is not/],
    [
      'code made by a constructor',
      '(() => 1).constructor("return process")()',
      /makes no code: Function is not/,
    ],
    [
      'code made by a generator',
      '(function* () {}).constructor("yield 1")()',
      /makes no code: GeneratorFunction/,
    ],
    [
      'code made by an array',
      '[]["con" + "structor"]["con" + "structor"]("return 1")()',
      /: Function is not/,
    ],
    ['queueMicrotask', 'queueMicrotask(() => {})', /queueMicrotask is not/],
    ['globalThis', 'globalThis.Date.now()', /: globalThis is not/],
    ['global', 'global.process', /: global is not/],
    ['Intl', 'new Intl.NumberFormat()', /knows no locale: Intl is not/],
    ['Buffer', 'Buffer.from("x")', /: Buffer is not/],
    ['eval', 'eval("1")', /makes no code: eval is not/],
    ['indirect eval', '(0, eval)("1")', /: eval is not/],
    ['Function', 'new Function("return 1")()', /: Function is not/],
    ['a computed require', 'require(["node", "fs"].join(":"))', /is not (supported|to be had)/],
  ]
  for (const [k, [what, code, message]] of cases.entries()) {
    it(`${what} is refused in decide, by the name of the strategy`, async () => {
      const file = write(`ambient_${k}.js`, { decide: `${code}; return HOLD` })
      const { code: exit, out, err } = await run(file, '--json')
      expect(err).toMatch(message)
      expect(err).toMatch(/^error: strategy own threw( at the candle of \S+)?: /)
      expect([exit, out]).toEqual([2, ''])
    })
  }

  it('is refused while the file is loaded, too', async () => {
    const { code, err } = await run(write('top.ts', { head: 'export const start = Date.now()' }))
    expect([code, err]).toEqual([2, expect.stringMatching(/fails when it is loaded: .*no clock/)])
  })

  it('is refused in a neighbour of the file', async () => {
    writeFileSync(join(folder, 'shared.ts'), 'export const roll = (): number => Math.random()')
    const head = "import { roll } from './shared.js'"
    const { code, err } = await run(write('rolls.ts', { head, decide: 'return long(roll())' }))
    expect([code, err]).toEqual([
      2,
      expect.stringMatching(/own threw at the candle of \S+: .*Math\.random/),
    ])
  })

  it('outside of its project is refused, by names and by links; inside, it may be data', async () => {
    const project = join(folder, 'project')
    mkdirSync(join(project, 'strategies'), { recursive: true })
    writeFileSync(join(project, 'package.json'), '{}')
    writeFileSync(join(folder, 'secret.json'), '{"share": 1}')
    writeFileSync(join(folder, 'outside.ts'), 'export const share = 1')
    writeFileSync(join(project, 'levels.json'), '{"share": 1}')
    symlinkSync('../outside.ts', join(project, 'linked.ts'))
    symlinkSync('..', join(project, 'up'))
    let files = 0
    const of = (path: string): Promise<Ran> => {
      const names = path.endsWith('.json') ? 'data' : '{ share }'
      const head = `import ${names} from '${path}'\nexport const used = ${names.replace(/[{} ]/g, '')}`
      return run(write(`project/strategies/reads_${(files += 1)}.ts`, { head }))
    }
    for (const path of [
      '../../secret.json',
      '../../outside.ts',
      '../linked.ts',
      '../up/outside.ts',
      join(folder, 'secret.json'),
      '/etc/hostname.txt',
    ]) {
      const { code, err } = await of(path)
      expect([path, code, err]).toEqual([
        path,
        2,
        expect.stringMatching(/lies outside of the project in|Could not resolve/),
      ])
      expect(err).not.toContain('"share"')
    }
    expect(await of('../levels.json')).toMatchObject({ code: 0 })
  })

  it('is told of as a program, once in a home, to a person at a terminal', async () => {
    const cache = join(folder, 'told')
    const said: string[] = []
    tellOfPrograms(text => said.push(text))
    for (const name of ['one.js', 'two.js']) await loadStrategy(write(name, {}), cache)
    expect(said).toEqual([expect.stringContaining('a strategy file is a program')])
    expect((await run(write('untold.js', {}))).err, 'not where nobody reads').toBe('')
  })

  it('by waiting is refused, in a function and outside', async () => {
    for (const [k, head] of [
      'export async function wait() {}',
      'export const wait = async () => 1',
      'export async function* wait() {}',
    ].entries()) {
      const { code, err } = await run(write(`waits_${k}.js`, { head }))
      expect([code, err]).toEqual([
        2,
        expect.stringMatching(/has an async function\n {2}a strategy waits/),
      ])
    }
    const { code, err } = await run(write('awaits.js', { head: 'await 1' }))
    expect([code, err]).toEqual([
      2,
      expect.stringMatching(/does not compile: .*[Tt]op-level await/),
    ])
  })

  it('by import() is refused, whether the name is written or computed', async () => {
    const written = await run(write('written.js', { decide: 'import("node:fs"); return HOLD' }))
    expect([written.code, written.err]).toEqual([
      2,
      expect.stringMatching(/imports "node:fs", which is not allowed/),
    ])
    const computed = await run(
      write('computed.js', { decide: 'import(["node", "fs"].join(":")); return HOLD' }),
    )
    expect([computed.code, computed.err]).toEqual([2, expect.stringMatching(/by import\(\)/)])
  })
})

describe('what a strategy file keeps', () => {
  it('its own declarations of these names', async () => {
    const head = `const performance = 0.5, [fetch] = [1]
class Date { static now() { return 0 } }
function process(share) { return share * fetch }`
    const decide = 'const console = Date.now(); return long(process(performance) + console)'
    const { code, err } = await run(write('own_names.js', { head, decide }))
    expect([code, err]).toEqual([0, ''])
  })

  it('the rest of the language', async () => {
    const decide = `const copy = structuredClone({ a: [Math.max(0.1, 0.2), Math.PI] })
return long(typeof Date === 'function' && 'max' in Math ? Math.min(...copy.a) : 0)`
    const { code, err } = await run(write('language.js', { decide }))
    expect([code, err]).toEqual([0, ''])
  })

  it('a hash of its own code, whatever stands around it', async () => {
    const plain = await loadStrategyFile(write('hash.js', {}), join(folder, 'cache'))
    const again = await loadStrategyFile(write('hash.js', {}), join(folder, 'other'))
    expect(again.sourceHash).toBe(plain.sourceHash)
    const changed = await loadStrategyFile(write('hash.js', { decide: 'return long(1)' }), folder)
    expect(changed.sourceHash).not.toBe(plain.sourceHash)
  })
})

describe('a strategy that takes all memory', () => {
  const greedy: readonly (readonly [string, string])[] = [
    ['in a list of numbers', 'const list = []; for (;;) list.push(list.length)'],
    ['in a list of objects', 'const list = []; for (;;) list.push({ list: [list.length] })'],
    ['in texts', "const list = []; for (let k = 0; ; k++) list.push('x'.repeat(1000) + k)"],
    ['in columns', 'const list = []; for (;;) list.push(new Float64Array(1e5).fill(1))'],
  ]
  it.each(greedy)('%s is ended, with a message and exit code 1', async (what, decide) => {
    const path = write(`greedy_${what.replaceAll(' ', '_')}.js`, { decide })
    const { code, out, err } = await assayProcess(folder, 'backtest', path, ...RUN)
    expect([code, out]).toEqual([1, ''])
    expect(err).toMatch(/error: a strategy took more than 768 MB of memory\n {2}look for a list/)
  })

  it('while it is loaded is ended too', async () => {
    const path = write('greedy_top.js', {
      head: 'const list = []; for (;;) list.push(new Float64Array(1e5).fill(1))',
    })
    const { code, err } = await assayProcess(folder, 'backtest', path, ...RUN)
    expect([code, err]).toEqual([1, expect.stringContaining('768 MB of memory')])
  })
})

describe('a strategy that does not come to an end', () => {
  const endless = { decide: 'for (;;) state.seen = 1 - state.seen' }

  it('is ended in every command that runs it', async () => {
    const path = write('endless_check.js', endless)
    writeFileSync(
      join(folder, 'endless.json'),
      JSON.stringify({ 'SYNTH-USDC': { active_strategy: path } }),
    )
    const limit = ['--time-limit', '0.5']
    const commands = [
      ['portfolio', '--config', 'endless.json', '--timeframe', '1h', '--report', 'none'],
      ['check', path],
    ]
    for (const command of commands) {
      const { code, err } = await assayProcess(folder, ...command, ...limit)
      expect([command[0], code, err]).toEqual([
        command[0],
        2,
        expect.stringMatching(/own was ended after 0.5 s/),
      ])
    }
  })

  /** Ten seconds where nobody says. */
  const SOON = { ASSAY_LOAD_LIMIT: '1' }
  it('has ten seconds for it', () => expect(callLimitMs()).toBe(10_000))

  it('is ended while it is loaded, by name of the file', async () => {
    const path = write('endless_top.js', { head: 'for (;;);' })
    const { code, err } = await assayWith(SOON, folder, 'strategies', 'show', path)
    expect([code, err]).toEqual([
      2,
      expect.stringMatching(/endless_top.js" was ended after 1 s, while it was loaded/),
    ])
  })

  it('is ended where it looks at its parameters', async () => {
    const path = join(folder, 'endless_params.js')
    writeFileSync(
      path,
      `import { defineStrategy, HOLD, integer } from 'assay'
export default defineStrategy({ name: 'own', description: 'Thinks', params: { n: integer({ default: 1, min: 1, max: 9 }) },
  check: () => { for (;;); }, indicators: () => ({}), decide: () => HOLD })`,
    )
    const { code, err } = await assayWith(SOON, folder, 'backtest', path, ...RUN)
    expect([code, err]).toEqual([2, expect.stringMatching(/own was ended after 1 s/)])
  })

  it('is ended, with a message that names it', async () => {
    const path = write('endless.js', endless)
    const limit = ['--time-limit', '1']
    const { code, out, err } = await assayProcess(folder, 'backtest', path, ...RUN, ...limit)
    expect([code, out]).toEqual([2, ''])
    expect(err).toMatch(/strategy own was ended after 1 s\n {2}look for an endless loop/)
  })

  it('fails in a sweep where it does not end, and the other sets go on', async () => {
    const path = join(folder, 'sometimes.ts')
    writeFileSync(
      path,
      `import { defineStrategy, integer, long, FLAT } from 'assay'
export default defineStrategy({ name: 'sometimes', description: 'Hangs at 3',
  params: { n: integer({ default: 1, min: 1, max: 9 }) }, templates: {},
  indicators: () => ({}), initial: () => ({ seen: 0 }),
  decide({ params }, state) {
    while (params.n === 3) state.seen = 1 - state.seen
    state.seen += 1
    return state.seen % 5 < params.n ? long(1) : FLAT
  } })`,
    )
    const swept = (await assayJson(
      folder,
      ...['sweep', path, ...RUN, '--grid', 'n=1:4:1', '--workers', '1', '--time-limit', '1'],
    )) as unknown as {
      trials_failed: number
      trials: { params: { n: number }; status: string; message: string | null }[]
    }
    expect(swept.trials_failed).toBe(1)
    const failed = swept.trials.filter(({ status }) => status === 'failed')
    expect(failed).toEqual([
      expect.objectContaining({
        params: { n: 3 },
        message: 'ended after 1 s: look for an endless loop',
      }),
    ])
  })
})

describe('what a strategy file lacks', () => {
  const members = "name: 'bare', description: 'Bare'"
  let files = 0
  const told = async (code: string): Promise<string> => {
    const path = join(folder, `bare_${files++}.js`)
    writeFileSync(path, code)
    const ran = await run(path)
    expect(ran.err.startsWith('error: ') ? ran.code : 2).toBe(2)
    return ran.err
  }

  it('is named where it must be there; templates and a state need not', async () => {
    const head = "import { defineStrategy, HOLD } from 'assay'\nexport default "
    const lame = `${head}defineStrategy({ ${members}, params: {}, decide: () => HOLD })`
    expect(await told(lame)).toMatch(/exports a strategy without indicators\n {2}add indicators: /)
    const bare = `{ ${members}, params: {}, indicators: () => ({}), decide: () => HOLD }`
    expect(await told(`${head}defineStrategy(${bare})`)).toBe('')
    expect(await told(`import { HOLD } from 'assay'\nexport default ${bare}`)).toBe('')
  })

  it('is near to what it imports by a name that there is not', async () => {
    const code = `import { crossedAbove } from 'assay'\nexport default crossedAbove`
    expect(await told(code)).toMatch(
      /imports crossedAbove, but "assay" exports no crossedAbove; did you mean crossedOver\?/,
    )
  })

  it('is a right declaration of a parameter, or the right name of one', async () => {
    const file = (params: string, decide: string): string =>
      `import { choice, defineStrategy, HOLD, number } from 'assay'
export default defineStrategy({ ${members}, params: { ${params} }, indicators: () => ({}), ${decide} })`
    const declared = file("mode: choice(['a', 'b'], { default: 'b' })", 'decide: () => HOLD')
    expect(await told(declared)).toMatch(/is declared wrongly: parameter mode has the description/)
    const read = file(
      'stop: number({ default: 1, min: 0, max: 2 })',
      'decide: now => now.params.stopp',
    )
    expect(await told(read)).toMatch(/there is no parameter "stopp"\n {2}did you mean stop\?/)
  })
})

describe('the name of a strategy in a file', () => {
  const cases: readonly (readonly [string, string, RegExp])[] = [
    ['in capitals', 'MyStrategy', /the name "MyStrategy", which is not in snake_case/],
    ['with a hyphen', 'my-strategy', /not in snake_case/],
    ['of nothing', '', /not in snake_case/],
    ['of a line break', 'a\\nb', /not in snake_case/],
    ['of 65 characters', 'a'.repeat(65), /has a name of 65 characters, but 64 are the most/],
    ['of a shipped strategy', 'ma_crossover', /"ma_crossover", which is that of a strategy of/],
  ]
  for (const [k, [what, name, message]] of cases.entries()) {
    it(`${what} is refused`, async () => {
      const { code, err } = await run(write(`named_${k}.js`, { name }))
      expect([code, err]).toEqual([2, expect.stringMatching(message)])
    })
  }

  it('of 64 characters is taken', async () => {
    const { code } = await run(write('long_name.js', { name: 'a'.repeat(64) }))
    expect(code).toBe(0)
  })
})
