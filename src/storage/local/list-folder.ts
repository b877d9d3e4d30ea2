import { FileStorage } from '@flystorage/file-storage'
import { flyStorageList } from '../custom/fly-storage-list.js'
import type { ListedFile } from '../store-files.js'
import { LocalAdapter } from './local-adapter.js'

/**
 * All files in a folder below `root`, and in the folders below it. In a module of its own: FlyStorage takes as long to
 * load as all the rest of a short command, so it is loaded when it is used.
 */
export function listFolder(root: string, folder: string): AsyncIterable<ListedFile> {
  return flyStorageList(new FileStorage(new LocalAdapter(root)), folder)
}
