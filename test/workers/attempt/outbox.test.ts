import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { Outbox } from '../../../src/workers/attempt/outbox.js'

test('a full batch goes out at once, the rest at the end of the turn, in order', async () => {
  const batches: number[][] = []
  const outbox = new Outbox<number>(messages => batches.push(messages))
  for (let message = 0; message < 70; message++) outbox.push(message)
  expect(batches.map(batch => batch.length)).toEqual([32, 32])
  await nextTurn()
  expect(batches.map(batch => batch.length)).toEqual([32, 32, 6])
  expect(batches.flat()).toEqual(Array.from({ length: 70 }, (_, message) => message))
})

test('what is flushed by hand does not go out again', async () => {
  const batches: number[][] = []
  const outbox = new Outbox<number>(messages => batches.push(messages))
  outbox.push(1)
  outbox.flush()
  await nextTurn()
  outbox.push(2)
  await nextTurn()
  expect(batches).toEqual([[1], [2]])
})
