import { layout } from '../../../src/storage/layout.js'
import { FileLog } from '../../../src/storage/log/file-log.js'
import { MemoryAppendFile } from '../../../src/storage/memory/memory-append-file.js'
import type { Finding } from '../../../src/storage/store.js'
import { movie } from './log-fixture.js'

const now = () => new Date('2026-01-01T00:00:00.000Z')

/** A log in memory whose bytes a test can see and set. */
export async function rawLog(bytes: Uint8Array | string = '') {
  const file = new MemoryAppendFile(layout.events(movie))
  const appender = await file.openAppender()
  const append = (more: Uint8Array | string) => appender.append(Buffer.from(more as string))
  await append(bytes)
  return {
    log: new FileLog(movie, file, now),
    append,
    async bytes(): Promise<Buffer> {
      const chunks: Buffer[] = []
      for await (const chunk of file.chunks(0, appender.size())) chunks.push(chunk)
      return Buffer.concat(chunks)
    },
    async lines(): Promise<string[]> {
      return (await this.bytes()).toString().split('\n')
    },
  }
}

export async function findingsOf(log: FileLog): Promise<Finding[]> {
  const findings: Finding[] = []
  for await (const finding of log.check()) findings.push(finding)
  return findings
}
