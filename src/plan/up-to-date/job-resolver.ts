import type { ProducerSpec, Template } from '../../blueprint/blueprint.js'
import { canonicalJson } from '../../model/json.js'
import type { InputValue } from '../../model/provider/provider.js'
import { sha256 } from '../../model/sha256.js'
import type { OutputShape } from '../geometry/block.js'
import type { Family } from '../geometry/family.js'
import type { Plan } from '../plan.js'
import type { ArtifactSource } from '../values/artifact-source.js'
import { TemplateResolver } from '../values/resolve-template.js'
import { ABSENT, CODE_DIGEST, digestOf, SETTINGS_DIGEST } from './content-hash.js'
import type { InputResolver, Resolution, ResolvedTarget } from './resolved-job.js'
import { hashedSettings, type ResultSettings, type SettingsOf } from './settings-parts.js'

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

/** Computes the inputs of jobs, and the hash that says whether a job has to run again. */
export class JobResolver implements InputResolver {
  readonly #plan: Plan
  readonly #source: ArtifactSource
  /** By family, of each that may answer. */
  readonly #settings: readonly (readonly HashedSettings[])[]
  /** Of families whose outputs are spread over lists that differ, by what a block's outputs are. */
  readonly #settingsByShape = new Map<readonly OutputShape[], readonly HashedSettings[]>()
  readonly #settingsOf: SettingsOf
  /** By family, sorted by name. */
  readonly #inputs: readonly (readonly InputTemplate[])[]

  constructor(plan: Plan, source: ArtifactSource, settingsOf: SettingsOf) {
    this.#plan = plan
    this.#source = source
    this.#settingsOf = settingsOf
    this.#settings = plan.families.map(family =>
      settingsHashes(family, settingsOf(family.producer), family.whole?.outputs),
    )
    this.#inputs = plan.families.map(family => inputTemplates(family.producer))
  }

  /** What decides about the results of a family's jobs, besides their inputs. @param place of who answers */
  settingsOf(family: Family, place = 0): string {
    return this.#settings[family.index]![place]!.hash
  }

  #settingsFor(family: Family, job: number): readonly HashedSettings[] {
    if (!family.varies || family.outputDimensions.every(({ dimensions }) => dimensions.length === 0))
      return this.#settings[family.index]!
    const { outputs } = family.blockOf(job)
    let settings = this.#settingsByShape.get(outputs)
    if (settings === undefined) {
      settings = settingsHashes(family, this.#settingsOf(family.producer), outputs)
      this.#settingsByShape.set(outputs, settings)
    }
    return settings
  }

  resolve(family: Family, job: number): Resolution {
    const indices = family.indicesOf(job)
    const resolver = new TemplateResolver(this.#plan, this.#source, family, indices)
    const settings = this.#settingsFor(family, job)
    const inputs: Record<string, InputValue> = {}
    let digests = ''
    let text = ''
    for (const { name, label, template } of this.#inputs[family.index]!) {
      const { value, hash } = resolver.resolve(template, [name])
      if (value !== undefined) inputs[name] = value
      digests += ` ${label}:${digestOf(hash)}`
      if (hash !== ABSENT) text += `\n${name}:${hash}`
    }
    if (resolver.missing.length > 0) return { state: 'missing', blobs: resolver.missing }
    const names = family.namesOf(indices)
    const [first] = settings
    return {
      state: 'resolved',
      job: {
        indices,
        ...(names !== indices && { names }),
        inputs,
        loads: resolver.loads,
        inputsHash: sha256(first!.hash + text),
        absent: resolver.absent,
        digests: first!.digests + digests,
        code: first!.code,
        blobBytes: resolver.blobBytes,
        fileCount: resolver.fileCount,
        ...(settings.length > 1 && {
          targets: settings.map(
            (of): ResolvedTarget => ({
              inputsHash: sha256(of.hash + text),
              digests: of.digests + digests,
              code: of.code,
            }),
          ),
        }),
      },
    }
  }
}

interface HashedSettings {
  readonly hash: string
  readonly digests: string
  readonly code: string | undefined
}

const settingsHashes = (
  family: Family,
  settings: ResultSettings,
  outputs: readonly OutputShape[] | undefined,
): readonly HashedSettings[] =>
  [settings, ...(settings.spares ?? [])].map(each => settingsHash(family, each, outputs))

function settingsHash(
  family: Family,
  settings: ResultSettings,
  outputs: readonly OutputShape[] | undefined,
): HashedSettings {
  const text = canonicalJson(hashedSettings(family, settings, outputs))
  const hash = sha256(text)
  const code = settings.code === undefined ? '' : ` ${CODE_DIGEST}:${settings.code}`
  return { hash, digests: `${SETTINGS_DIGEST}:${hash.slice(0, 8)}${code}`, code: settings.code }
}
