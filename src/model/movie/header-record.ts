import { roundCost, roundedCosts } from '../provider/price.js'
import { expansionKey } from './expansion.js'
import type { ManifestHeader } from './manifest.js'
import type { MovieState } from './movie-state.js'

type HeaderRecord = Pick<
  ManifestHeader,
  'costUsd' | 'costsUsd' | 'uncertainCostsUsd' | 'rejections' | 'lists'
>

/** What all attempts have cost, and the lists that jobs have made, as a manifest holds them. */
export function headerRecord(state: MovieState): HeaderRecord {
  const costsUsd = roundedCosts(state.costsUsd)
  const uncertainCostsUsd = roundedCosts(state.uncertainCostsUsd)
  return {
    costUsd: roundCost(state.costUsd),
    ...(costsUsd && { costsUsd }),
    ...(uncertainCostsUsd && { uncertainCostsUsd }),
    ...(state.rejections.size > 0 && { rejections: Object.fromEntries(state.rejections) }),
    ...(state.expansions.size > 0 && { lists: [...state.expansions.values()] }),
  }
}

/** Takes what a manifest says of runs and costs over. */
export function restoreHeader(
  state: MovieState,
  header: HeaderRecord & Pick<ManifestHeader, 'lastRun'>,
): void {
  const { lastRun, lists = [], costUsd, costsUsd = {}, uncertainCostsUsd = {}, rejections = {} } = header
  for (const [producer, count] of Object.entries(rejections)) state.rejections.set(producer, count)
  for (const list of lists) state.expansions.set(expansionKey(list.loop, list.parents), list)
  state.lastRun = lastRun
  state.costUsd = costUsd
  for (const [producer, dollars] of Object.entries(costsUsd)) state.costsUsd.set(producer, dollars)
  for (const [producer, dollars] of Object.entries(uncertainCostsUsd))
    state.uncertainCostsUsd.set(producer, dollars)
}
