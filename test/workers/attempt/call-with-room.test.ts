import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { Attempt } from '../../../src/workers/attempt/attempt.js'
import { callWithRoom } from '../../../src/workers/attempt/call-with-room.js'
import { ShortageGate } from '../../../src/workers/attempt/shortage-gate.js'
import { assignment, jobTemplate } from '../../support/jobs/job-fixture.js'

const owner = { abortGraceMs: 1_000, send: () => {}, onSettled: () => {}, onStuck: () => {} }
const attempt = () => new Attempt(jobTemplate({}), assignment(0, {}), text => text, owner)
const noRoom = Object.assign(new Error('spawn EAGAIN'), { code: 'EAGAIN', syscall: 'spawn sh' })

test('what is answered at once is returned at once, and its place is free again', () => {
  const gate = new ShortageGate()
  // One at once.
  gate.tryEnter()
  gate.leaveShort()
  expect(callWithRoom(gate, attempt(), () => 'answer')).not.toBeInstanceOf(Promise)
  expect(gate.tryEnter()).toBe(true)
})

test('a promise of another realm is waited for', async () => {
  const answer = callWithRoom(new ShortageGate(), attempt(), () =>
    runInNewContext(`Promise.resolve('answer')`),
  )
  expect(await answer).toBe('answer')
})

test.each([
  [
    'throws',
    () => {
      throw noRoom
    },
  ],
  ['rejects', () => Promise.reject(noRoom)],
])('a call for which there was no room is repeated when it %s', async (_, fail) => {
  let count = 0
  const answer = callWithRoom(new ShortageGate(), attempt(), () => (++count === 1 ? fail() : 'answer'))
  expect(await answer).toBe('answer')
  expect(count).toBe(2)
})

test('another error of a call that throws is that of its promise', async () => {
  const answer = callWithRoom(new ShortageGate(), attempt(), () => {
    throw new Error('no such voice')
  })
  await expect(answer).rejects.toThrow('no such voice')
})
