import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import type { ContractCheck } from '../contract-check.js'
import { inChunks, partOf, type StoreUnderTest, textOf } from './store-under-test.js'

const PATH = 'atlas/lease.json'
/** Beyond what is held in one piece on the way. */
const LARGE_BYTES = 9 * 1024 * 1024 + 7

export function wholeFileChecks(open: StoreUnderTest): ContractCheck[] {
  return [
    {
      name: 'replaces a file, absent or not',
      async run() {
        const files = await open()
        await files.replace(PATH, Buffer.from('one, and longer'))
        await files.replace(PATH, Buffer.from('two'))
        assert.equal(await textOf(files, PATH), 'two')
        await files.replace(PATH, inChunks('th', 'ree'))
        assert.equal(await textOf(files, PATH), 'three')
      },
    },
    {
      name: 'a reader sees one version of a file that is replaced, whole',
      async run() {
        const files = await open()
        const versions = Array.from({ length: 20 }, (_, index) => String(index % 10).repeat(20_000))
        await files.replace(PATH, Buffer.from(versions[0]!))
        const writing = (async () => {
          for (const version of versions) await files.replace(PATH, Buffer.from(version))
        })()
        for (let round = 0; round < 20; round++) {
          const seen = await textOf(files, PATH)
          assert.ok(
            seen !== undefined && versions.includes(seen),
            `A reader saw ${seen === undefined ? 'no file' : 'a mixture, or half of a version'}: replace() must be atomic.`,
          )
        }
        await writing
      },
    },
    {
      name: 'keeps every byte of a large file that comes as a stream',
      async run() {
        const files = await open()
        const bytes = randomBytes(LARGE_BYTES)
        const pieces = Array.from({ length: 10 }, (_, index) =>
          bytes.subarray((index * LARGE_BYTES) / 10, ((index + 1) * LARGE_BYTES) / 10),
        )
        await files.replace('atlas/large', inChunks(...pieces))
        assert.equal(await files.size('atlas/large'), LARGE_BYTES)
        assert.ok(Buffer.from((await files.read('atlas/large'))!).equals(bytes), 'Other bytes came back.')
        let at = 0
        for await (const chunk of files.readRange('atlas/large', 0, LARGE_BYTES)) {
          assert.ok(
            Buffer.from(chunk).equals(bytes.subarray(at, at + chunk.length)),
            `Other bytes came back at ${at}.`,
          )
          at += chunk.length
        }
        assert.equal(at, LARGE_BYTES, 'readRange() ended early.')
      },
    },
    {
      name: 'reads parts of a file, up to its end',
      async run() {
        const files = await open()
        await files.replace(PATH, Buffer.from('0123456789'))
        assert.equal(await partOf(files, PATH, 0, 10), '0123456789')
        assert.equal(await partOf(files, PATH, 3, 7), '3456')
        assert.equal(await partOf(files, PATH, 8, Number.MAX_SAFE_INTEGER), '89')
        assert.equal(await partOf(files, PATH, 4, 4), '')
      },
    },
    {
      name: 'tells of a file that is absent',
      async run() {
        const files = await open()
        assert.equal(await files.size(PATH), undefined)
        assert.equal(await files.read(PATH), undefined)
        await assert.rejects(partOf(files, PATH, 0, 10), 'readRange() of an absent file must fail.')
      },
    },
    {
      name: 'deletes a file, absent or not, and its name is free again',
      async run() {
        const files = await open()
        await files.create(PATH, Buffer.from('one'))
        await files.delete(PATH)
        assert.equal(await files.read(PATH), undefined)
        await files.delete(PATH)
        await files.delete('absent/folder/file')
        assert.equal(await files.create(PATH, Buffer.from('two')), 'created')
        assert.equal(await textOf(files, PATH), 'two')
      },
    },
  ]
}
