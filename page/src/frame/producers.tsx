import type { MovieData } from '../../../src/ui/page-data.ts'
import { formatCount, formatDollars } from '../data/format.ts'
import type { PageState } from '../data/page-state.ts'
import { Segments } from './segments.tsx'

/** Progress by producer, in the order of the plan. */
export function Producers({ state, data }: { readonly state: PageState; readonly data: MovieData }) {
  const { producers } = data
  if (producers.length === 0) return null
  return (
    <table class="producers">
      <caption class="unseen">Progress by producer</caption>
      <thead class="unseen">
        <tr>
          <th scope="col">Producer</th>
          <th scope="col">Provider</th>
          <th scope="col">Progress</th>
          <th scope="col">Jobs</th>
          <th scope="col">Failed</th>
          <th scope="col">Cost</th>
        </tr>
      </thead>
      <tbody>
        {producers.map(({ name, provider, model, total, states, active, costUsd, description }) => (
          <tr key={name}>
            <th scope="row">
              <button
                type="button"
                class="link"
                title={description ?? `Jobs of ${name}`}
                onClick={() => state.show('jobs', { producer: name })}
              >
                <bdi>{name}</bdi>
              </button>
            </th>
            <td class="quiet provider">
              <bdi>{[provider, model].filter(Boolean).join(' · ')}</bdi>
            </td>
            <td class="progress">
              <Segments states={states} active={active ?? 0} total={total} />
            </td>
            <td class="number">
              {formatCount(states.succeeded)} <span class="quiet">/ {formatCount(total)}</span>
            </td>
            <td class="number failed">{states.failed > 0 && `${formatCount(states.failed)} failed`}</td>
            <td class="number cost">{costUsd > 0 ? formatDollars(costUsd) : ''}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
