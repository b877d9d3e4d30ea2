import { setTimeout as sleep } from 'node:timers/promises'
import { fileReady, isFileNotReady, OPENAI_FILE_READY_ATTEMPTS, readinessDelayMs } from './file-readiness.js'
import { findBatch, type LostBatch, NONCE_KEY } from './find-batch.js'
import type { OpenAiClient } from './openai-client.js'
import { isAmbiguous, openAiError, wordsOf } from './openai-error.js'
import { steadily } from './steady-call.js'

/** How often one batch is created while nobody knows whether it was. */
const OPENAI_BATCH_CREATE_ATTEMPTS = 3

export type BatchEndpoint = '/v1/chat/completions' | '/v1/embeddings'

export interface Submission extends LostBatch {
  readonly endpoint: BatchEndpoint
  readonly completionWindow: string
  /** One request a line, each with its line end. */
  readonly lines: readonly string[]
  readonly delayMs: number
  /** Asked after the upload, which costs nothing: creating is the step that does. */
  isStillWanted(): boolean
}

/**
 * Uploads requests and creates a batch of them. When the answer is lost, the batch is looked for by its nonce
 * before it is created again. @returns its id, or undefined when nobody wants it any more
 */
export async function submitBatch(client: OpenAiClient, submission: Submission): Promise<string | undefined> {
  const { nonce, endpoint, completionWindow, lines, delayMs } = submission
  const upload = () =>
    client.files.create({
      file: new File(lines as string[], `showrunner-${nonce}.jsonl`, { type: 'application/jsonl' }),
      purpose: 'batch',
    })
  const file = await steadily(upload, { baseDelayMs: delayMs })
  await fileReady(client, file, delayMs)
  let readinessCount = 0
  for (let attempt = 1; ; attempt++) {
    if (!submission.isStillWanted()) return undefined
    try {
      const batch = await client.batches.create({
        input_file_id: file.id,
        endpoint,
        completion_window: completionWindow as '24h',
        metadata: { [NONCE_KEY]: nonce },
      })
      return String(batch.id)
    } catch (error) {
      if (isFileNotReady(wordsOf(error)) && ++readinessCount < OPENAI_FILE_READY_ATTEMPTS) {
        await sleep(readinessDelayMs(readinessCount, delayMs))
        attempt--
        continue
      }
      if (!isAmbiguous(error)) throw openAiError(error)
      const found = await findBatch(client, submission, delayMs)
      if (found !== undefined) return found
      if (attempt >= OPENAI_BATCH_CREATE_ATTEMPTS) throw openAiError(error)
    }
  }
}
