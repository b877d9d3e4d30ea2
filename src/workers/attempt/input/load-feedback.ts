import type { BlobRef } from '../../../model/movie/event.js'
import type { Feedback } from '../../../model/provider/feedback.js'
import type { OutputRequest } from '../../../model/provider/provider.js'
import { loadAnswer } from './load-answer.js'

/** What an attempt is told of rejected answers, with the answers as they are read. */
export async function loadFeedback(
  requested: Readonly<Record<string, OutputRequest>>,
  feedback: readonly Feedback[],
  read: (blob: BlobRef) => Promise<Uint8Array>,
): Promise<readonly Feedback[]> {
  return await Promise.all(
    feedback.map(async entry =>
      entry.outputs === undefined
        ? entry
        : { ...entry, outputs: await loadAnswer(requested, entry.outputs, read) },
    ),
  )
}
