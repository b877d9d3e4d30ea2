import { execFile } from 'node:child_process'
import { mkdir, rm, symlink } from 'node:fs/promises'
import { createServer } from 'node:net'
import { dirname } from 'node:path'
import { promisify } from 'node:util'
import { onTestFinished } from 'vitest'

/** What may stand in the place of a file or a folder, each made at `path` instead of whatever is there. */
const ODD_ENTRIES = {
  link: (path: string, elsewhere: string) => symlink(elsewhere, path),
  'dangling link': (path: string) => symlink('/nowhere/at/all', path),
  FIFO: async (path: string) => void (await promisify(execFile)('mkfifo', [path])),
  socket: async (path: string) => {
    const server = createServer().listen(path)
    await new Promise(resolve => server.once('listening', resolve))
    onTestFinished(() => void server.close())
  },
} as const satisfies Record<string, (path: string, elsewhere: string) => Promise<void>>

export type OddEntry = keyof typeof ODD_ENTRIES

/** Puts the odd entry in the place of a file or a folder. */
export async function putInPlace(odd: OddEntry, path: string, elsewhere: string): Promise<void> {
  await rm(path, { recursive: true, force: true })
  await mkdir(dirname(path), { recursive: true })
  await ODD_ENTRIES[odd](path, elsewhere)
}
