import assert from 'node:assert/strict'
import type { ContractCheck } from '../contract-check.js'
import { inChunks, type StoreUnderTest, textOf } from './store-under-test.js'

const PATH = 'atlas/lease.json'
const CALLERS = 40
/** Two callers may meet in one of many rounds only. */
const ROUNDS = 5

export function createChecks(open: StoreUnderTest): ContractCheck[] {
  return [
    {
      name: 'of many who create one file at once exactly one does, and its bytes stay',
      async run() {
        const files = await open()
        for (let round = 0; round < ROUNDS; round++) {
          const path = `atlas/race-${round}`
          const outcomes = await Promise.all(
            Array.from({ length: CALLERS }, (_, caller) =>
              files.create(path, Buffer.from(`caller ${caller}`)),
            ),
          )
          const winners = outcomes.flatMap((outcome, caller) => (outcome === 'created' ? [caller] : []))
          assert.equal(
            winners.length,
            1,
            `create() told ${winners.length} of ${CALLERS} callers "created"; exactly one may be told so.`,
          )
          assert.equal(
            await textOf(files, path),
            `caller ${winners[0]}`,
            'The file has other bytes than its creator sent.',
          )
        }
      },
    },
    {
      name: 'a file that is there is not created over',
      async run() {
        const files = await open()
        assert.equal(await files.create(PATH, Buffer.from('first')), 'created')
        assert.equal(await files.create(PATH, Buffer.from('second')), 'exists')
        assert.equal(
          await textOf(files, PATH),
          'first',
          'create() has replaced the bytes of a file that was there.',
        )
        await files.replace('atlas/other', Buffer.from('first'))
        assert.equal(await files.create('atlas/other', Buffer.from('second')), 'exists')
      },
    },
    {
      name: 'whoever is told that a file exists can read all of it',
      async run() {
        const files = await open()
        const bytes = Buffer.alloc(100_000, 'x')
        const seen = await Promise.all(
          Array.from({ length: 10 }, async () => {
            await files.create(PATH, bytes)
            return (await files.read(PATH))?.length
          }),
        )
        assert.deepEqual(
          new Set(seen),
          new Set([bytes.length]),
          'A file existed before its bytes were there.',
        )
      },
    },
    {
      name: 'creates from a stream, empty files, and files in folders of any depth',
      async run() {
        const files = await open()
        assert.equal(await files.create(PATH, inChunks('a', 'b', '', 'c')), 'created')
        assert.equal(await textOf(files, PATH), 'abc')
        assert.equal(await files.create('atlas/runs/one/plan.json', Buffer.alloc(0)), 'created')
        assert.equal(await files.create('atlas/runs/one/plan.json', Buffer.from('x')), 'exists')
        assert.equal(await files.size('atlas/runs/one/plan.json'), 0)
      },
    },
    {
      name: 'keeps its bytes when the caller uses the buffer again',
      async run() {
        const files = await open()
        const buffer = Buffer.from('before')
        await files.create(PATH, buffer)
        await files.replace('atlas/other', buffer)
        buffer.write('after!')
        assert.equal(await textOf(files, PATH), 'before')
        assert.equal(await textOf(files, 'atlas/other'), 'before')
      },
    },
  ]
}
