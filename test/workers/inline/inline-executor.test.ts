import { expect, test } from 'vitest'
import type { Provider } from '../../../src/model/provider/provider.js'
import type { AttemptLimits } from '../../../src/workers/executor.js'
import { InlineExecutor } from '../../../src/workers/inline/inline-executor.js'
import { assignment, jobTemplate } from '../../support/jobs/job-fixture.js'
import { codeOf, JobInbox, resultOf } from '../../support/jobs/job-inbox.js'
import { runOpening } from '../../support/jobs/run-opening.js'

function open(providers: Record<string, Provider>, limits: AttemptLimits = {}) {
  const inbox = new JobInbox()
  const inlineProviders = new Map(Object.entries(providers))
  const run = new InlineExecutor(limits).openRun(runOpening(inbox.receive, { inlineProviders }))
  return { run, inbox }
}

const source = (name: string) => ({ type: 'inline', name }) as const

test('inline providers run in the host, share no object with the engine, and start no thread', async () => {
  const seen: { list: number[] }[] = []
  const answer = { words: ['a'] }
  const { run, inbox } = open({
    mine: {
      produce({ inputs }) {
        const given = inputs as { list: number[] }
        given.list.push(4)
        seen.push(given)
        return { outputs: { Text: answer } }
      },
    },
  })
  const inputs = { list: [1, 2, 3] }
  run.dispatch(jobTemplate({ provider: source('mine'), outputs: { Text: { type: 'json' } } }), [
    assignment(1, inputs),
  ])
  expect(seen).toEqual([])
  const outcome = await inbox.outcome(1)
  expect(seen).toEqual([{ list: [1, 2, 3, 4] }])
  expect(inputs.list).toEqual([1, 2, 3])
  answer.words.push('later')
  expect(resultOf(outcome)).toEqual({ words: ['a'] })
})

test('inline providers are cancelled and timed out like others', async () => {
  const never = { produce: () => new Promise<never>(() => {}) }
  const { run, inbox } = open({ never }, { abortGraceMs: 20 })
  run.dispatch(jobTemplate({ provider: source('never') }), [assignment(1)])
  run.cancel([1], 'cancelled')
  run.dispatch(jobTemplate({ provider: source('never'), timeoutMs: 20 }), [assignment(2)])
  expect(codeOf(await inbox.outcome(1))).toBe('cancelled')
  expect(codeOf(await inbox.outcome(2))).toBe('timeout')
})

test('an inline provider that throws is a failed job; one that is not there says so', async () => {
  const bad = {
    produce: () => {
      throw new TypeError('broken')
    },
  }
  const { run, inbox } = open({ bad })
  run.dispatch(jobTemplate({ provider: source('bad') }), [assignment(1)])
  run.dispatch(jobTemplate({ provider: source('absent') }), [assignment(2)])
  expect(codeOf(await inbox.outcome(1))).toBe('bug')
  expect(await inbox.outcome(2)).toMatchObject({ error: { message: expect.stringMatching(/"absent"/) } })
})
