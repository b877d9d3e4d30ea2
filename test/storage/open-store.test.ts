import { readdir } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, test } from 'vitest'
import { openStore } from '../../src/storage/open-store.js'
import { temporaryFolder } from '../support/temporary-folder.js'

describe('file:', () => {
  test('is relative to the working folder, or absolute, as a path or as a URL', async () => {
    const folder = join(await temporaryFolder(), 'my movies')
    const urls = [`file:${relative('.', folder)}`, `file:${folder}`, pathToFileURL(folder).href]
    for (const [index, url] of urls.entries()) {
      const store = await openStore(url)
      expect(store.url).toBe(pathToFileURL(folder).href)
      await store.files.create(`atlas/${index}`, Buffer.from('x'))
    }
    expect(await readdir(join(folder, 'atlas'))).toEqual(expect.arrayContaining(['0', '1', '2']))
  })

  test('opening makes nothing', async () => {
    const folder = await temporaryFolder()
    await using store = await openStore(`file:${folder}/movies`)
    expect(store.isReachableFromThreads).toBe(true)
    expect(await readdir(folder)).toEqual([])
  })
})

describe('memory:', () => {
  test('stores of one name are one, a store without a name is its own', async () => {
    const [a, again, other] = [
      await openStore('memory:a'),
      await openStore('memory:a'),
      await openStore('memory:other'),
    ]
    const [unnamed, another] = [await openStore('memory:'), await openStore('memory:')]
    await a.files.create('atlas/x', Buffer.from('x'))
    await unnamed.files.create('atlas/x', Buffer.from('x'))
    expect(await again.files.create('atlas/x', Buffer.from('y'))).toBe('exists')
    expect(await other.files.create('atlas/x', Buffer.from('y'))).toBe('created')
    expect(await another.files.create('atlas/x', Buffer.from('y'))).toBe('created')
    expect(a.isReachableFromThreads).toBe(false)
    expect([a.url, unnamed.url]).toEqual(['memory:a', 'memory:'])
  })
})

test.each(['gs://key:secret@bucket/prefix', './movies', '', 'file:', 'file://host/share', 'C:\\movies'])(
  '%s is refused, with what works and without its secrets',
  async url => {
    const error = await openStore(url).catch(error => error)
    expect(error).toMatchObject({
      code: 'STORE_UNSUPPORTED',
      message: expect.stringContaining('file:./movies'),
    })
    expect(JSON.stringify([error.message, error.details])).not.toContain('secret')
  },
)
