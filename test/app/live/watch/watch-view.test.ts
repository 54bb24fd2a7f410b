import { expect, it } from 'vitest'
import { keysOf } from '../../../../src/cli/terminal/terminal-keys.js'
import { FIRST_VIEW, press, type WatchView } from '../../../../src/app/live/watch/watch-view.js'
import { NOW, seenWith } from './seen-sessions.js'

const [ONE, TWO, OVER] = ['a', 'b', 'c']
const view: WatchView = {
  ...FIRST_VIEW,
  look: {
    at: NOW,
    sessions: [
      seenWith({ sessionId: ONE }),
      seenWith({ sessionId: TWO }),
      seenWith({ sessionId: OVER, state: 'stopped' }),
    ],
  },
}

/** What a row of keys asks for in the end, and the view then. */
function typed(keys: readonly string[], from = view): ReturnType<typeof press> {
  return keys.reduce<ReturnType<typeof press>>((last, key) => press(last.view, key), {
    view: from,
    action: null,
  })
}

it.each([
  [['q'], { kind: 'quit' }],
  [['k', 'ctrl-c'], { kind: 'quit' }],
  [['p'], { kind: 'command', name: 'pause', sessionId: ONE }],
  [['tab', 'r'], { kind: 'command', name: 'resume', sessionId: TWO }],
  [['left', 'up', 'p'], { kind: 'command', name: 'pause', sessionId: TWO }],
  [['right', 'down', 'tab', 'p'], { kind: 'command', name: 'pause', sessionId: ONE }],
  [['k', 'k', 'i', 'l', 'l', 'enter'], { kind: 'command', name: 'kill', sessionId: ONE }],
  [
    ['k', 'k', 'x', 'backspace', 'i', 'l', 'l', 'enter'],
    { kind: 'command', name: 'kill', sessionId: ONE },
  ],
  [['k', 'enter'], null],
  [['k', 'k', 'i', 'l', 'enter'], null],
  [['k', 'k', 'i', 'l', 'l', 'escape'], null],
  [['k', 'q'], null],
  [['k', 'p'], null],
  [['tab', 'tab', 'k'], { kind: 'look' }],
  [['x'], { kind: 'look' }],
  [['resize'], { kind: 'look' }],
] as const)('keys %j lead to %j', (keys, action) => {
  expect(typed(keys).action).toEqual(action)
})

it('a kill is asked for the session that was shown when it began, whatever comes between', () => {
  const asked = typed(['tab', 'k'])
  const gone = { ...asked.view, look: { at: NOW, sessions: [seenWith({ sessionId: ONE })] } }
  expect(typed(['k', 'i', 'l', 'l', 'enter'], gone).action).toMatchObject({ sessionId: TWO })
})

it('nothing is ordered where there is no session', () => {
  const none = { ...view, look: { at: NOW, sessions: [] } }
  for (const key of ['p', 'r', 'k', 'tab'])
    expect(press(none, key).action).toEqual({ kind: 'look' })
})

it('keys are told apart, pasted ones too', () => {
  expect(keysOf('q')).toEqual(['q'])
  expect(keysOf('kill\r')).toEqual(['k', 'i', 'l', 'l', 'enter'])
  expect(keysOf('\x1b')).toEqual(['escape'])
  expect(keysOf('\x1b[A\x1b[B\x1bOC\x1b[D\t')).toEqual(['up', 'down', 'right', 'left', 'tab'])
  expect(keysOf('\x1b[1;5A\x01\x7f\x03é')).toEqual(['other', 'other', 'backspace', 'ctrl-c', 'é'])
})
