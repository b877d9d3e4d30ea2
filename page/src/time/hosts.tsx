import type { LiveData } from '../../../src/ui/page-data.ts'
import { formatCount, formatDuration } from '../data/format.ts'

const WORDS = {
  running: 'works',
  draining: 'finishes what it has',
  left: 'has left',
  lost: 'lost',
} as const
/** Of one that beats every two seconds. */
const SILENT_MS = 5_000

/** The machines that do the work of a run; absent where it has no fleet. */
export function Hosts({ hosts = [] }: { readonly hosts: LiveData['hosts'] }) {
  if (hosts.length === 0) return null
  return (
    <table class="hosts">
      <caption>Hosts</caption>
      <thead>
        <tr>
          <th scope="col">Host</th>
          <th scope="col">State</th>
          <th scope="col">Places</th>
          <th scope="col">Running</th>
          <th scope="col">Settled</th>
          <th scope="col">Lost or handed back</th>
          <th scope="col">Last heard</th>
        </tr>
      </thead>
      <tbody>
        {hosts.map(({ host, state, places, active, settled, losses, silentMs }) => {
          const isGone = state === 'left' || state === 'lost'
          const isSilent = !isGone && silentMs > SILENT_MS
          return (
            <tr key={host} class={isGone ? 'quiet' : undefined}>
              <th scope="row">
                <bdi>{host}</bdi>
              </th>
              <td class={state === 'lost' ? 'failed' : undefined}>{WORDS[state]}</td>
              <td>{formatCount(places)}</td>
              <td>{formatCount(active)}</td>
              <td>{formatCount(settled)}</td>
              <td class={losses > 0 ? 'failed' : undefined}>{losses > 0 ? formatCount(losses) : ''}</td>
              <td class={isSilent ? 'failed' : undefined}>
                {isGone ? '' : `${formatDuration(silentMs)} ago`}
              </td>
            </tr>
          )
        })}
      </tbody>
    </table>
  )
}
