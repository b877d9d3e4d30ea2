import { FileStorage } from '@flystorage/file-storage'
import { InMemoryStorageAdapter } from '@flystorage/in-memory'
import { describe, expect, test } from 'vitest'
import { flyStorageFiles, openEngine, type StoreFiles } from '../../src/index.js'
import { LocalFiles } from '../../src/storage/local/local-files.js'
import { MemoryFiles } from '../../src/storage/memory/memory-files.js'
import { openStore } from '../../src/storage/open-store.js'
import { runStoreContract, storeContract } from '../../src/testing.js'
import { newS3Store, s3Endpoint } from '../support/storage/s3.js'
import { temporaryFolder } from '../support/temporary-folder.js'

/** FlyStorage's memory adapter in the place of one for a service, with a condition of its own. */
function inFlyStorage(): StoreFiles {
  const storage = new FileStorage(new InMemoryStorageAdapter())
  let turn: Promise<unknown> = Promise.resolve()
  return flyStorageFiles(storage, {
    create(path, bytes) {
      const mine = turn.then(async () => {
        if (await storage.fileExists(path)) return 'exists' as const
        const chunks: Uint8Array[] = []
        if (bytes instanceof Uint8Array) chunks.push(bytes)
        else for await (const chunk of bytes) chunks.push(chunk)
        await storage.write(path, Buffer.concat(chunks))
        return 'created' as const
      })
      turn = mine.catch(() => undefined)
      return mine
    },
  })
}

describe.each<[string, () => StoreFiles | Promise<StoreFiles>]>([
  ['local files', async () => new LocalFiles(await temporaryFolder(), 'fdatasync')],
  ['memory', () => new MemoryFiles()],
  ['a FlyStorage adapter', inFlyStorage],
])('%s', (_, open) => {
  for (const { name, run } of storeContract(open)) test(name, run)
})

describe.skipIf(s3Endpoint === undefined)('S3', () => {
  for (const { name, run } of storeContract(async () => (await openStore(await newS3Store())).files)) {
    test(name, run)
  }
})

/** A store that keeps its promises, but for what is changed. */
const broken = (change: (files: MemoryFiles) => Partial<StoreFiles>) => (): StoreFiles => {
  const files = new MemoryFiles()
  const sound: StoreFiles = {
    create: (path, bytes) => files.create(path, bytes),
    replace: (path, bytes) => files.replace(path, bytes),
    size: path => files.size(path),
    read: path => files.read(path),
    readRange: (path, from, to) => files.readRange(path, from, to),
    names: folder => files.names(folder),
    list: folder => files.list(folder),
    delete: path => files.delete(path),
  }
  return { ...sound, ...change(files) }
}

const ignoresTheCondition = broken(files => ({
  async create(path, bytes) {
    await files.replace(path, bytes)
    return 'created'
  },
}))

describe('the contract finds a store', () => {
  test.each<[string, () => StoreFiles, RegExp]>([
    ['whose create replaces what is there', ignoresTheCondition, /exactly one does/],
    [
      'whose create looks first and writes then',
      broken(files => ({
        async create(path, bytes) {
          if ((await files.size(path)) !== undefined) return 'exists'
          await files.replace(path, bytes)
          return 'created'
        },
      })),
      /exactly one does/,
    ],
    [
      'that lists a name late',
      broken(files => ({ names: async folder => (await files.names(folder)).slice(0, 1_000) })),
      /lists 1100 files/,
    ],
    [
      'that forgets which names are folders',
      broken(files => ({
        names: async folder => (await files.names(folder)).map(name => name.replace('/', '')),
      })),
      /names of folders end/,
    ],
    [
      'that gives an empty file for an absent one',
      broken(files => ({ read: async path => (await files.read(path)) ?? Buffer.alloc(0) })),
      /tells of a file that is absent/,
    ],
    [
      'that keeps the bytes of the caller',
      () => {
        const kept = new Map<string, Uint8Array>()
        return broken(files => ({
          async replace(path, bytes) {
            if (bytes instanceof Uint8Array) kept.set(path, bytes)
            await files.replace(path, bytes)
          },
          read: async path => kept.get(path) ?? (await files.read(path)),
        }))()
      },
      /uses the buffer again/,
    ],
  ])('%s', async (_, open, check) => {
    const error = await runStoreContract(open).catch(error => error)
    expect(error).toBeInstanceOf(AggregateError)
    expect(error.message).toMatch(check)
  })
})

test('an engine refuses a store that does not keep create-if-absent before it writes a log', async () => {
  const files = ignoresTheCondition()
  await using engine = await openEngine({ store: { url: 'table:broken', files } })
  const blueprint = { name: 'one', producers: { Text: { provider: 'simulate', outputs: { Text: 'text' } } } }
  await expect(engine.run({ blueprint })).rejects.toMatchObject({ code: 'STORE_UNSUPPORTED' })
  expect(await files.names('one')).toEqual([])
})

test('a store of one’s own that has not all methods is told which it needs', async () => {
  const store = { url: 'table:half', files: { read: async () => undefined } } as never
  await expect(openEngine({ store })).rejects.toMatchObject({ code: 'USAGE_INVALID' })
})
