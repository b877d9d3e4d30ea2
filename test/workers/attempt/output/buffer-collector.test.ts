import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import {
  BufferCollector,
  COLLECT_ABOVE_BYTES,
  COLLECT_BUFFERS_BYTES,
} from '../../../../src/workers/attempt/output/buffer-collector.js'

/** A collector on a clock of its own, whose full collections take 10 ms. */
function collectorWithClock() {
  const collections: string[] = []
  const clock = { nowMs: 0, externalBytes: COLLECT_ABOVE_BYTES }
  const collector = new BufferCollector(
    () => options => {
      collections.push(options?.type ?? 'full')
      if (options === undefined) clock.nowMs += 10
    },
    () => clock.nowMs,
    () => clock.externalBytes,
  )
  const use = async (sizeBytes: number) => {
    collector.used(sizeBytes)
    await nextTurn()
  }
  return { clock, collections, use }
}

test('buffers are collected when there are many bytes of them, and not before', async () => {
  const { collections, use } = collectorWithClock()
  await use(COLLECT_BUFFERS_BYTES - 1)
  expect(collections).toEqual([])
  await use(1)
  expect(collections).toEqual(['full'])
})

test('a thread that has little outside of its heap is left alone', async () => {
  const { clock, collections, use } = collectorWithClock()
  clock.externalBytes = COLLECT_ABOVE_BYTES - 1
  await use(COLLECT_BUFFERS_BYTES)
  expect(collections).toEqual([])
  clock.externalBytes = COLLECT_ABOVE_BYTES
  await use(COLLECT_BUFFERS_BYTES - 1)
  expect(collections).toEqual([])
  await use(1)
  expect(collections).toEqual(['full'])
})

test('what comes in the same turn is collected together', async () => {
  const { collections, use } = collectorWithClock()
  await Promise.all([use(COLLECT_BUFFERS_BYTES), use(COLLECT_BUFFERS_BYTES)])
  expect(collections).toEqual(['full'])
})

test('full collections take a twentieth of the time at most; those between are small', async () => {
  const { clock, collections, use } = collectorWithClock()
  await use(COLLECT_BUFFERS_BYTES)
  clock.nowMs += 189
  await use(COLLECT_BUFFERS_BYTES)
  clock.nowMs += 1
  await use(COLLECT_BUFFERS_BYTES)
  expect(collections).toEqual(['full', 'minor', 'full'])
})

test('without a collector that can be called, nothing happens', async () => {
  const collector = new BufferCollector(() => undefined)
  collector.used(COLLECT_BUFFERS_BYTES)
  await nextTurn()
})
