import { describeReason, type MoviePreview, type PlannedAction } from '../../../index.js'
import { BUILD } from '../../declare/command-group.js'
import { momentOption } from '../../declare/option-values.js'
import { planCommand } from '../../declare/plan-command.js'
import type { OptionsOf } from '../../declare/store-command.js'
import { againstLines } from '../../display/history/against-text.js'
import { printJson, printLine } from '../../display/output.js'
import { type PreviewOutput, printPreview } from '../../display/preview-text.js'
import { planRequest } from '../../input/plan-request.js'
import { tableNotes } from '../../input/table-notes.js'
import { openConfigured } from '../../open-engine.js'

const declared = planCommand('plan')
  .description('show what would run, by layer, and why; writes nothing')
  .helpGroup(BUILD)
  .option('--explain <job>', 'why one job would run or not')
  .option(
    '--against [moment]',
    'what an edit would make again since a run, event number or time, and what that costs (default: the last run)',
    momentOption,
  )
  .addHelpText(
    'after',
    `
Examples:
  $ showrunner plan book.yaml -i story=Fox --explain "Producer:Picture[3]"
  $ showrunner plan book.yaml -i rows=@rows.csv --against`,
  )

/** What `plan --json` prints; with --explain it is of one job. */
export type PlanOutput = PreviewOutput | ExplainedJob

type ExplainedJob = PlannedAction & {
  readonly jobId: string
  /** From 1. */
  readonly layer: number
  /** The job whose result people are to approve first; absent: none. */
  readonly waitsFor?: string
  /** Settings that have changed since it was made; absent when none has. */
  readonly settings?: readonly string[]
  /** Of a job that is up to date: who has answered it, where several may. */
  readonly by?: ReturnType<MoviePreview['answeredBy']>
}

export const command = declared.action(plan)

async function plan(blueprint: string, options: OptionsOf<typeof declared>): Promise<void> {
  const against = options.against === true ? 'last' : options.against
  const request = { ...(await planRequest(blueprint, options)), against }
  await using engine = await openConfigured(options)
  const preview = await engine.plan(request)
  if (options.explain === undefined) {
    await printPreview(preview, tableNotes(request.inputs), options)
    if (against !== undefined && !options.json)
      for (const line of againstLines(preview)) await printLine(line)
  } else await explain(preview, options.explain, options.json === true)
}

async function explain(preview: MoviePreview, written: string, isJson: boolean): Promise<void> {
  const jobId = preview.jobId(written)
  const { layer, action, waitsFor } = preview.explain(jobId)!
  const by = action.type === 'cached' ? preview.answeredBy(jobId) : undefined
  const isChanged = action.type === 'run' && action.reason.type === 'changed'
  const settings = isChanged ? await preview.changedSettings(jobId) : []
  if (isJson)
    await printJson<PlanOutput>({
      jobId,
      layer,
      ...action,
      ...(waitsFor && { waitsFor }),
      ...(settings.length > 0 && { settings }),
      ...(by && { by }),
    })
  else {
    const which = settings.length > 0 ? ` Of the settings: ${settings.join(', ')}.` : ''
    const held = waitsFor === undefined ? '' : ` People must approve ${waitsFor} first.`
    const who =
      by === undefined ? '' : ` ${[by.provider, by.model].filter(Boolean).join(' ')} has answered it.`
    await printLine(`${jobId} (layer ${layer}) ${inWords(action)}${which}${held}${who}`)
  }
}

function inWords(action: PlannedAction): string {
  if (action.type === 'cached' && action.isPinned)
    return 'is pinned: everything it makes stays as it is, whatever it reads. "showrunner unpin" gives it back to its job.'
  if (action.type === 'cached') return 'is cached: its outputs exist and nothing it reads has changed.'
  if (action.type === 'reuse')
    return 'takes a result that was made before from the same inputs, for another job or another version of it: free.'
  if (action.type === 'failed')
    return 'has failed, which counts as an attempt of its loop: it is not tried again (--regenerate does).'
  if (action.type === 'run') return `would run: ${describeReason(action.reason)}.`
  if (action.reason.type === 'condition') return 'is skipped: its "when" is false.'
  return `is skipped: ${action.reason.jobId}, which it needs, ${action.reason.state === 'failed' ? 'failed' : 'is skipped'}.`
}
