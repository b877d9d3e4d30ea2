import type { BlobRef } from '../../../model/movie/event.js'
import { sha256 } from '../../../model/sha256.js'
import { READ_CHUNK_BYTES } from '../../log/append-file.js'
import type { Finding } from '../../store.js'
import { packedBlobCorrupt } from '../blob-fault.js'
import { OpenPacks } from './open-packs.js'
import type { PackFolder, ReadablePack } from './pack-folder.js'
import { decodeIndex, indexBytes, indexOffsetOf, TRAILER_BYTES } from './pack-index.js'
import { blobOffset, type PackRecord } from './pack-record.js'
import { PackWindow, type Scanned, scanPack } from './pack-scan.js'

/**
 * Reads every pack from its first byte to its last, and tells of what is no record and of blobs that are named and
 * damaged. Those that it finds whole, or reports, are taken out of `named`.
 */
export async function* checkPacks(folder: PackFolder, named: Map<string, BlobRef>): AsyncGenerator<Finding> {
  const damaged = new Map<string, Finding>()
  const open = new OpenPacks(folder)
  const checked = new Set<string>()
  try {
    // What was put together meanwhile is in packs with later names.
    for (let names = await folder.names(); names.length > 0; ) {
      for (const name of names) {
        checked.add(name)
        yield* (await open.use(name, pack => checkPack(pack, folder.pathOf(name), named, damaged))) ?? []
      }
      names = (await folder.names()).filter(name => !checked.has(name))
    }
  } finally {
    await open.close()
  }
  for (const [hash, finding] of damaged) if (named.delete(hash)) yield finding
}

async function checkPack(
  pack: ReadablePack,
  path: string,
  named: Map<string, BlobRef>,
  damaged: Map<string, Finding>,
): Promise<Finding[]> {
  const findings: Finding[] = []
  const sizeBytes = pack.sizeBytes()
  const window = new PackWindow(sizeBytes, pack.read, READ_CHUNK_BYTES)
  const sealedAt = indexOffsetOf(
    await pack.read(Math.max(0, sizeBytes - TRAILER_BYTES), sizeBytes),
    sizeBytes,
  )
  const unclear: Extract<Scanned, { type: 'gap' }>[] = []
  let count = 0
  let index: number | undefined
  for await (const found of scanPack(window, 0)) {
    if (found.type === 'record') {
      count++
      await checkBlob(found.record, window, path, named, damaged)
    } else if (found.type === 'gap') unclear.push(found)
    else index = found.offset
  }
  for (const gap of unclear) findings.push(gapFinding(path, gap, sealedAt !== undefined))
  if (index !== undefined && !(await isSoundIndex(pack, index, sizeBytes))) {
    const isCutShort = sizeBytes - index < indexBytes(count) || (await endsInZero(pack, sizeBytes))
    findings.push({
      severity: isCutShort ? 'note' : 'damage',
      where: `${path}:${index}`,
      message: `its index is ${isCutShort ? 'cut short' : 'damaged'}; its blobs are found by their heads`,
    })
  }
  return findings
}

async function checkBlob(
  record: PackRecord,
  window: PackWindow,
  path: string,
  named: Map<string, BlobRef>,
  damaged: Map<string, Finding>,
): Promise<void> {
  const { hash, sizeBytes } = record
  const blob = named.get(hash)
  if (blob === undefined) return
  const bytes = await window.bytes(blobOffset(record), sizeBytes)
  if (sizeBytes === blob.sizeBytes && sha256(bytes) === hash) {
    named.delete(hash)
    return
  }
  const where = `${path}:${record.offset}`
  damaged.set(hash, { severity: 'damage', where, message: packedBlobCorrupt(where, sizeBytes, blob).message })
}

async function isSoundIndex(pack: ReadablePack, index: number, sizeBytes: number): Promise<boolean> {
  const bytes = await pack.read(index, sizeBytes)
  const trailer = bytes.subarray(Math.max(0, bytes.length - TRAILER_BYTES))
  return indexOffsetOf(trailer, sizeBytes) === index && decodeIndex(bytes, index) !== undefined
}

/** Blocks that the disk never wrote read as zeros. */
async function endsInZero(pack: ReadablePack, sizeBytes: number): Promise<boolean> {
  return (await pack.read(sizeBytes - 1, sizeBytes))[0] === 0
}

/**
 * A writer that died leaves a batch that is not whole, the last one of its pack: blocks that were never written may
 * lie before others of the same batch that were. Nothing of it was acknowledged. Anything else is damage.
 */
function gapFinding(
  path: string,
  { from, to, next }: Extract<Scanned, { type: 'gap' }>,
  isSealed: boolean,
): Finding {
  const where = `${path}:${from}`
  const isTorn = !isSealed && (next === undefined || next.batch <= from)
  return isTorn
    ? { severity: 'note', where, message: `torn tail: ${to - from} bytes are no whole blob and do not count` }
    : { severity: 'damage', where, message: `${to - from} bytes are damaged, and no blob is found in them` }
}
