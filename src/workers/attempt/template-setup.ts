import type { JobTemplate } from '../../model/job.js'
import type { JsonObject } from '../../model/json.js'
import type { Redact } from './failure/plain-text.js'
import { freezeDeep } from './freeze-template.js'
import { redactor } from './secret/redact.js'
import { resolveSecrets } from './secret/resolve-secrets.js'

/** What all attempts of a template have in common. */
export interface TemplateSetup {
  /** With its secrets in place. */
  readonly config: JsonObject
  readonly redact: Redact
  /** Warnings that its jobs have logged already. */
  readonly told: Set<string>
  readonly storesBlobs: boolean
  /** A secret is missing. */
  readonly fault?: Error
}

/** Puts secrets in place; one that is missing fails the template's attempts, and not the thread. */
export function templateSetup({ config, outputs }: JobTemplate, baseFolder: string): TemplateSetup {
  const storesBlobs = Object.values(outputs).some(({ type }) => type.includes('/'))
  try {
    const resolved = resolveSecrets(config, { environment: process.env, folder: baseFolder })
    const redact = redactor(config, process.env, resolved.secrets)
    const told = new Set<string>()
    const whole = resolved.secrets.length > 0 ? freezeDeep(resolved.config) : config
    return { config: whole, redact, told, storesBlobs }
  } catch (error) {
    const redact = redactor(config, process.env)
    return { config, redact, told: new Set(), storesBlobs, fault: error as Error }
  }
}
