import { statfs } from 'node:fs/promises'
import { dirname } from 'node:path'

/** Magic numbers of statfs(2) on Linux: file systems that do not promise an atomic `O_APPEND`. */
const SHARED = new Map([
  [0x6969, 'NFS'],
  [0x517b, 'SMB'],
  [0xff534d42, 'CIFS'],
  [0xfe534d42, 'SMB2'],
  [0x65735546, 'FUSE'],
  [0x01021997, '9P'],
  [0x5346414f, 'AFS'],
  [0x00c36400, 'CephFS'],
  [0x0bd00bd0, 'Lustre'],
  [0x47504653, 'GPFS'],
])

/** The kind of a shared file system that the path (or the nearest folder above it) is on; undefined for others. */
export async function sharedFileSystem(path: string): Promise<string | undefined> {
  if (process.platform !== 'linux') return undefined
  for (let at = path; ; at = dirname(at)) {
    const found = await statfs(at).catch(() => undefined)
    if (found !== undefined) return SHARED.get(found.type >>> 0)
    if (at === dirname(at)) return undefined
  }
}
