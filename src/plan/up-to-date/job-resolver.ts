import type { ProducerSpec, Template } from '../../blueprint/blueprint.js'
import { canonicalJson } from '../../model/json.js'
import type { BlobRef } from '../../model/movie/event.js'
import type { InputValue } from '../../model/provider/provider.js'
import { sha256 } from '../../model/sha256.js'
import { type Family, indicesOf } from '../geometry/family.js'
import type { Plan } from '../plan.js'
import type { ArtifactSource } from '../values/artifact-source.js'
import { TemplateResolver } from '../values/resolve-template.js'
import { ABSENT, digestOf } from './content-hash.js'
import { hashedSettings, type ResultSettings } from './settings-parts.js'

export type SettingsOf = (producer: ProducerSpec) => ResultSettings

export interface ResolvedJob {
  readonly indices: readonly number[]
  readonly inputs: Record<string, InputValue>
  readonly loads: readonly { path: readonly (string | number)[]; blob: BlobRef }[]
  readonly inputsHash: string
  /** References without `?` to a part that a JSON value does not have: the job cannot run. */
  readonly absent: readonly string[]
  /** See `JobSucceeded.inputs`; `(settings)` stands for the provider's set-up. */
  readonly digests: string
  /** Blobs among the inputs, those in `loads` too. */
  readonly blobBytes: number
  /** Of them, those that the provider gets as files. */
  readonly fileCount: number
}

export type Resolution =
  | { readonly state: 'resolved'; readonly job: ResolvedJob }
  /** These blobs must be loaded first. */
  | { readonly state: 'missing'; readonly blobs: readonly BlobRef[] }

/** The digest that stands for provider, model, version, config and output types. */
export const SETTINGS_DIGEST = '(settings)'
/** The digest that stands for the provider's code, where something is known of it. */
export const CODE_DIGEST = '(code)'

interface InputTemplate {
  readonly name: string
  /** The name as it stands in the digests. */
  readonly label: string
  readonly template: Template
}

function inputTemplates(producer: ProducerSpec): InputTemplate[] {
  return [...producer.with]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, template]) => ({ name, label: labelOf(name), template }))
}

/** Half a surrogate pair, which a name may hold, cannot be percent-encoded: it is replaced. */
const labelOf = (name: string): string => encodeURIComponent(Buffer.from(name).toString())

export interface InputResolver {
  resolve(family: Family, job: number): Resolution
}

/** Computes the inputs of jobs, and the hash that says whether a job has to run again. */
export class JobResolver implements InputResolver {
  readonly #plan: Plan
  readonly #source: ArtifactSource
  /** By family. */
  readonly #settings: readonly { hash: string; digests: string }[]
  /** By family, sorted by name. */
  readonly #inputs: readonly (readonly InputTemplate[])[]

  constructor(plan: Plan, source: ArtifactSource, settingsOf: SettingsOf) {
    this.#plan = plan
    this.#source = source
    this.#settings = plan.families.map(family => settingsHash(family, settingsOf(family.producer)))
    this.#inputs = plan.families.map(family => inputTemplates(family.producer))
  }

  /** What decides about the results of a family's jobs, besides their inputs. */
  settingsOf(family: Family): string {
    return this.#settings[family.index]!.hash
  }

  resolve(family: Family, job: number): Resolution {
    const indices = indicesOf(job - family.firstJob, family.extents)
    const resolver = new TemplateResolver(this.#plan, this.#source, family, indices)
    const settings = this.#settings[family.index]!
    const inputs: Record<string, InputValue> = {}
    let { digests } = settings
    let text = settings.hash
    for (const { name, label, template } of this.#inputs[family.index]!) {
      const { value, hash } = resolver.resolve(template, [name])
      if (value !== undefined) inputs[name] = value
      digests += ` ${label}:${digestOf(hash)}`
      if (hash !== ABSENT) text += `\n${name}:${hash}`
    }
    if (resolver.missing.length > 0) return { state: 'missing', blobs: resolver.missing }
    return {
      state: 'resolved',
      job: {
        indices,
        inputs,
        loads: resolver.loads,
        inputsHash: sha256(text),
        absent: resolver.absent,
        digests,
        blobBytes: resolver.blobBytes,
        fileCount: resolver.fileCount,
      },
    }
  }
}

function settingsHash(family: Family, settings: ResultSettings): { hash: string; digests: string } {
  const text = canonicalJson(hashedSettings(family, settings))
  const hash = sha256(text)
  const code = settings.code === undefined ? '' : ` ${CODE_DIGEST}:${settings.code}`
  return { hash, digests: `${SETTINGS_DIGEST}:${hash.slice(0, 8)}${code}` }
}
