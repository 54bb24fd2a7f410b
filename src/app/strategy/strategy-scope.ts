/**
 * What a strategy file sees instead of the names around it that tell the time, roll dice, or reach
 * out of it. Its bundler puts these exports in the place of every free use of their names.
 *
 * They throw when they are used, not when they are named. This file imports nothing, because it
 * becomes part of the strategy.
 */

type Trap = () => never

/** A value that throws whatever is done with it, except for naming it and `typeof`. */
function refuse(why: string, name: string): unknown {
  const trap: Trap = () => {
    throw new Error(`a strategy ${why}: ${name} is not available in a strategy`)
  }
  return new Proxy(function () {}, new Proxy({}, { get: () => trap }))
}

/** `Math` as it is, without its dice. */
function mathWithoutChance(): unknown {
  const random: Trap = () => {
    throw new Error(`a strategy ${CHANCE}: Math.random is not available in a strategy`)
  }
  const members = Object.getOwnPropertyDescriptors(globalThis.Math)
  return Object.freeze(Object.defineProperties({}, { ...members, random: { value: random } }))
}

const CLOCK = 'reads no clock (the time is in now.time)'
const CHANCE = 'draws nothing at random'
const TIMER = 'waits for nothing'
const NETWORK = 'opens no connection'
const PROCESS = 'has no process and no files'
const OUTPUT = 'prints nothing'
const LOCALE = 'knows no locale'
const MEMORY = 'sees no memory but its own'
const CODE = 'makes no code'

export const Math = /* @__PURE__ */ mathWithoutChance()

export const Date = /* @__PURE__ */ refuse(CLOCK, 'Date')
export const performance = /* @__PURE__ */ refuse(CLOCK, 'performance')
export const Temporal = /* @__PURE__ */ refuse(CLOCK, 'Temporal')

export const crypto = /* @__PURE__ */ refuse(CHANCE, 'crypto')
export const Crypto = /* @__PURE__ */ refuse(CHANCE, 'Crypto')

export const setTimeout = /* @__PURE__ */ refuse(TIMER, 'setTimeout')
export const setInterval = /* @__PURE__ */ refuse(TIMER, 'setInterval')
export const setImmediate = /* @__PURE__ */ refuse(TIMER, 'setImmediate')
export const clearTimeout = /* @__PURE__ */ refuse(TIMER, 'clearTimeout')
export const clearInterval = /* @__PURE__ */ refuse(TIMER, 'clearInterval')
export const clearImmediate = /* @__PURE__ */ refuse(TIMER, 'clearImmediate')
export const queueMicrotask = /* @__PURE__ */ refuse(TIMER, 'queueMicrotask')
export const Promise = /* @__PURE__ */ refuse(TIMER, 'Promise')
export const AbortSignal = /* @__PURE__ */ refuse(TIMER, 'AbortSignal')

export const fetch = /* @__PURE__ */ refuse(NETWORK, 'fetch')
export const XMLHttpRequest = /* @__PURE__ */ refuse(NETWORK, 'XMLHttpRequest')
export const WebSocket = /* @__PURE__ */ refuse(NETWORK, 'WebSocket')
export const EventSource = /* @__PURE__ */ refuse(NETWORK, 'EventSource')
export const BroadcastChannel = /* @__PURE__ */ refuse(NETWORK, 'BroadcastChannel')
export const MessageChannel = /* @__PURE__ */ refuse(NETWORK, 'MessageChannel')
export const Worker = /* @__PURE__ */ refuse(NETWORK, 'Worker')

export const process = /* @__PURE__ */ refuse(PROCESS, 'process')
export const Buffer = /* @__PURE__ */ refuse(PROCESS, 'Buffer')
export const global = /* @__PURE__ */ refuse(PROCESS, 'global')
export const require = /* @__PURE__ */ refuse(PROCESS, 'require')
export const navigator = /* @__PURE__ */ refuse(PROCESS, 'navigator')
export const localStorage = /* @__PURE__ */ refuse(PROCESS, 'localStorage')
export const sessionStorage = /* @__PURE__ */ refuse(PROCESS, 'sessionStorage')

export const console = /* @__PURE__ */ refuse(OUTPUT, 'console')

export const Intl = /* @__PURE__ */ refuse(LOCALE, 'Intl')

export const WeakRef = /* @__PURE__ */ refuse(MEMORY, 'WeakRef')
export const FinalizationRegistry = /* @__PURE__ */ refuse(MEMORY, 'FinalizationRegistry')
export const SharedArrayBuffer = /* @__PURE__ */ refuse(MEMORY, 'SharedArrayBuffer')
export const Atomics = /* @__PURE__ */ refuse(MEMORY, 'Atomics')

export const Function = /* @__PURE__ */ refuse(CODE, 'Function')
export const WebAssembly = /* @__PURE__ */ refuse(CODE, 'WebAssembly')

const globalNames = /* @__PURE__ */ refuse(PROCESS, 'globalThis')
const evaluate = /* @__PURE__ */ refuse(CODE, 'eval')
export { evaluate as eval, globalNames as globalThis }
