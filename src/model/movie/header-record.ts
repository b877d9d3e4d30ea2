import { roundCost, roundedCosts } from '../provider/price.js'
import type { ManifestHeader } from './manifest.js'
import type { MovieState } from './movie-state.js'

type HeaderRecord = Pick<
  ManifestHeader,
  'costUsd' | 'costsUsd' | 'uncertainCostsUsd' | 'services' | 'rejections'
>

/** What all attempts have cost, as a manifest holds it. */
export function headerRecord(state: MovieState): HeaderRecord {
  const costsUsd = roundedCosts(state.costsUsd)
  const uncertainCostsUsd = roundedCosts(state.uncertainCostsUsd)
  return {
    costUsd: roundCost(state.costUsd),
    ...(costsUsd && { costsUsd }),
    ...(uncertainCostsUsd && { uncertainCostsUsd }),
    ...(state.serviceUses.size > 0 && { services: Object.fromEntries(state.serviceUses) }),
    ...(state.rejections.size > 0 && { rejections: Object.fromEntries(state.rejections) }),
  }
}

/** Takes what a manifest says of runs and costs over. */
export function restoreHeader(
  state: MovieState,
  header: HeaderRecord & Pick<ManifestHeader, 'lastRun'>,
): void {
  const { lastRun, costUsd, costsUsd = {}, uncertainCostsUsd = {}, services = {}, rejections = {} } = header
  for (const [producer, uses] of Object.entries(services)) state.serviceUses.set(producer, uses)
  for (const [producer, count] of Object.entries(rejections)) state.rejections.set(producer, count)
  state.lastRun = lastRun
  state.costUsd = costUsd
  for (const [producer, dollars] of Object.entries(costsUsd)) state.costsUsd.set(producer, dollars)
  for (const [producer, dollars] of Object.entries(uncertainCostsUsd))
    state.uncertainCostsUsd.set(producer, dollars)
}
