import type { JobAssignment, JobTemplate, ProviderSource } from '../../../src/model/job.js'
import type { InputValue } from '../../../src/model/provider/provider.js'

let templateCount = 0

/** A template with the defaults that most tests share. */
export function jobTemplate(overrides: Partial<JobTemplate> = {}): JobTemplate {
  return {
    templateId: ++templateCount,
    movieId: 'test',
    producer: 'Clip',
    provider: providerFixture('faulty'),
    model: undefined,
    config: {},
    baseFolder: '/',
    loops: ['row'],
    outputs: { Text: { type: 'text' } },
    timeoutMs: 20_000,
    ...overrides,
  }
}

export function assignment(
  job: number,
  inputs: Record<string, InputValue> = {},
  overrides: Partial<JobAssignment> = {},
): JobAssignment {
  return {
    job,
    attempt: 1,
    indices: [job],
    inputs,
    inputsHash: `hash-${job}`,
    generation: 0,
    ...overrides,
  }
}

/** A module below `test/support/providers`. */
export function providerFixture(name: string): ProviderSource {
  const specifier = new URL(`../providers/${name}.mjs`, import.meta.url).href
  return { type: 'module', name, specifier }
}

/** A provider of this package. */
export function builtin(name: string): ProviderSource {
  return { type: 'module', name, specifier: new URL(`../../../dist/thread/${name}.js`, import.meta.url).href }
}
