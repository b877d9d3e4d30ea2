import { randomBytes } from 'node:crypto'
import { WriterFencedError } from '../../model/error/error.js'
import type { MovieId } from '../../model/id.js'
import type { LoggedEvent, WriterOpened } from '../../model/movie/event.js'
import type { LogPosition } from '../../model/movie/log-position.js'
import type { EventBatch, LogWriter } from '../store.js'
import type { Appender, AppendFile } from './append-file.js'
import { FileLogTail } from './file-log-tail.js'
import { LineEncoder } from './line/line-encoder.js'
import { LogReading, type ReadEnd, type ReadOptions } from './log-reading.js'
import { OPEN_ATTEMPT_LIMIT, TailWriter } from './log-writer.js'

export interface OpenParts {
  readonly movie: MovieId
  readonly file: AppendFile
  readonly holder: string
  readonly after: LogPosition
  readonly onBatch: (batch: EventBatch) => void
  readonly now: () => Date
}

/**
 * Reads to the end, claims the next token with a `writer.opened`, and reads up to that line. Of several
 * openers that claim the same token the first in the file has it; the others find their line void and go on
 * to the next token.
 */
export async function openFileLogWriter(parts: OpenParts): Promise<LogWriter> {
  const appender = await parts.file.openAppender()
  try {
    const position = await claimToken(parts, appender)
    return new TailWriter(parts.movie, new FileLogTail({ ...parts, appender, position }), parts.now)
  } catch (error) {
    await appender.close()
    throw error
  }
}

async function claimToken(parts: OpenParts, appender: Appender): Promise<LogPosition> {
  const { holder, now } = parts
  let { position } = await readOn(parts, { after: parts.after, sizeBytes: appender.size() })
  for (let attempt = 1; attempt <= OPEN_ATTEMPT_LIMIT; attempt++) {
    const token = position.token + 1
    const nonce = randomBytes(8).toString('hex')
    const opened: WriterOpened = {
      type: 'writer.opened',
      token,
      holder,
      nonce,
      timestamp: now().toISOString(),
    }
    const line = new LineEncoder().encode([opened], position.seq + 1, token)
    // Whatever torn line the file ends with, the newline keeps it apart from this one.
    await appender.append(appender.size() === 0 ? line : Buffer.concat([Buffer.from('\n'), line]))
    const isOurs = ({ event }: LoggedEvent) => event.type === 'writer.opened' && event.nonce === nonce
    const end = await readOn(parts, { after: position, sizeBytes: appender.size(), stopAt: isOurs })
    if (end.isStopped) return end.position
    position = end.position
  }
  throw new WriterFencedError(parts.movie, position.token, position.token)
}

function readOn({ file, onBatch }: OpenParts, options: ReadOptions): Promise<ReadEnd> {
  return new LogReading(file, options).toEnd(onBatch)
}
