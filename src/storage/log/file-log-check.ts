import { LOG_START } from '../../model/movie/log-position.js'
import type { Finding } from '../store.js'
import type { AppendFile } from './append-file.js'
import { LOG_LINE_LIMIT_BYTES } from './line/log-line.js'
import { LogScan } from './log-scan.js'
import { lineNumberAt, WholeLines } from './whole-lines.js'

/** A check of one log or manifest tells of so many places; more are only counted. */
const CHECK_FINDING_LIMIT = 1_000

interface Remark {
  readonly severity: Finding['severity']
  readonly offset: number
  readonly message: string
}

/** Reads the whole log and tells of every line that is damaged or does not count. */
export async function* checkFileLog(file: AppendFile): AsyncGenerator<Finding> {
  const sizeBytes = await file.size()
  if (sizeBytes === undefined) return
  const remarks: Remark[] = []
  const moreCounts = { damage: 0, note: 0 }
  const remark = (severity: Finding['severity'], offset: number, message: string): undefined => {
    if (remarks.length < CHECK_FINDING_LIMIT) remarks.push({ severity, offset, message })
    else moreCounts[severity] += 1
  }
  const scan = new LogScan(LOG_START, {
    event: () => undefined,
    leftOut: (offset, reason, isDamaged) =>
      remark(isDamaged ? 'damage' : 'note', offset, `left out: ${reason}`),
    spoiled: (offset, reason) => remark('damage', offset, reason),
    damage: (offset, reason) => remark('damage', offset, reason),
  })
  const lines = new WholeLines(file.chunks(0, sizeBytes), 0, LOG_LINE_LIMIT_BYTES)
  for await (const { bytes, offset } of lines) scan.take(bytes, offset)
  const { tail } = lines
  const isTailWhole = tail.sizeBytes > 0 && !tail.isTooLong && scan.takeTail(lines.tailBytes, tail.offset)
  scan.end()
  for (const offset of scan.undecided) {
    remark('note', offset, 'cut short: the next writer seals it and leaves it out')
  }
  if (tail.isTooLong)
    remark('damage', tail.offset, 'it is longer than a line may be; what follows was not read')
  else if (tail.sizeBytes > 0 && !isTailWhole) {
    remark(
      'note',
      tail.offset,
      `torn tail: the last ${tail.sizeBytes} bytes are no whole line and do not count`,
    )
  }
  yield* numbered(file, remarks)
  for (const severity of ['damage', 'note'] as const) {
    const count = moreCounts[severity]
    if (count > 0) yield { severity, where: file.path, message: `${count} more findings of this kind` }
  }
}

/** Turns byte offsets into line numbers in one pass over the file; without remarks there is none. */
async function* numbered(file: AppendFile, remarks: Remark[]): AsyncGenerator<Finding> {
  let line = 1
  let offset = 0
  for (const remark of remarks.sort((a, b) => a.offset - b.offset)) {
    line += (await lineNumberAt(file.chunks(offset, remark.offset))) - 1
    offset = remark.offset
    yield { severity: remark.severity, where: `${file.path}:${line}`, message: remark.message }
  }
}
