import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openStore } from '../../../../src/storage/open-store.js'
import { temporaryFolder } from '../../../support/temporary-folder.js'

async function pathsBelow(root: string, folder: string): Promise<string[]> {
  const paths: string[] = []
  for await (const { path } of (await openStore(`file:${root}`)).files.list(folder)) paths.push(path)
  return paths
}

test('all of 10,000 files in one folder are listed, once each', async () => {
  const root = await temporaryFolder()
  const folder = join(root, 'atlas/blobs/2a')
  await mkdir(folder, { recursive: true })
  const names = Array.from({ length: 10_000 }, (_, index) => `file-${index}`)
  await Promise.all(names.map(name => writeFile(join(folder, name), '')))
  const paths = await pathsBelow(root, 'atlas/blobs')
  expect(paths.toSorted()).toEqual(names.map(name => `atlas/blobs/2a/${name}`).toSorted())
})

test('all files in many folders, however deep, are listed', async () => {
  const root = await temporaryFolder()
  const expected: string[] = []
  for (let folder = 0; folder < 100; folder++) {
    const below = `atlas/runs/${folder}/${folder % 7}`
    await mkdir(join(root, below), { recursive: true })
    for (let file = 0; file < 40; file++) {
      expected.push(`${below}/${file}`)
      await writeFile(join(root, below, `${file}`), '')
    }
  }
  expect((await pathsBelow(root, 'atlas')).toSorted()).toEqual(expected.toSorted())
})

test('a file has its size and its age; a folder that is absent has none', async () => {
  const root = await temporaryFolder()
  await writeFile(join(root, 'plain'), 'four')
  const store = await openStore(`file:${root}`)
  const found = []
  for await (const file of store.files.list('')) found.push(file)
  expect(found).toEqual([{ path: 'plain', sizeBytes: 4, modifiedAtMs: expect.any(Number) }])
  expect(Math.abs(Date.now() - found[0]!.modifiedAtMs)).toBeLessThan(60_000)
  expect(await pathsBelow(root, 'absent/folder')).toEqual([])
})

test('what lies behind links is not listed, and a folder that is a link is refused', async () => {
  const root = await temporaryFolder()
  await mkdir(join(root, 'elsewhere'))
  await writeFile(join(root, 'elsewhere/thesis'), '')
  await mkdir(join(root, 'movies/atlas/blobs'), { recursive: true })
  await symlink(join(root, 'elsewhere'), join(root, 'movies/atlas/blobs/2a'))
  await symlink(join(root, 'elsewhere/thesis'), join(root, 'movies/atlas/blobs/thesis'))
  await symlink(join(root, 'elsewhere'), join(root, 'movies/atlas/runs'))
  expect(await pathsBelow(join(root, 'movies'), 'atlas/blobs')).toEqual([])
  await expect(pathsBelow(join(root, 'movies'), 'atlas/runs')).rejects.toMatchObject({
    code: 'STORE_FAILED',
    details: { found: 'link', expected: 'folder' },
  })
})
