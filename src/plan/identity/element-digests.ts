import type { Blueprint } from '../../blueprint/blueprint.js'
import { canonicalJson, type JsonPath, type JsonValue, valueAt } from '../../model/json.js'
import { sha256 } from '../../model/sha256.js'
import { allReferences } from '../values/artifact-read.js'
import type { ElementDigests } from './align-elements.js'

/** The parts of a loop's elements that its producers read. */
export function pathsRead({ producers }: Blueprint, loop: string): readonly JsonPath[] {
  const paths = new Map<string, JsonPath>()
  for (const producer of producers.values())
    for (const { reference } of allReferences(producer))
      if (reference.type === 'element' && reference.loop === loop)
        paths.set(JSON.stringify(reference.path), reference.path)
  return [...paths.values()]
}

/** @param paths what jobs read of an element */
export function elementDigests(elements: readonly JsonValue[], paths: readonly JsonPath[]): ElementDigests {
  const whole = elements.map(element => sha256(canonicalJson(element)))
  if (paths.some(path => path.length === 0)) return { whole, read: whole }
  const read = elements.map(element =>
    sha256(canonicalJson(paths.map(path => valueAt(element, path) ?? null))),
  )
  return { whole, read }
}
