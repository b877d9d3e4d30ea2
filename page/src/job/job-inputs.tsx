import type { InputData } from '../../../src/ui/page-jobs.ts'
import type { PageState } from '../data/page-state.ts'
import { isPicture } from '../jobs/output-text.tsx'

/** Inputs as long as this stand open. */
const OPEN_LENGTH = 400

/** What a job is given: its templates, filled in. */
export function JobInputs({
  state,
  inputs,
}: {
  readonly state: PageState
  readonly inputs: readonly InputData[]
}) {
  return (
    <section>
      <h3>Given</h3>
      {inputs.map(input => (
        <details key={input.name} class="input" open={(input.text?.length ?? 0) <= OPEN_LENGTH}>
          <summary>
            <bdi>{input.name}</bdi>
            {input.hasChanged && (
              <span class="tag" title="What it reads has changed since: the next run makes the job again.">
                changed since
              </span>
            )}
          </summary>
          <Pictures state={state} input={input} />
          {input.text === undefined ? (
            input.from.length === 0 && <p class="quiet small">not known any more, or absent</p>
          ) : (
            <pre class="text" dir="auto">
              {input.text}
              {input.isCut && ' …'}
            </pre>
          )}
        </details>
      ))}
    </section>
  )
}

function Pictures({ state, input: { from } }: { readonly state: PageState; readonly input: InputData }) {
  const pictures = from.filter(({ mimeType }) => isPicture(mimeType))
  if (pictures.length === 0) return null
  return (
    <span class="pictures">
      {pictures.map(({ id, seq, job }) => {
        const url = state.api.contentUrl(state.movie.value ?? '', seq)
        return (
          <button
            key={id}
            type="button"
            title={id}
            onClick={() => {
              state.job.value = job
            }}
          >
            {url ? <img src={url} alt={id} loading="lazy" /> : <bdi>{id}</bdi>}
          </button>
        )
      })}
    </span>
  )
}
