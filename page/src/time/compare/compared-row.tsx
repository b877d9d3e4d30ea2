import type { ComparedJob } from '../../../../src/ui/page-comparison.ts'
import type { JobData, OutputData } from '../../../../src/ui/page-jobs.ts'
import type { PageState } from '../../data/page-state.ts'
import { STATE_WORDS } from '../../frame/state-words.ts'
import { OutputCard } from '../../jobs/output-card.tsx'
import { CHANGE_WORDS } from './change-words.ts'

/** One job before and after, with the first of its outputs that differs. */
export function ComparedRow({ state, job }: { readonly state: PageState; readonly job: ComparedJob }) {
  const { id, change, before, after } = job
  const name = differing(before, after)
  return (
    <li class="compared" aria-label={id}>
      <div class="line">
        <button
          type="button"
          class="link"
          onClick={() => {
            state.job.value = job.job
          }}
        >
          <bdi>{id}</bdi>
        </button>
        <span class="tag">{CHANGE_WORDS[change]}</span>
        {before !== undefined && before.id !== id && (
          <span class="quiet small">
            was <bdi>{before.id}</bdi>
          </span>
        )}
        {name !== undefined && (
          <bdi class="quiet small" title="The first output that differs">
            {name}
          </bdi>
        )}
      </div>
      <div class="sides">
        <Side state={state} title="Before" job={before} name={name} />
        <Side state={state} title="After" job={after} name={name} />
      </div>
    </li>
  )
}

interface SideProps {
  readonly state: PageState
  readonly title: string
  readonly job: JobData | undefined
  readonly name: string | undefined
}

function Side({ state, title, job, name }: SideProps) {
  const output = job?.outputs?.find(one => one.name === name)
  return (
    <div class="card side" role="group" aria-label={title}>
      {job === undefined ? (
        <span class="content text quiet">It was not there.</span>
      ) : (
        <OutputCard
          output={output}
          job={job}
          urlOf={seq => state.api.contentUrl(state.movie.value ?? '', seq)}
        />
      )}
      <span class="caption">
        <i class={`dot ${job?.state ?? 'open'}`} />
        {job ? STATE_WORDS[job.state] : '–'}
        {job?.override && <span class="tag">{STATE_WORDS[job.override]}</span>}
      </span>
    </div>
  )
}

/** The first output that is another one; without one, the first there is. */
function differing(before: JobData | undefined, after: JobData): string | undefined {
  const had = new Map((before?.outputs ?? []).map(output => [output.name, contentOf(output)]))
  const outputs = after.outputs ?? []
  const other = outputs.find(output => had.get(output.name) !== contentOf(output))
  return (other ?? outputs[0] ?? before?.outputs?.[0])?.name
}

const contentOf = ({ hash, text }: OutputData): string | undefined => hash ?? text
