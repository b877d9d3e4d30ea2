import { randomUUID } from 'node:crypto'
import { onTestFinished } from 'vitest'
import {
  type BlueprintDefinition,
  type Engine,
  type EngineOptions,
  type InlineProvider,
  inline,
  type JobUpdate,
  openEngine,
  type ProduceFunction,
  type ProviderLimits,
  type Run,
  type RunRequest,
  type RunResult,
} from '../../dist/index.js'
import { newS3Store, s3Endpoint } from './storage/s3.js'
import { temporaryFolder } from './temporary-folder.js'

/** The stores that every test of the engine's promises runs on. */
export const STORES = ['memory', 'file', ...(s3Endpoint === undefined ? [] : ['s3' as const])] as const

/** The URL of a new, empty store; engines that are opened with the same one share it. */
export async function newStore(kind: (typeof STORES)[number]): Promise<string> {
  if (kind === 's3') return await newS3Store()
  return kind === 'memory' ? `memory:${randomUUID()}` : `file:${await temporaryFolder()}`
}

/** An engine that is closed with the test. */
export async function testEngine(options: EngineOptions): Promise<Engine> {
  const engine = await openEngine({ threads: 1, abortGraceMs: 500, durability: 'process', ...options })
  onTestFinished(() => engine.close())
  return engine
}

/** Which jobs called their provider, in order. */
export class Calls {
  #jobIds: string[] = []

  /** An inline provider whose calls are counted here. */
  provider(produce: ProduceFunction, limits: ProviderLimits = {}): InlineProvider {
    return inline(
      (request, context) => {
        this.#jobIds.push(request.jobId.replace('Producer:', ''))
        return produce(request, context)
      },
      { limits },
    )
  }

  /** Since the last call of this, without `Producer:`. */
  take(): string[] {
    return this.#jobIds.splice(0)
  }
}

/** Runs to the end and throws for anything but success. */
export async function runAll(engine: Engine, request: RunRequest): Promise<RunResult> {
  const result = await engine.run(request)
  if (result.status !== 'succeeded') throw new Error(`the run ${result.status}: ${JSON.stringify(result)}`)
  return result
}

/** The values of a movie's artifacts by id, without `Producer:`; blobs as their text. */
export async function valuesIn(engine: Engine, movie: string): Promise<Record<string, unknown>> {
  const values: Record<string, unknown> = {}
  for await (const { artifactId, value, blob } of engine.movie(movie).artifacts()) {
    const name = artifactId.replace('Producer:', '')
    values[name] =
      blob === undefined ? value : (await bytesOf(engine.movie(movie).blob(blob).stream())).toString()
  }
  return values
}

export async function bytesOf(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = []
  for await (const chunk of chunks) parts.push(chunk)
  return Buffer.concat(parts)
}

/** Every step in the life of the run's jobs, as `state Job`. */
export function updatesOf(run: Run): JobUpdate[] {
  const updates: JobUpdate[] = []
  run.on('job', update => updates.push(update))
  return updates
}

export const stepsOf = (updates: readonly JobUpdate[]): string[] =>
  updates.map(({ state, jobId }) => `${state} ${jobId.replace('Producer:', '')}`)

/** A promise and the function that resolves it. */
export function gate(): { readonly opened: Promise<void>; open(): void } {
  let open = () => {}
  const opened = new Promise<void>(resolve => {
    open = resolve
  })
  return { opened, open: () => open() }
}

/** Its input `text`, as it is. */
export const echo: ProduceFunction = ({ inputs }) => ({ outputs: { Text: inputs.text as string } })

/** One job that passes on `inputs.text`. */
export const single: BlueprintDefinition = {
  name: 'single',
  inputs: { text: { type: 'text', default: 'fox' } },
  producers: { Clip: { provider: 'echo', with: { text: '${inputs.text}' }, outputs: { Text: 'text' } } },
}

/** `count` jobs that make a text and an image each, in the style of an input. */
export const clips = (count: number): BlueprintDefinition => ({
  name: 'movie',
  inputs: { style: { type: 'text', default: 'plain' } },
  loops: { n: { count } },
  producers: {
    Clip: {
      loop: 'n',
      provider: 'p',
      with: { style: '${inputs.style}' },
      outputs: { Text: 'text', Image: 'image/png' },
    },
  },
})
