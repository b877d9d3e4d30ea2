import type { Blueprint, ProducerSpec, Template } from '../blueprint/blueprint.js'
import { unknownNameText } from '../diagnostics/unknown-name.js'
import { ShowrunnerError } from '../model/error/error.js'
import type { JsonValue } from '../model/json.js'
import type { ProbeOfProducer } from './probe-request.js'

type Choice = Pick<ProbeOfProducer, 'producer' | 'model' | 'with'>

/**
 * The blueprint with what a probe puts in place of a producer's own: its model, and inputs by name, which are added
 * to those that it has. Pure.
 * @throws ShowrunnerError `USAGE_INVALID` when it is not said which producer
 */
export function withOverrides(blueprint: Blueprint, choice: Choice): Blueprint {
  const producer = probedProducer(blueprint, choice.producer)
  const { model = producer.model, with: given = {} } = choice
  const literals = Object.entries(given).map(([name, value]): [string, Template] => [
    name,
    { type: 'literal', value: value as JsonValue },
  ])
  const changed = { ...producer, model, spares: [], with: new Map([...producer.with, ...literals]) }
  return { ...blueprint, producers: new Map([...blueprint.producers, [producer.name, changed]]) }
}

/**
 * The producer of this name, or the only one.
 * @throws ShowrunnerError `USAGE_INVALID`
 */
export function probedProducer({ producers }: Blueprint, name: string | undefined): ProducerSpec {
  const names = [...producers.keys()]
  const found = producers.get(name ?? (names.length === 1 ? names[0]! : ''))
  if (found !== undefined) return found
  const problem =
    name === undefined
      ? `Say which producer to probe (--producer): ${names.join(', ')}.`
      : unknownNameText('producer', name, names)
  throw new ShowrunnerError('USAGE_INVALID', problem, {
    details: { producers: names },
  })
}
