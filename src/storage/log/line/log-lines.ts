import type { LoggedEvent } from '../../../model/movie/event.js'
import { LineEncoder } from './line-encoder.js'

/** The lines of events that have their numbers already, each under the token of the writer that was the last one then. */
export async function* logLines(
  batches: AsyncIterable<readonly LoggedEvent[]>,
): AsyncGenerator<Buffer, void, undefined> {
  const encoder = new LineEncoder()
  let token = 0
  for await (const events of batches) {
    const lines: Buffer[] = []
    let part: LoggedEvent[] = []
    const encodePart = () => {
      const [first] = part
      const encode = part.map(({ event }) => event)
      if (first) lines.push(Buffer.from(encoder.encode(encode, first.seq, token)))
      part = []
    }
    for (const logged of events) {
      if (logged.event.type === 'writer.opened') {
        encodePart()
        token = logged.event.token
      }
      part.push(logged)
    }
    encodePart()
    yield Buffer.concat(lines)
  }
}
