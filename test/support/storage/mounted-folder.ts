import { spawnSync } from 'node:child_process'
import { onTestFinished } from 'vitest'
import { temporaryFolder } from '../temporary-folder.js'

/**
 * A small file system of its own, in memory; undefined where this user may not mount one. Such a test is
 * then skipped, and says so.
 */
export async function mountedFolder(sizeBytes: number): Promise<string | undefined> {
  const folder = await temporaryFolder()
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${sizeBytes}`, 'tmpfs', folder])
  if (mounted.status !== 0) return undefined
  onTestFinished(() => void spawnSync('umount', ['-l', folder]))
  return folder
}

/** Nothing can be written there any more, not even by root. */
export function makeReadOnly(folder: string): void {
  const { status, stderr } = spawnSync('mount', ['-o', 'remount,ro', folder])
  if (status !== 0) throw new Error(`remount failed: ${stderr}`)
}

export const CANNOT_MOUNT = 'needs the right to mount a tmpfs (run as root) to fill a disk'
