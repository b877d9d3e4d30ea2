import type { Dir, Dirent, OpenDirOptions } from 'node:fs'
import * as fs from 'node:fs/promises'
import { withPatience } from '../../model/shortage/with-patience.js'

// The calls of Node that need a file descriptor; they wait for one when there is none. A result that is paid for
// must not be lost because sockets hold all of them.

export const openPatiently = (path: string, flags: string | number): Promise<fs.FileHandle> =>
  withPatience(() => fs.open(path, flags))

export const readFolderPatiently = (path: string): Promise<Dirent[]> =>
  withPatience(() => fs.readdir(path, { withFileTypes: true }))

export const openFolderPatiently = (path: string, options: OpenDirOptions): Promise<Dir> =>
  withPatience(() => fs.opendir(path, options))
