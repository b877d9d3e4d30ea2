import { formatCount } from '../data/format.ts'
import type { Filter } from '../data/page-api.ts'
import type { PageState } from '../data/page-state.ts'

/** Records jobs to be regenerated, and says when that will be. */
export function regenerate(
  state: PageState,
  wanted: { readonly jobs: readonly string[] } | { readonly filter: Filter },
): Promise<boolean> {
  return state.act('regenerate', wanted, ({ jobCount = 0, pinned = 0 }) => {
    const jobs = jobCount === 1 ? '1 job' : `${formatCount(jobCount)} jobs`
    const kept =
      pinned === 0 ? '' : ` ${formatCount(pinned)} of their outputs are pinned and stay as they are.`
    if (jobCount === 0)
      return `Nothing is to be regenerated: what is not made yet, the next run makes anyway.${kept}`
    return `The next run regenerates ${jobs}. Start it with the same command as before.${kept}`
  })
}
