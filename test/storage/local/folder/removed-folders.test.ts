import { rmSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { LocalFolders } from '../../../../src/storage/local/folder/local-folders.js'
import { temporaryFolder } from '../../../support/temporary-folder.js'

test('a folder that somebody removes is made again, also when it was seen a moment ago', async () => {
  const root = await temporaryFolder()
  const folders = new LocalFolders(root, false)
  await folders.inFolderOf('movie/runs/first/plan.json', async () => {})
  rmSync(join(root, 'movie/runs'), { recursive: true })
  await folders.inFolderOf('movie/runs/second/plan.json', async () => {
    expect((await stat(join(root, 'movie/runs/second'))).isDirectory()).toBe(true)
  })
})
