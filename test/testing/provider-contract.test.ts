import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { ProviderError } from '../../src/model/provider/failure/provider-error.js'
import { responseError } from '../../src/model/provider/failure/response-error.js'
import type { ProduceContext, ProduceFunction, ProduceRequest } from '../../src/model/provider/provider.js'
import { type ProviderContractOptions, providerContract, runProviderContract } from '../../src/testing.js'
import { startContractServer } from '../support/servers/contract-server.js'

const SIZE_BYTES = 64 * 1024 * 1024
const SECRET = 'planted/key+0123456789'

type Submit = (request: ProduceRequest, context: ProduceContext) => Promise<string>

/** What a provider of films does right, step by step, so that each step can be done wrong. */
const steps = {
  check({ inputs }: ProduceRequest) {
    if (typeof inputs.prompt !== 'string') throw new ProviderError('invalid', 'prompt is no text')
  },
  async submit({ config }: ProduceRequest, context: ProduceContext): Promise<string> {
    const headers = {
      authorization: `Bearer ${config.apiKey}`,
      'idempotency-key': context.idempotencyKey,
    }
    const { signal } = context
    const response = await fetch(`${config.url}/films`, { method: 'POST', headers, body: '{}', signal })
    if (!response.ok) throw responseError(response, 'the service refused')
    return ((await response.json()) as { id: string }).id
  },
  id: async (request: ProduceRequest, context: ProduceContext, submit: Submit) => {
    if (context.resume !== undefined) return (context.resume as { id: string }).id
    const id = await submit(request, context)
    await context.checkpoint({ id })
    return id
  },
  async wait(id: string, { config }: ProduceRequest, { signal }: ProduceContext): Promise<void> {
    const poll = async () =>
      (await (await fetch(`${config.url}/${id}`, { signal })).json()) as { state: string }
    while ((await poll()).state !== 'done') await sleep(1, undefined, { signal })
  },
  pause: (ms: number, { signal }: ProduceContext): Promise<unknown> => sleep(ms, undefined, { signal }),
  film: async ({ config }: ProduceRequest, context: ProduceContext): Promise<unknown> =>
    await context.blob(pieces(Number(config.sizeBytes ?? 16)), 'video/mp4'),
}
type Steps = typeof steps

async function* pieces(sizeBytes: number) {
  const piece = new Uint8Array(Math.min(sizeBytes, 1024 * 1024))
  for (let sent = 0; sent < sizeBytes; sent += piece.byteLength) yield piece
}

function filmProvider(changed: Partial<Steps> = {}): ProduceFunction {
  const { check, submit, id: idOf, wait, pause, film } = { ...steps, ...changed }
  return async (request, context) => {
    check(request)
    await pause(Number(request.config.pauseMs ?? 0), context)
    const id = await idOf(request, context, submit)
    await wait(id, request, context)
    return { outputs: { Film: (await film(request, context)) as never } }
  }
}

async function filmOptions(): Promise<ProviderContractOptions> {
  const server = await startContractServer()
  const config = { url: server.url, apiKey: SECRET }
  return {
    request: { inputs: { prompt: 'waves' }, outputs: { Film: { type: 'video/mp4' } }, config },
    slow: { config: { ...config, pauseMs: 60_000 } },
    refused: { 'a prompt that is no text': { inputs: { prompt: 5 } } },
    large: { config: { ...config, sizeBytes: SIZE_BYTES }, sizeBytes: SIZE_BYTES, isStreamed: true },
    service: {
      failNext: server.failNext,
      failures: ['rate_limited', 'overloaded', 'network', 'auth'],
      chargeCount: server.chargeCount,
      isIdempotent: true,
    },
    isResumable: true,
    secrets: [SECRET],
    abortGraceMs: 200,
    timeoutMs: 5_000,
  }
}

/** Names of the checks that fail. */
async function broken(provider: ProduceFunction, options: ProviderContractOptions): Promise<string[]> {
  const names: string[] = []
  for (const { name, run } of providerContract(provider, options)) {
    await run().catch(error => {
      expect(error).toMatchObject({ name: 'AssertionError' })
      names.push(name)
    })
  }
  return names
}

describe('the contract holds for', () => {
  test('a provider that does all of it', async () => {
    await runProviderContract({ default: { produce: filmProvider() } }, await filmOptions())
  })

  test('simulate', async () => {
    const module = await import('../../src/providers/simulate/simulate.js')
    await runProviderContract(module, {
      request: {
        outputs: {
          Image: { type: 'image/png' },
          Caption: { type: 'text' },
          Facts: { type: 'json', count: 3 },
        },
      },
      slow: { config: { latencyMs: 60_000 } },
      refused: {
        'an unknown setting': { config: { latency: 1 } },
        'a failure that stays': { config: { failureRate: 1, failureCode: 'content' } },
      },
      large: {
        outputs: { Video: { type: 'video/mp4' } },
        config: { outputBytes: SIZE_BYTES },
        sizeBytes: SIZE_BYTES,
      },
    })
  })

  test('template', async () => {
    const module = await import('../../src/providers/template/template.js')
    const page = { bytes: Buffer.from('<b>bold</b>'), mimeType: 'text/html' }
    await runProviderContract(module, {
      request: {
        inputs: { name: 'Ada', pages: [page] },
        outputs: { Text: { type: 'text' }, Tags: { type: 'json', count: 2 } },
        config: { outputs: { Text: '{{name}} {{pages.0}}', Tags: '{{number}}' } },
      },
      refused: {
        'a template that is not closed': {
          outputs: { Text: { type: 'text' } },
          config: { template: '{{#open}}' },
        },
        'an output without a template': { config: {} },
      },
    })
  })

  test('command', async () => {
    const module = await import('../../src/providers/command/command.js')
    process.env.CONTRACT_KEY = SECRET
    await runProviderContract(module, {
      request: {
        inputs: { name: 'Ada' },
        outputs: { Text: { type: 'text' } },
        config: { command: 'printf', args: ['%s', '{{name}}'], env: ['CONTRACT_KEY'] },
      },
      slow: { config: { command: 'sleep', args: ['60'] } },
      refused: { 'a file of no output': { config: { command: 'true', files: { Other: 'x' } } } },
      large: {
        outputs: { Video: { type: 'video/mp4' } },
        config: { command: 'head', args: ['-c', String(SIZE_BYTES), '/dev/zero'] },
        sizeBytes: SIZE_BYTES,
        isStreamed: true,
      },
      secrets: [SECRET],
    })
  })
})

/** By check: what breaks it. A mistake may break several promises. */
const MISTAKES: Record<string, ProduceFunction> = {
  'makes every requested output of its type': filmProvider({ film: async () => 'no bytes'.length }),
  'leaves its config and its inputs as they are': filmProvider({
    check: ({ inputs }) => void Object.assign(inputs, { prompt: 'mine' }),
  }),
  'ends when it is aborted at once': filmProvider({ pause: ms => sleep(ms === 0 ? 0 : 3_000) }),
  'ends when it is aborted at work': filmProvider({
    // Looks at the signal only when it begins.
    pause: async (ms, { signal }) => {
      await new Promise(setImmediate)
      signal.throwIfAborted()
      await sleep(ms === 0 ? 0 : 3_000)
    },
  }),
  'is charged once for a job': filmProvider({
    submit: async (request, context) => {
      await steps.submit(request, {
        ...context,
        signal: context.signal,
        idempotencyKey: String(Math.random()),
      })
      return await steps.submit(request, context)
    },
  }),
  'is charged once for a job that is tried again': filmProvider({
    submit: (request, context) =>
      steps.submit(request, { ...context, signal: context.signal, idempotencyKey: String(Math.random()) }),
  }),
  'goes on from its checkpoint': filmProvider({
    id: async (request, context, submit) => {
      const id = await submit(request, {
        ...context,
        signal: context.signal,
        idempotencyKey: `${context.idempotencyKey} ${Date.now()} ${Math.random()}`,
      })
      await context.checkpoint({ id })
      return id
    },
  }),
  'says rate_limited when its service does': filmProvider({
    // An SDK that tries again by itself.
    submit: (request, context) =>
      steps.submit(request, context).catch(error => {
        if (error.code === 'rate_limited') return steps.submit(request, context)
        throw error
      }),
  }),
  'says overloaded when its service does': filmProvider({
    submit: (request, context) =>
      steps.submit(request, context).catch(error => {
        throw error.code === 'overloaded' ? new Error('503') : error
      }),
  }),
  'refuses a prompt that is no text': filmProvider({
    check: ({ inputs }) => void (inputs.prompt as string).toUpperCase(),
  }),
  'stores a large output whole, in small pieces': filmProvider({
    film: async ({ config }, context) =>
      await context.blob(new Uint8Array(Number(config.sizeBytes ?? 16)), 'video/mp4'),
  }),
  'keeps its secrets out of errors, log lines, notes, checkpoints and results': filmProvider({
    submit: (request, context) =>
      steps.submit(request, context).catch(error => {
        if (!(error instanceof ProviderError)) throw error
        throw new ProviderError(error.code, `refused ${request.config.apiKey}`)
      }),
  }),
}

describe('a mistake is found by its check', { timeout: 60_000 }, () => {
  test.each(Object.entries(MISTAKES))('%s', async (name, provider) => {
    expect(await broken(provider, await filmOptions())).toContain(name)
  })

  test('and every check has one', async () => {
    const names = providerContract(filmProvider(), await filmOptions()).map(({ name }) => name)
    const others = ['network', 'auth'].map(kind => `says ${kind} when its service does`)
    expect(names.filter(name => !others.includes(name)).sort()).toEqual(Object.keys(MISTAKES).sort())
  })
})

describe('the check of', () => {
  const only = async (
    part: string,
    provider: ProduceFunction,
    changed: Partial<ProviderContractOptions> = {},
  ) => {
    const checks = providerContract(provider, { ...(await filmOptions()), ...changed })
    await checks.find(({ name }) => name.includes(part))!.run()
  }

  test('the config sees what is changed in it', async () => {
    const provider = filmProvider({ check: ({ config }) => void Object.assign(config, { more: true }) })
    await expect(only('leaves its config', provider)).rejects.toThrow(/request.config/)
  })

  test('refusals takes a hang for what it is', async () => {
    const provider = filmProvider({
      check: ({ inputs }) => void inputs,
      pause: (_, { signal }) => sleep(60_000, undefined, { signal }),
    })
    await expect(only('refuses', provider, { timeoutMs: 50 })).rejects.toThrow(/timeout: /)
  })

  test('large outputs misses what is missing', async () => {
    const provider = filmProvider({ film: async (_, context) => await context.blob(pieces(16), 'video/mp4') })
    await expect(only('stores a large', provider)).rejects.toThrow(/16 of 67108864 bytes/)
  })

  test('checkpoints misses one', async () => {
    const provider = filmProvider({ id: (request, context, submit) => submit(request, context) })
    await expect(only('goes on', provider)).rejects.toThrow(/without a checkpoint/)
  })

  test.each([
    ['a log line', (text: string, { log }: ProduceContext) => log('info', text)],
    ['a note', (text: string, { progress }: ProduceContext) => progress(0.5, text)],
    ['a checkpoint', (text: string, context: ProduceContext) => void context.checkpoint({ text })],
  ])('secrets reads %s, in any form', async (_, say) => {
    for (const text of [SECRET, encodeURIComponent(SECRET), Buffer.from(SECRET).toString('base64')]) {
      const provider = filmProvider({
        pause: async (_ms, context) => say(`key ${text}`, context),
      })
      const failure = await only('secrets', provider).catch(error => error as Error)
      expect(failure?.message).toContain('[secret]')
      expect(failure?.message).not.toContain(text)
    }
  })

  test('secrets refuses one that the provider does not get', async () => {
    await expect(only('secrets', filmProvider(), { secrets: ['another key'] })).rejects.toThrow(/neither/)
  })
})

test('one error names all that failed', async () => {
  const run = runProviderContract(() => ({ outputs: {} }), {
    request: { outputs: { Text: { type: 'text' } } },
  })
  await expect(run).rejects.toThrow(
    /breaks 1 of 4 promises:\n- makes every requested output of its type: .*Text/,
  )
  await expect(run).rejects.toHaveProperty('errors.length', 1)
})

test('what is no provider is told at once', () => {
  const request = { outputs: { Text: { type: 'text' } } }
  expect(() => providerContract({ default: 5 } as never, { request })).toThrow(TypeError)
})
