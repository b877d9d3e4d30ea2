import { setTimeout as sleep } from 'node:timers/promises'
import { ProviderError } from '../../model/provider/failure/provider-error.js'
import { BATCH_CALL_MAX_DELAY_MS, steadily } from '../kit/batch/steady-call.js'
import type { OpenAiClient } from './openai-client.js'
import { openAiFailures } from './openai-failures.js'

/** How often one batch is created while the service has not read its file yet. */
export const OPENAI_FILE_READY_ATTEMPTS = 12

/** Azure and gateways read a file for a while before it may be used; OpenAI's own are ready at once. */
const READING = /^(pending|running|not_?running|queued|processing|in_progress)$/i
const BROKEN = /^(error|failed|cancelled|deleted)$/i

/** What services say of a batch whose file they have, but have not read yet, or not on all their machines. */
const NOT_READY =
  /no such file|file\b[^.]{0,80}\b(not (in a ready state|ready|found|exist|processed|yet|available)|does not exist|pending|processing|still being)/i

/** Whether the words of a refusal say that the file of the batch will be there in a moment. */
export const isFileNotReady = (words: string): boolean => NOT_READY.test(words)

/** How long to wait before the file is looked at, or the batch is created, once more. */
export const readinessDelayMs = (attempt: number, delayMs: number): number =>
  Math.min(delayMs * 2 ** (attempt - 1), BATCH_CALL_MAX_DELAY_MS)

/** Waits until a service has read an uploaded file, where it says that it has not. @throws ProviderError `invalid` */
export async function fileReady(
  client: OpenAiClient,
  uploaded: { readonly id: string; readonly status?: string },
  delayMs: number,
): Promise<void> {
  let { status } = uploaded
  for (let attempt = 1; status !== undefined && attempt <= OPENAI_FILE_READY_ATTEMPTS; attempt++) {
    if (BROKEN.test(status))
      throw new ProviderError(
        'invalid',
        `The service could not read the file of the batch (status: ${status}).`,
      )
    if (!READING.test(status)) return
    await sleep(readinessDelayMs(attempt, delayMs))
    const steadiness = { failures: openAiFailures, baseDelayMs: delayMs }
    status = (await steadily(() => client.files.retrieve(uploaded.id), steadiness)).status
  }
}
