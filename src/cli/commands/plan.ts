import { nearestName } from '../../diagnostics/nearest-name.js'
import type { MoviePreview } from '../../engine/operations/preview-movie.js'
import { ShowrunnerError } from '../../model/error/error.js'
import type { JobId } from '../../model/id.js'
import { SETTINGS_DIGEST } from '../../plan/up-to-date/job-resolver.js'
import type { Verdict } from '../../plan/up-to-date/verdict.js'
import { describeReason } from '../../plan/up-to-date/verdict.js'
import { BUILD } from '../declare/command-group.js'
import { planCommand } from '../declare/plan-command.js'
import type { OptionsOf } from '../declare/store-command.js'
import { printJson, printLine } from '../display/output.js'
import { printPreview } from '../display/preview-text.js'
import { planRequest } from '../input/plan-request.js'
import { tableNotes } from '../input/table-notes.js'
import { openConfigured } from '../open-engine.js'

const declared = planCommand('plan')
  .description('show what would run, by layer, and why; writes nothing')
  .helpGroup(BUILD)
  .option('--explain <job>', 'why one job would run or not')
  .addHelpText(
    'after',
    `
Example:
  $ showrunner plan book.yaml -i story=Fox --explain "Producer:Picture[3]"`,
  )

export const command = declared.action(plan)

async function plan(blueprint: string, options: OptionsOf<typeof declared>): Promise<void> {
  const request = await planRequest(blueprint, options)
  await using engine = await openConfigured(options)
  const preview = await engine.plan(request)
  if (options.explain === undefined) await printPreview(preview, tableNotes(request.inputs), options)
  else await explain(preview, options.explain, options.json === true)
}

async function explain(preview: MoviePreview, id: string, isJson: boolean): Promise<void> {
  const whole = id.startsWith('Producer:') ? id : `Producer:${id}`
  // An artifact is explained by the job that makes it.
  const jobId = whole.split('.')[0] as JobId
  const explanation = preview.explain(jobId)
  if (!explanation) {
    const names = [...new Set(preview.rows.map(row => row.producer))]
    const producers = names.join(', ')
    const hint = nearestJob(preview, id, names)
    throw new ShowrunnerError(
      'JOB_UNKNOWN',
      `The plan has no job "${id}".${hint} Write it as Producer:Name[0]; its producers are ${producers}.`,
      { details: { job: id } },
    )
  }
  const { layer, verdict } = explanation
  const isOfSettings =
    verdict.type === 'run' &&
    verdict.reason.type === 'changed' &&
    verdict.reason.inputs.includes(SETTINGS_DIGEST)
  const settings = isOfSettings ? await preview.changedSettings(jobId) : []
  if (isJson) await printJson({ jobId, layer, ...verdict, ...(settings.length > 0 && { settings }) })
  else {
    const which = settings.length > 0 ? ` Of the settings: ${settings.join(', ')}.` : ''
    await printLine(`${jobId} (layer ${layer}) ${inWords(verdict)}${which}`)
  }
}

/** The job that was meant: of a misspelt producer, or without the index that it has or has not. */
function nearestJob(preview: MoviePreview, id: string, names: readonly string[]): string {
  const [, written = '', rest = ''] = /^(?:Producer:)?([^[.]*)(.*)$/.exec(id) ?? []
  const name = names.includes(written) ? written : nearestName(written, names)
  if (name === undefined) return ''
  const [indices = ''] = /^(\[\d+\])*/.exec(rest) ?? []
  const meant = [`${name}${indices}`, name, `${name}[0]`, `${name}[0][0]`, `${name}[0][0][0]`].find(
    job => preview.explain(`Producer:${job}` as JobId) !== undefined,
  )
  return meant === undefined ? '' : ` Did you mean "${meant}"?`
}

function inWords(verdict: Verdict): string {
  if (verdict.type === 'cached' && verdict.isPinned)
    return 'is pinned: everything it makes stays as it is, whatever it reads. "showrunner unpin" gives it back to its job.'
  if (verdict.type === 'cached') return 'is cached: its outputs exist and nothing it reads has changed.'
  if (verdict.type === 'run') return `would run: ${describeReason(verdict.reason)}.`
  if (verdict.reason.type === 'condition') return 'is skipped: its "when" is false.'
  return `is skipped: ${verdict.reason.jobId}, which it needs, ${verdict.reason.state === 'failed' ? 'failed' : 'is skipped'}.`
}
