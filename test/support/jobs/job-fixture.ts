import { readdirSync } from 'node:fs'
import type { JobAssignment, JobTemplate, ProviderCode } from '../../../src/model/job.js'
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

const PROVIDERS = new URL('../providers/', import.meta.url)

/** File URLs of the modules in `test/support/providers`, by name. */
export const fixtureModules: Readonly<Record<string, string>> = Object.fromEntries(
  readdirSync(PROVIDERS)
    .filter(file => file.endsWith('.mjs'))
    .map(file => [file.replace(/\.mjs$/, ''), new URL(file, PROVIDERS).href]),
)

/** A module in `test/support/providers`. */
export const providerFixture = (name: string): ProviderCode => ({ type: 'module', name })

/** A provider of this package. */
export const builtin = (name: string): ProviderCode => ({ type: 'module', name, builtin: name })
