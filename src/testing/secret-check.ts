import assert from 'node:assert/strict'
import { resolveSecrets } from '../workers/attempt/secret/resolve-secrets.js'
import type { ContractJob } from './contract-attempt.js'
import type { ContractCheck } from './contract-check.js'
import type { ContractSubject } from './contract-subject.js'
import { failuresOf } from './failure-checks.js'

/** Longest part of what was said that a message repeats. */
const QUOTE_CHARS = 200

/** The engine blanks out what it knows to be secret; here nothing is, so that a provider cannot rely on it. */
export function secretCheck(subject: ContractSubject): ContractCheck[] {
  const { secrets = [], refused = {}, service } = subject.options
  if (secrets.length === 0) return []
  return [
    {
      name: 'keeps its secrets out of errors, log lines, notes, checkpoints and results',
      async run() {
        for (const secret of secrets) assertPlanted(secret, subject)
        const listen = async (job: ContractJob) => {
          const outcome = await job.run()
          assertSilent([...job.words, JSON.stringify(outcome)], secrets)
        }
        await listen(subject.job())
        for (const request of Object.values(refused)) await listen(subject.job(request))
        for (const kind of failuresOf(subject)) {
          await service!.failNext!(kind)
          await listen(subject.job())
        }
      },
    },
  ]
}

/** A secret that the provider does not get could not be told. */
function assertPlanted(secret: string, { options: { request } }: ContractSubject): void {
  const { config = {}, baseFolder = process.cwd() } = request
  const resolved = resolveSecrets(config, { environment: process.env, folder: baseFolder })
  const isThere =
    JSON.stringify(resolved.config).includes(secret) || Object.values(process.env).includes(secret)
  assert.ok(isThere, 'One of options.secrets is neither in request.config nor in an environment variable.')
}

function assertSilent(texts: readonly string[], secrets: readonly string[]): void {
  const forms = secrets.flatMap(formsOf)
  for (const text of texts) {
    const found = forms.find(form => text.includes(form))
    if (found === undefined) continue
    const clean = text.replaceAll(found, '[secret]').slice(0, QUOTE_CHARS)
    assert.fail(`It repeated a secret: ${clean}`)
  }
}

/** A secret as it may stand in a header, a URL or a quoted text. */
function formsOf(secret: string): string[] {
  const base64 = Buffer.from(secret).toString('base64')
  return [...new Set([secret, base64, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)])]
}
