import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { BlobRef } from '../../../src/model/movie/event.js'
import { HEAD_MARK, type PackRecord, readHead } from '../../../src/storage/blob/pack/pack-record.js'
import { layout } from '../../../src/storage/layout.js'
import { openStore } from '../../../src/storage/open-store.js'
import type { BlobStore, Finding, Store } from '../../../src/storage/store.js'
import { movie } from './log-fixture.js'

export interface StoredPack {
  /** Absolute. */
  readonly path: string
  readonly bytes: Buffer
  readonly records: readonly PackRecord[]
}

/** The packs of the movie in a store's folder, in order of their names. */
export async function packsIn(root: string): Promise<StoredPack[]> {
  const folder = join(root, layout.blobPacks(movie))
  const names = await readdir(folder).catch(() => [])
  return await Promise.all(
    names.sort().map(async name => {
      const path = join(folder, name)
      const bytes = await readFile(path)
      return { path, bytes, records: recordsIn(bytes) }
    }),
  )
}

function recordsIn(bytes: Buffer): PackRecord[] {
  const records: PackRecord[] = []
  for (let at = bytes.indexOf(HEAD_MARK); at !== -1; at = bytes.indexOf(HEAD_MARK, at + 1)) {
    const record = readHead(bytes, at, at)
    if (record !== undefined) records.push(record)
  }
  return records
}

/** A store in a folder, not synced: what a power loss does is made by hand. */
export const openFolder = (root: string): Promise<Store> =>
  openStore(`file:${root}`, { durability: 'process' })

const named = (blobs: readonly BlobRef[]): Map<string, BlobRef> =>
  new Map(blobs.map(blob => [blob.hash, blob]))

export async function findingsOf(store: BlobStore, blobs: readonly BlobRef[]): Promise<Finding[]> {
  const findings: Finding[] = []
  for await (const finding of store.check(named(blobs))) findings.push(finding)
  return findings
}

/** Which of them are read whole; the others must be missing or damaged. */
export async function readable(store: BlobStore, blobs: readonly BlobRef[]): Promise<boolean[]> {
  return await Promise.all(
    blobs.map(async blob => {
      try {
        await store.read(blob)
        return true
      } catch (error) {
        const { code } = error as { code?: string }
        if (code === 'BLOB_MISSING' || code === 'BLOB_CORRUPT') return false
        throw error
      }
    }),
  )
}
