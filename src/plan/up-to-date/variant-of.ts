import { parseAddress } from '../../model/artifact-address.js'
import { elementText, type JobId, producerOf } from '../../model/id.js'
import type { Plan } from '../plan.js'
import { unreadLoops } from './unread-loops.js'

/** What tells a job from others that are made from the same: its elements of loops that it does not read; mostly nothing. */
export type VariantOf = (job: JobId) => string

/** Where no jobs are variants of each other. */
export const NO_VARIANTS: VariantOf = () => ''

export function variantOf({ families, blueprint }: Plan): VariantOf {
  const unread = new Map(
    families.flatMap(({ producer }) => {
      const places = unreadLoops(producer, blueprint.loops)
      return places.length === 0 ? [] : [[producer.name as string, places] as const]
    }),
  )
  if (unread.size === 0) return NO_VARIANTS
  return job => {
    const elements = parseAddress(job)?.elements ?? []
    const places = unread.get(producerOf(job)) ?? []
    return places
      .flatMap(place => (elements[place] === undefined ? [] : elementText(elements[place])))
      .join(' ')
  }
}
