import { expect, test } from 'vitest'
import { withReserve } from '../../../src/model/shortage/descriptor-reserve.js'
import { shortageCause, shortageOf } from '../../../src/model/shortage/shortage-of.js'
import { ShortageGate } from '../../../src/workers/attempt/shortage-gate.js'

const signal = new AbortController().signal
const entered = (gate: ShortageGate) => {
  let isIn = false
  const entering = gate.enter(signal).then(() => {
    isIn = true
  })
  return { entering, isIn: () => isIn }
}
const turn = () => new Promise(resolve => setImmediate(resolve))

test('without a shortage there is no limit', () => {
  const gate = new ShortageGate()
  for (let call = 0; call < 10_000; call++) expect(gate.tryEnter()).toBe(true)
})

test('a call that the machine had no room for lowers the limit; calls that end let others in', async () => {
  const gate = new ShortageGate()
  for (let call = 0; call < 9; call++) gate.tryEnter()
  gate.leaveShort()
  expect(gate.tryEnter()).toBe(false)
  const next = entered(gate)
  gate.leave()
  gate.leave()
  await turn()
  expect(next.isIn()).toBe(false)
  gate.leave()
  await next.entering
})

test('as many successes as the limit allows raise it by one', () => {
  const gate = new ShortageGate()
  for (let call = 0; call < 5; call++) gate.tryEnter()
  gate.leaveShort()
  for (let call = 0; call < 4; call++) gate.leave()
  expect([gate.tryEnter(), gate.tryEnter(), gate.tryEnter(), gate.tryEnter(), gate.tryEnter()]).toEqual([
    true,
    true,
    true,
    true,
    false,
  ])
})

test('the last call that ran short tries again by itself', async () => {
  const gate = new ShortageGate()
  gate.tryEnter()
  gate.leaveShort()
  await gate.enter(signal)
})

test('nobody enters while somebody waits for an open file, and an abort ends the waiting', async () => {
  const gate = new ShortageGate()
  let found = () => {}
  const waiting = withReserve(
    () =>
      new Promise<void>(resolve => {
        found = resolve
      }),
  )
  expect(gate.tryEnter()).toBe(false)
  const aborted = new AbortController()
  const given = gate.enter(aborted.signal)
  aborted.abort(new Error('enough'))
  await expect(given).rejects.toThrow('enough')
  const next = entered(gate)
  await turn()
  expect(next.isIn()).toBe(false)
  found()
  await Promise.all([waiting, next.entering])
})

test('a shortage is known wherever it stands among the causes, and a service that has one is not ours', () => {
  const socket = Object.assign(new Error('connect EMFILE'), { code: 'EMFILE', syscall: 'connect' })
  expect(shortageOf(new TypeError('fetch failed', { cause: socket }))).toBe('files')
  expect(shortageOf(new Error('x', { cause: new AggregateError([socket]) }))).toBe('files')
  expect(shortageOf(Object.assign(new Error('spawn EAGAIN'), { code: 'EAGAIN', syscall: 'spawn sh' }))).toBe(
    'processes',
  )
  expect(
    shortageOf(Object.assign(new Error('read EAGAIN'), { code: 'EAGAIN', syscall: 'read' })),
  ).toBeUndefined()
  expect(shortageOf(new Error('HTTP 500: EMFILE: too many open files'))).toBeUndefined()
  expect(shortageOf(shortageCause(socket))).toBe('files')
})
