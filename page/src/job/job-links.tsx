import type { LinksData } from '../../../src/ui/page-jobs.ts'
import { formatCount } from '../data/format.ts'
import type { PageState } from '../data/page-state.ts'

interface LinksProps {
  readonly state: PageState
  readonly title: string
  readonly links: LinksData
}

/** Jobs beside a job, each a click away. */
export function JobLinks({ state, title, links: { count, jobs } }: LinksProps) {
  if (count === 0) return null
  return (
    <section>
      <h3>
        {title} {count > 1 && <span class="quiet">{formatCount(count)}</span>}
      </h3>
      <ul class="links">
        {jobs.map(({ job, id, state: jobState }) => (
          <li key={id}>
            <button
              type="button"
              class="link"
              onClick={() => {
                state.job.value = job
              }}
            >
              <i class={`dot ${jobState}`} />
              <bdi>{id}</bdi>
            </button>
          </li>
        ))}
        {count > jobs.length && <li class="quiet">and {formatCount(count - jobs.length)} more</li>}
      </ul>
    </section>
  )
}
