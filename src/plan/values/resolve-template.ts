import type { ElementReference, Reference, Template } from '../../blueprint/blueprint.js'
import { rowPart } from '../../blueprint/inputs/table.js'
import { canonicalJson, type JsonValue, valueAt } from '../../model/json.js'
import type { BlobRef } from '../../model/movie/event.js'
import type { InputValue } from '../../model/provider/provider.js'
import type { ValueLoad } from '../../model/provider/value-load.js'
import type { Block } from '../geometry/block.js'
import type { Family } from '../geometry/family.js'
import { selectJob, selectJobs } from '../geometry/select-jobs.js'
import { selectAll, selectOne } from '../geometry/selection.js'
import { inputPart } from '../inputs/input-part.js'
import type { Plan } from '../plan.js'
import {
  ABSENT,
  type ContentHash,
  type ContentKind,
  contentHash,
  listHash,
  objectHash,
} from '../up-to-date/content-hash.js'
import type { ArtifactRead } from './artifact-read.js'
import type { ArtifactSource } from './artifact-source.js'

export interface ResolvedValue {
  /** `undefined`: absent. */
  readonly value: InputValue | undefined
  readonly hash: ContentHash
}

const NOTHING: ResolvedValue = { value: undefined, hash: ABSENT }

/** Most jobs load nothing and lack nothing. */
const NONE: readonly never[] = []

/** Reads the templates of one job. What it could not read yet is gathered in `missing`. */
export class TemplateResolver {
  #missing: BlobRef[] | undefined
  #loads: ValueLoad[] | undefined
  #absent: string[] | undefined
  /** Of the blobs that the job gets. */
  blobBytes = 0
  fileCount = 0
  readonly #plan: Plan
  readonly #source: ArtifactSource
  readonly #family: Family
  readonly #indices: readonly number[]

  constructor(plan: Plan, source: ArtifactSource, family: Family, indices: readonly number[]) {
    this.#plan = plan
    this.#source = source
    this.#family = family
    this.#indices = indices
  }

  /** Large values that must be loaded before the job can be resolved. */
  get missing(): readonly BlobRef[] {
    return this.#missing ?? NONE
  }

  /** Large values that are passed whole; the worker reads them into its inputs. */
  get loads(): readonly ValueLoad[] {
    return this.#loads ?? NONE
  }

  /** References without `?` to a part that a JSON value does not have. */
  get absent(): readonly string[] {
    return this.#absent ?? NONE
  }

  /** `path`: where the value goes in the inputs, so that the worker can load it; `undefined`: load it here. */
  resolve(template: Template, path: (string | number)[] | undefined): ResolvedValue {
    switch (template.type) {
      case 'literal':
        return { value: template.value, hash: contentHash(template.value) }
      case 'reference':
        return this.#reference(template.reference, path)
      case 'text': {
        let text = ''
        for (const part of template.parts)
          text += typeof part === 'string' ? part : textOf(this.#reference(part, undefined).value)
        return { value: text, hash: contentHash(text) }
      }
      case 'list': {
        const items = template.items.map((item, at) => this.resolve(item, path && [...path, at]))
        return { value: items.map(item => item.value ?? null), hash: listHash(items.map(item => item.hash)) }
      }
      case 'object': {
        const entries = template.entries.map(
          ([name, item]) => [name, this.resolve(item, path && [...path, name])] as const,
        )
        return {
          value: Object.fromEntries(
            entries.flatMap(([name, { value }]) => (value === undefined ? [] : [[name, value]])),
          ),
          hash: objectHash(entries.map(([name, { hash }]) => [name, hash])),
        }
      }
    }
  }

  #reference(reference: Reference, path: (string | number)[] | undefined): ResolvedValue {
    switch (reference.type) {
      case 'input':
        return plain(inputPart(this.#plan.inputs, reference))
      case 'index':
        return plain(this.#indexOf(reference.loop))
      case 'element':
        return this.#element(reference)
      case 'artifact': {
        const read = this.#plan.readOf.get(reference)!
        return read.isFanIn ? this.#list(read, path) : this.#single(read, path)
      }
    }
  }

  #element(reference: ElementReference): ResolvedValue {
    const dimension = this.#family.producer.loops.indexOf(reference.loop)
    const list = this.#family.listAt(dimension, this.#indices)
    const part = list?.elements && rowPart(list.elements, this.#indices[dimension]!, reference.path)
    if (part === undefined && !reference.isOptional) this.#lack(reference.source)
    return plain(part)
  }

  #lack(source: string): void {
    this.#absent ??= []
    this.#absent.push(source)
  }

  #indexOf(loop: string): number {
    return this.#indices[this.#family.producer.loops.indexOf(loop)]!
  }

  #single(read: ArtifactRead, path: (string | number)[] | undefined): ResolvedValue {
    const job = selectJob(read.producer, read.jobs, this.#indices)
    if (job === -1) return NOTHING
    const { extents } = read.producer.blockOf(job).outputs[read.output]!
    const index = selectOne(read.artifacts, extents, this.#indices)
    return index === -1 ? NOTHING : this.#artifact(read, job, index, path)
  }

  #list(read: ArtifactRead, path: (string | number)[] | undefined): ResolvedValue {
    const values: InputValue[] = []
    const hashes: ContentHash[] = []
    let indices: readonly number[] = []
    let known: Block | undefined
    for (const job of selectJobs(read.producer, read.jobs, this.#indices)) {
      const block = read.producer.blockOf(job)
      if (block !== known)
        indices = selectAll(read.artifacts, block.outputs[read.output]!.extents, this.#indices)
      known = block
      for (const index of indices) {
        const { value, hash } = this.#artifact(read, job, index, path && [...path, values.length])
        if (value === undefined) continue
        values.push(value)
        hashes.push(hash)
      }
    }
    return { value: values, hash: listHash(hashes) }
  }

  #artifact(
    read: ArtifactRead,
    job: number,
    index: number,
    path: (string | number)[] | undefined,
  ): ResolvedValue {
    const { producer, reference } = read
    if (this.#source.endOf(job) !== 'made') return NOTHING
    const block = producer.blockOf(job)
    const output = block.outputs[read.output]!
    const slot = block.firstArtifactOf(job) + output.offset + index
    if (!this.#source.hasArtifact(slot)) return NOTHING
    const blob = this.#source.artifactBlob(slot)
    const kind = kindOf(output.spec.type)
    const wholeHash = () => kind + this.#source.artifactHash(slot)
    if (blob && kind === 'b') {
      this.blobBytes += blob.sizeBytes
      this.fileCount++
      return { value: blob, hash: wholeHash() }
    }
    if (blob && path && reference.path.length === 0) {
      this.#loads ??= []
      this.#loads.push({ path, blob })
      this.blobBytes += blob.sizeBytes
      return { value: null, hash: wholeHash() }
    }
    const value = blob ? this.#source.loadedValue(blob.hash) : this.#source.artifactValue(slot)
    if (blob && value === undefined) {
      this.#missing ??= []
      this.#missing.push(blob)
      return { value: null, hash: ABSENT }
    }
    if (reference.path.length === 0) return { value, hash: wholeHash() }
    const part = valueAt(value, reference.path)
    if (part === undefined && !read.isOptional) this.#lack(reference.source)
    return plain(part)
  }
}

function plain(value: JsonValue | undefined): ResolvedValue {
  return value === undefined ? NOTHING : { value, hash: contentHash(value) }
}

function kindOf(outputType: string): ContentKind {
  if (outputType === 'text') return 't'
  return outputType.includes('/') ? 'b' : 'j'
}

/** A value inside a text: strings as they are, lists line by line, other JSON canonically, absent as nothing. */
function textOf(value: InputValue | undefined): string {
  if (value === undefined || value === null) return ''
  if (typeof value === 'string') return value
  if (Array.isArray(value)) return value.map(textOf).join('\n')
  return canonicalJson(value as JsonValue)
}
