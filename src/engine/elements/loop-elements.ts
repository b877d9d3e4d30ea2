import type { ListReference, LoopSpec } from '../../blueprint/blueprint.js'
import { parseBlobValue } from '../../coordinator/parse-blob-value.js'
import type { MovieId } from '../../model/id.js'
import { type JsonValue, valueAt } from '../../model/json.js'
import type { MovieState } from '../../model/movie/movie-state.js'
import { forEachParents } from '../../plan/geometry/for-each-parents.js'
import { sourceOf } from '../../plan/geometry/known-lists.js'
import type { Store } from '../../storage/store.js'
import type { MovieLayout } from '../movie/movie-layout.js'
import { recordedElements } from '../movie/recorded-elements.js'

/** An element of a loop. */
export interface LoopElement {
  /** Its place in each loop around it, outermost first, and in its own list. */
  readonly indices: readonly number[]
  /** Undefined where the loop only counts, and where nobody has kept what the list was. */
  readonly element: JsonValue | undefined
}

interface ElementSource {
  readonly store: Store
  readonly movieId: MovieId
  readonly layout: MovieLayout
  readonly movie: MovieState
}

/** The elements of a loop in the last run, list by list: those of inputs as its record has them, others as jobs have made them. */
export async function* loopElements(
  source: ElementSource,
  loop: LoopSpec,
): AsyncGenerator<LoopElement, void, undefined> {
  const of = sourceOf(loop)
  const { lists } = source.layout.geometry
  const lengthIn = (parents: readonly number[]) => lists.get(loop.name)!.at(parents)?.length ?? 0
  if (typeof of === 'number' || of.type === 'input') {
    yield* ofRecord(source, loop, lengthIn([]))
    return
  }
  if (of.type === 'element') {
    for await (const { indices, element } of loopElements(source, source.layout.loops.get(of.loop)!))
      yield* inList(indices, lengthIn(indices), element === undefined ? undefined : valueAt(element, of.path))
    return
  }
  const parents: (readonly number[])[] = []
  forEachParents(lists, loop, indices => parents.push(indices))
  for (const indices of parents)
    yield* inList(indices, lengthIn(indices), await madeList(source, loop, of, indices))
}

async function* ofRecord(
  { store, movieId, layout }: ElementSource,
  loop: LoopSpec,
  length: number,
): AsyncGenerator<LoopElement, void, undefined> {
  const elements = recordedElements(store, movieId, layout.runId, loop)
  try {
    for (let index = 0; index < length; index++)
      yield { indices: [index], element: (await elements.next()).value as JsonValue | undefined }
  } finally {
    // It has the record open until then.
    await elements.return()
  }
}

function* inList(
  parents: readonly number[],
  length: number,
  list: JsonValue | undefined,
): Iterable<LoopElement> {
  for (let index = 0; index < length; index++)
    yield { indices: [...parents, index], element: Array.isArray(list) ? list[index] : undefined }
}

async function madeList(
  { store, movieId, layout, movie }: ElementSource,
  loop: LoopSpec,
  { producer, output, path }: Extract<ListReference, { type: 'artifact' }>,
  parents: readonly number[],
): Promise<JsonValue | undefined> {
  const family = layout.families.find(each => each.producer.name === producer)!
  const at = (loops: readonly string[]) => loops.map(name => parents[loop.parents.indexOf(name)]!)
  const job = family.jobAt(at(family.producer.loops))
  if (job === -1) return undefined
  const block = family.blockOf(job)
  const { spec, extents, offset } = block.outputs.find(each => each.spec.name === output)!
  const place = at(spec.loops).reduce((sum, index, dimension) => sum * extents[dimension]! + index, 0)
  const made = movie.artifact(block.firstArtifactOf(job) + offset + place)
  if (made === undefined) return undefined
  const { blob } = made
  const value = blob ? parseBlobValue(blob, await store.blobs(movieId).read(blob)) : made.value
  return valueAt(value ?? null, path)
}
