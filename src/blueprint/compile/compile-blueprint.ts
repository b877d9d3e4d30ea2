import type { MistakeBook } from '../../diagnostics/mistake-book.js'
import { checkKeys, readKey, readMapping, readShape } from '../../diagnostics/read-shape.js'
import { isJsonObject, type JsonObject, type JsonValue } from '../../model/json.js'
import { shown } from '../../model/text/shown-value.js'
import type { Blueprint, InputSpec, LoopSpec, ProducerSpec, StopSpec } from '../blueprint.js'
import { BlueprintError } from '../blueprint-error.js'
import { blueprintSchema } from '../blueprint-schema.js'
import { normalDefinition } from '../normal-definition.js'
import { readDefinition } from '../read-definition.js'
import { stopSchema } from '../stop-schema.js'
import type { BlueprintShape } from '../typing/blueprint-shape.js'
import { checkCycles } from './check-cycles.js'
import { compileInputs } from './compile-inputs.js'
import { compileProducer } from './compile-producer.js'
import type { Dependency } from './find-cycles.js'
import { bindLoops } from './loops/bind-loops.js'
import { checkLoopNesting, listDependencies, untilDependencies } from './loops/check-loop-nesting.js'
import { compileLoops, type LoopDrafts } from './loops/compile-loops.js'
import type { NameTable } from './name-table.js'
import { outlineProducers } from './outline-producers.js'
import { checkReviewCircles } from './quality/check-review-circles.js'

/**
 * Checks a blueprint and parses everything in it. Accepts YAML or JSON text, or the definition as an object.
 * @throws BlueprintError with every mistake, each with its line and column where there is a text
 */
export function compileBlueprint(
  source: string | BlueprintShape,
  options: { readonly file?: string | undefined } = {},
): Blueprint {
  const { value, book } = readDefinition(source, options.file)
  const blueprint = value === undefined ? undefined : compile(book, value)
  if (!blueprint) throw new BlueprintError(book.list(), book.count)
  return blueprint
}

/** `undefined` only after a mistake. */
function compile(book: MistakeBook, definition: JsonValue): Blueprint | undefined {
  if (!isJsonObject(definition)) {
    book.add([], `A blueprint is a mapping with name and producers, got ${shown(definition)}.`)
    return undefined
  }
  checkKeys(book, definition, [], blueprintSchema.shape)
  const name = compileName(book, definition)
  const description = readKey(book, definition, [], 'description', blueprintSchema.shape.description)
  const stop =
    definition.stop === undefined ? undefined : readShape(book, definition.stop, ['stop'], stopSchema.shape)
  const inputSection = readSection(book, definition, 'inputs')
  const inputs = inputSection && compileInputs(book, inputSection)
  const inputTypes = inputs && new Map([...inputs].map(([input, spec]) => [input, spec?.type]))
  const loopSection = readSection(book, definition, 'loops')
  const drafts = loopSection && compileLoops(book, loopSection, inputTypes)
  const { producers, loops } = compileProducers(book, definition, { inputs: inputTypes, drafts })
  if (!book.isEmpty || name === undefined) return undefined
  return {
    name,
    description,
    stop: stop as StopSpec | undefined,
    inputs: inputs as ReadonlyMap<string, InputSpec>,
    loops: loops as ReadonlyMap<string, LoopSpec>,
    producers,
    definition: normalDefinition(definition),
  }
}

function compileName(book: MistakeBook, definition: JsonObject): string | undefined {
  const { name } = definition
  const schema = blueprintSchema.shape.name
  if (typeof name !== 'string') return readKey(book, definition, [], 'name', schema)
  if (schema.safeParse(name).success) return name
  const repaired = name
    .slice(0, 1_000)
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
  book.add(
    ['name'],
    `${shown(name)} is no name for a blueprint: 1 to 63 small letters, digits and hyphens, starting with a letter or digit.`,
    schema.safeParse(repaired).success ? repaired : undefined,
  )
  return undefined
}

function readSection(book: MistakeBook, definition: JsonObject, key: string): JsonObject | undefined {
  const section = definition[key]
  return section === undefined ? {} : readMapping(book, section, [key])
}

/**
 * First the names, loops and outputs of all, then where the loops have their lists from, then what reads the outputs,
 * then how they wait for each other.
 */
function compileProducers(
  book: MistakeBook,
  definition: JsonObject,
  { inputs, drafts }: { readonly inputs: NameTable['inputs']; readonly drafts: LoopDrafts | undefined },
): { readonly producers: ReadonlyMap<string, ProducerSpec>; readonly loops: NameTable['loops'] } {
  const outlined = outlineProducers(book, definition, drafts)
  const producers = new Map(outlined.map(outline => [outline.name, outline]))
  const loops = drafts && bindLoops(book, drafts, producers)
  const names = { inputs, loops, producers }
  const dependencies: Dependency[] = []
  for (const outline of outlined) {
    checkLoopNesting(book, outline.name, outline, loops)
    dependencies.push(...listDependencies(outline.name, outline, loops))
  }
  const specs = outlined.flatMap(({ name, mapping }) =>
    mapping ? [[name, compileProducer(book, names, name, mapping, dependencies)] as const] : [],
  )
  checkCycles(book, [...dependencies, ...untilDependencies(dependencies, names)])
  const compiled = new Map(specs)
  checkReviewCircles(book, compiled, dependencies)
  return { producers: compiled, loops }
}
