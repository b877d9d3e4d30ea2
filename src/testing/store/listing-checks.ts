import assert from 'node:assert/strict'
import pLimit from 'p-limit'
import type { ListedFile } from '../../storage/store-files.js'
import type { ContractCheck } from '../contract-check.js'
import type { StoreUnderTest } from './store-under-test.js'

/** More than services list in one answer. */
const MANY = 1_100
const WRITES_AT_ONCE = 32
/** A service's clock may be off. */
const CLOCK_TOLERANCE_MS = 24 * 60 * 60_000

export function listingChecks(open: StoreUnderTest): ContractCheck[] {
  return [
    {
      name: 'names what is directly in a folder; names of folders end with "/"',
      async run() {
        const files = await open()
        const paths = [
          'atlas/in/a',
          'atlas/in/b',
          'atlas/in/runs/one/plan.json',
          'atlas/inner/c',
          'atlas2/d',
          'at',
        ]
        for (const path of paths) await files.replace(path, Buffer.from('x'))
        assert.deepEqual((await files.names('atlas/in')).sort(), ['a', 'b', 'runs/'])
        assert.deepEqual(await files.names('atlas/in/runs'), ['one/'])
        assert.deepEqual((await files.names('')).sort(), ['at', 'atlas/', 'atlas2/'])
        assert.deepEqual(await files.names('absent'), [])
        assert.ok(
          (await files.names('atlas/in', 'a')).includes('b'),
          'names() left out a name that comes after `after`.',
        )
      },
    },
    {
      name: 'lists all files in a folder and below it, with size and time',
      async run() {
        const files = await open()
        const paths = ['atlas/a', 'atlas/runs/one/plan.json', 'atlas2/c']
        for (const path of paths) await files.replace(path, Buffer.from('four'))
        const listed: ListedFile[] = []
        for await (const file of files.list('atlas')) listed.push(file)
        assert.deepEqual(listed.map(({ path }) => path).sort(), paths.slice(0, 2))
        for (const { path, sizeBytes, modifiedAtMs } of listed) {
          assert.equal(sizeBytes, 4, `The size of ${path}`)
          assert.ok(
            Math.abs(modifiedAtMs - Date.now()) < CLOCK_TOLERANCE_MS,
            `${path} was written a moment ago, and modifiedAtMs is ${modifiedAtMs}: expected milliseconds since 1970.`,
          )
        }
        for await (const { path } of files.list('absent')) assert.fail(`An absent folder lists ${path}.`)
      },
    },
    {
      name: `lists ${MANY} files of one folder, once each, also those written a moment ago`,
      async run() {
        const files = await open()
        const names = Array.from({ length: MANY }, (_, index) => String(index).padStart(6, '0'))
        await pLimit(WRITES_AT_ONCE).map(names, name =>
          files.replace(`atlas/many/${name}`, Buffer.from(name)),
        )
        assert.deepEqual((await files.names('atlas/many')).sort(), names)
        const listed: string[] = []
        for await (const { path } of files.list('atlas/many')) listed.push(path)
        assert.deepEqual(
          listed.sort(),
          names.map(name => `atlas/many/${name}`),
        )
        await files.delete('atlas/many/000007')
        assert.ok(
          !(await files.names('atlas/many')).includes('000007'),
          'names() has a file that was deleted before.',
        )
      },
    },
  ]
}
