import type { JobTemplate } from '../../../src/model/job.js'
import type { JsonValue } from '../../../src/model/json.js'
import type { InputValue } from '../../../src/model/provider/provider.js'
import http from '../../../src/providers/http/http.js'
import { codeOf } from '../jobs/job-inbox.js'
import { runProvider } from '../jobs/provider-run.js'
import { MemoryBlobs } from '../storage/memory-blobs.js'
import { HttpServer } from './http-server.js'
import type { Answer, Exchange } from './loopback-server.js'

interface Making {
  readonly config: object
  readonly outputs: JobTemplate['outputs']
  readonly inputs?: Record<string, unknown>
  readonly blobs?: MemoryBlobs
  readonly timeoutMs?: number
  readonly resume?: JsonValue
}

/** A server that answers like this, and the provider that calls it. */
export async function api(answer: Answer | ((exchange: Exchange, url: string) => Answer)) {
  const server = await HttpServer.start((exchange, url) =>
    typeof answer === 'function' ? answer(exchange, url) : answer,
  )
  const make = async ({
    config,
    outputs,
    inputs = {},
    blobs = new MemoryBlobs(),
    timeoutMs = 20_000,
    resume,
  }: Making) => {
    const run = await runProvider(
      http,
      { config: { url: `${server.url}/make`, ...config } as never, outputs, timeoutMs },
      { inputs: inputs as Record<string, InputValue>, ...(resume !== undefined && { resume }) },
      { blobs },
    )
    const error = run.outcome.state === 'failed' ? run.outcome.error : undefined
    const checkpoints = run.inbox.messages.flatMap(message =>
      message.type === 'job.checkpoint' ? [message.checkpoint] : [],
    )
    return { ...run, blobs, checkpoints, code: codeOf(run.outcome), message: error?.message }
  }
  return { server, make }
}
