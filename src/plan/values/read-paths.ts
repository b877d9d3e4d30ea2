import type { Blueprint } from '../../blueprint/blueprint.js'
import { allReferences } from './artifact-read.js'

/** By output, parts of JSON values. */
export type ReadPaths = Readonly<Record<string, (string | number)[][]>>

/** By producer, what other producers read of its JSON: what a stand-in has to make up. */
export function readPaths(blueprint: Blueprint): ReadonlyMap<string, ReadPaths> {
  const paths = new Map<string, ReadPaths>()
  for (const consumer of blueprint.producers.values())
    for (const { reference } of allReferences(consumer)) {
      if (reference.type !== 'artifact' || reference.path.length === 0) continue
      const { producer, output, path } = reference
      const outputs = paths.get(producer) ?? {}
      paths.set(producer, { ...outputs, [output]: [...(outputs[output] ?? []), [...path]] })
    }
  return paths
}
