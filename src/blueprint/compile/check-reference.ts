import type { MistakeBook } from '../../diagnostics/mistake-book.js'
import type { Path } from '../../diagnostics/place.js'
import type { JsonPath } from '../../model/json.js'
import type { ArtifactReference, Reference } from '../blueprint.js'
import type { Bracket, ReferenceSyntax } from '../reference/reference-syntax.js'
import type { ReferenceUse } from '../reference/reference-use.js'
import { checkSelectors, howToSelect } from './check-selectors.js'
import type { Dependency } from './find-cycles.js'
import type { NameTable, OutputOutline, ProducerOutline } from './name-table.js'

type Syntax<Type extends ReferenceSyntax['type']> = ReferenceSyntax & { readonly type: Type }

/** Where a reference stands. */
export interface ReferencePlace {
  readonly path: Path
  /** Of its `${` in the text at `path`. */
  readonly offset: number
}

/** The producer that a reference stands in. */
export interface Consumer {
  readonly name: string
  /** `undefined`: declared with a mistake. */
  readonly loops: readonly string[] | undefined
}

/** Looks up the names of `${inputs.…}` and whether its path can lead anywhere. */
export function checkInputReference(
  book: MistakeBook,
  place: ReferencePlace,
  reference: Syntax<'input'>,
  inputs: NameTable['inputs'],
): boolean {
  if (!inputs) return false
  const { input, path, source } = reference
  if (!inputs.has(input)) {
    book.addUnknown(place.path, 'input', input, inputs.keys(), place.offset)
    return false
  }
  const type = inputs.get(input)
  if (path.length === 0 || type === undefined || type === 'json' || type === 'table') return true
  book.add(
    place.path,
    `${source}: input "${input}" is ${type}; only json and table have something inside.`,
    `\${inputs.${input}}`,
    place.offset,
  )
  return false
}

/** Checks the references of one producer: names, selectors, types. What is wrong is reported. */
export class ReferenceChecker {
  readonly #book: MistakeBook
  readonly #names: NameTable
  readonly #consumer: Consumer
  readonly #dependencies: Dependency[]

  /** References to artifacts that are right are added to `dependencies`. */
  constructor(book: MistakeBook, names: NameTable, consumer: Consumer, dependencies: Dependency[]) {
    this.#book = book
    this.#names = names
    this.#consumer = consumer
    this.#dependencies = dependencies
  }

  check(syntax: ReferenceSyntax, place: ReferencePlace, use: ReferenceUse): Reference | undefined {
    const reference = { ...syntax, isOptional: syntax.isOptional || use === 'exists' }
    switch (reference.type) {
      case 'input':
        return checkInputReference(this.#book, place, reference, this.#names.inputs) ? reference : undefined
      case 'index':
        return this.#runsIn(reference.loop, reference.source, place) ? reference : undefined
      case 'element':
        return this.#checkElement(reference, place)
      case 'artifact':
        return this.#checkArtifact(reference, place, use)
    }
  }

  #fail(place: ReferencePlace, message: string, suggestion?: string): undefined {
    this.#book.add(place.path, message, suggestion, place.offset)
    return undefined
  }

  #checkElement(reference: Syntax<'element'>, place: ReferencePlace): Reference | undefined {
    const { loop, source } = reference
    if (!this.#runsIn(loop, source, place)) return undefined
    const spec = this.#names.loops?.get(loop)
    if (spec?.type !== 'count') return reference
    return this.#fail(
      place,
      `${source}: loop "${loop}" counts, so it has no elements, only a number (from 0).`,
      `\${index.${loop}}`,
    )
  }

  #runsIn(loop: string, source: string, place: ReferencePlace): boolean {
    const { inputs, loops, producers } = this.#names
    if (!loops) return false
    if (!loops.has(loop)) {
      const producer = [...producers.keys()].find(name => name.toLowerCase() === loop.toLowerCase())
      if (inputs?.has(loop))
        this.#fail(place, `${source}: "${loop}" is an input.`, source.replace(loop, `inputs.${loop}`))
      else if (producer !== undefined)
        this.#fail(place, `${source}: there is no loop "${loop}".`, source.replace(loop, producer))
      else this.#book.addUnknown(place.path, 'loop', loop, loops.keys(), place.offset)
      return false
    }
    const { name, loops: own } = this.#consumer
    if (own === undefined) return false
    if (own.includes(loop)) return true
    this.#fail(
      place,
      `${source}: ${name} does not run in loop "${loop}". Add "loop: ${loop}" to ${name}, or use another value.`,
    )
    return false
  }

  #checkArtifact(
    syntax: Syntax<'artifact'>,
    place: ReferencePlace,
    use: ReferenceUse,
  ): Reference | undefined {
    const { producers } = this.#names
    const producer = producers.get(syntax.producer)
    if (!producer) {
      this.#book.addUnknown(place.path, 'producer', syntax.producer, producers.keys(), place.offset)
      return undefined
    }
    if (!producer.outputs) return undefined
    const output = producer.outputs.get(syntax.output)
    if (!output) {
      const what = `output of ${syntax.producer}`
      this.#book.addUnknown(place.path, what, syntax.output, producer.outputs.keys(), place.offset)
      return undefined
    }
    return this.#bind(syntax, producer, output, place, use)
  }

  #bind(
    syntax: Syntax<'artifact'>,
    producer: ProducerOutline,
    output: OutputOutline,
    place: ReferencePlace,
    use: ReferenceUse,
  ): Reference | undefined {
    const { loops } = this.#names
    if (!producer.loops || !output.loops || !loops || !this.#consumer.loops) return undefined
    // After an output come as many selectors as it has loops; further brackets go into its JSON.
    const outputBrackets = syntax.brackets.slice(0, output.loops.length)
    const steps = syntax.brackets.slice(output.loops.length).map(stepOf)
    const context = {
      consumer: { name: this.#consumer.name, loops: this.#consumer.loops },
      loops,
      isOptional: syntax.isOptional,
      isFanIn: [...syntax.selectors, ...outputBrackets].some(bracket => bracket.type === 'all'),
    }
    const jobs = checkSelectors(syntax.producer, syntax.selectors, producer.loops, context)
    const artifacts = checkSelectors(`${syntax.producer}.${syntax.output}`, outputBrackets, output.loops, {
      ...context,
      outer: { brackets: syntax.selectors, loops: producer.loops },
    })
    const faults = [...jobs.faults, ...artifacts.faults]
    if (jobs.isMiscounted || artifacts.isMiscounted)
      faults.push(howToSelect(syntax, producer.loops, output.loops, context.consumer.loops))
    const path = [...steps, ...syntax.path]
    faults.push(...pathFaults(path, output), ...typeFaults(output, use))
    if (faults.length > 0) return this.#fail(place, `${syntax.source}: ${faults.join('; ')}.`)
    const { brackets: _, ...rest } = syntax
    const reference: ArtifactReference = {
      ...rest,
      selectors: jobs.selectors,
      outputSelectors: artifacts.selectors,
      path: path as JsonPath,
    }
    this.#dependencies.push({ consumer: this.#consumer.name, reference, ...place })
    return reference
  }
}

/** `undefined` for a bracket that cannot go into JSON. */
function stepOf(bracket: Bracket): string | number | undefined {
  if (bracket.type === 'fixed') return bracket.index
  return bracket.type === 'key' ? bracket.key : undefined
}

function pathFaults(path: readonly (string | number | undefined)[], output: OutputOutline): string[] {
  const { name, type, loops } = output
  if (path.includes(undefined))
    return [
      loops?.length === 0
        ? `${name} is one artifact, not a list over a loop; into its JSON lead [0], ["key"] and .key`
        : `after its ${loops?.length} loop${loops?.length === 1 ? '' : 's'} only [0], ["key"] and .key can follow ${name}`,
    ]
  if (path.length === 0 || type === undefined || type === 'json') return []
  return [`${name} is ${type}; only json has something inside`]
}

function typeFaults({ name, type }: OutputOutline, use: ReferenceUse): string[] {
  if (!type?.includes('/')) return []
  if (use === 'text')
    return [`${name} is ${type}, and bytes do not fit into a text; pass it as a value of its own`]
  return use === 'test' ? [`${name} is ${type}; of bytes a condition can only ask "exists"`] : []
}
