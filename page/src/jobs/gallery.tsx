import { useLayoutEffect, useMemo, useRef } from 'preact/hooks'
import type { JobData } from '../../../src/ui/page-jobs.ts'
import type { PageState } from '../data/page-state.ts'
import { FilterBar } from './filter-bar.tsx'
import { JobName } from './job-name.tsx'
import { JobWindow } from './job-window.ts'
import { OutputCard } from './output-card.tsx'
import { useColumns } from './use-columns.ts'
import { useRows } from './use-rows.ts'

const CARD_HEIGHT = 200

/** What jobs have made, side by side. */
export function Gallery({ state }: { readonly state: PageState }) {
  const jobs = useMemo(() => new JobWindow(state), [state])
  const container = useRef<HTMLDivElement>(null)
  const columns = useColumns(container, 190)
  const count = jobs.count.value
  const { rows, height } = useRows(container, Math.ceil(count / columns), CARD_HEIGHT)
  void jobs.version.value
  const first = (rows[0]?.index ?? 0) * columns
  const last = ((rows.at(-1)?.index ?? 0) + 1) * columns - 1
  const { movie, at, filter, newest } = state
  useLayoutEffect(
    () => jobs.show(first, last),
    [jobs, first, last, movie.value, at.value, filter.value, newest.value?.allChanges],
  )
  return (
    <section class="jobs" aria-label="Gallery">
      <FilterBar state={state} window={jobs} />
      <div class="grid gallery" ref={container}>
        <div class="rows" style={{ height: `${height}px` }}>
          {rows.map(({ index, top }) => (
            <div
              key={index}
              class="cards"
              style={{ transform: `translateY(${top}px)`, gridTemplateColumns: `repeat(${columns}, 1fr)` }}
            >
              {Array.from({ length: columns }, (_, column) => index * columns + column)
                .filter(at => at < count)
                .map(at => (
                  <Card key={at} state={state} job={jobs.at(at)} />
                ))}
            </div>
          ))}
        </div>
      </div>
    </section>
  )
}

function Card({ state, job }: { readonly state: PageState; readonly job: JobData | undefined }) {
  if (job === undefined) return <div class="card" />
  const [output] = job.outputs ?? []
  return (
    <button
      type="button"
      class="card"
      aria-label={job.id}
      aria-pressed={state.job.value === job.job}
      onClick={() => {
        state.job.value = job.job
      }}
    >
      <OutputCard
        output={output}
        job={job}
        urlOf={seq => state.api.contentUrl(state.movie.value ?? '', seq)}
      />
      <span class="caption">
        <i class={`dot ${job.state}`} />
        <JobName producer={job.producer} name={job.key} />
      </span>
    </button>
  )
}
