import { expect, test } from 'vitest'
import { BlueprintError } from '../../src/blueprint/blueprint-error.js'
import { compileBlueprint } from '../../src/blueprint/compile/compile-blueprint.js'

const blueprint = (until: string, more = '', with_ = '{ text: "${Draft[poem].Text}" }') => `name: haiku
inputs: { wanted: integer, mood: text }
loops:
  row: { count: 2 }
  poem:
    until: ${until}
${more}
producers:
  Draft: { loop: poem, provider: writer, outputs: { Text: text } }
  Judge: { loop: poem, provider: critic, with: ${with_}, outputs: { Good: boolean, Score: number, Note: text } }
  Only: { loop: poem, provider: critic, outputs: { Good: boolean } }
  Deep: { loop: [poem, row], provider: critic, outputs: { Good: boolean } }
  Out: { provider: critic, outputs: { Good: boolean } }
`

function mistakesIn(text: string): string[] {
  try {
    compileBlueprint(text, { file: 'haiku.yaml' })
    return []
  } catch (error) {
    if (!(error instanceof BlueprintError)) throw error
    return error.mistakes.map(({ line, message }) => `${line} ${message}`)
  }
}

test.each([
  ['{ accepted: 5, of: Judge.Good, attempts: 10 }'],
  ['{ accepted: "${inputs.wanted}", of: Judge.Score, atLeast: 0.5, attempts: 10 }'],
  ['{ accepted: 5, of: Draft, attempts: 5 }'],
  ['{ accepted: 5, of: Judge.Good, is: false, attempts: 10 }'],
])('%s is right', until => {
  expect(mistakesIn(blueprint(until))).toEqual([])
})

test.each([
  ['{ accepted: 5, of: Judge.Good }', /^6 "attempts" is missing/],
  ['{ accepted: 50, of: Judge.Good, attempts: 10 }', /^6 50 cannot be accepted of 10/],
  ['{ accepted: "${inputs.mood}", of: Judge.Good, attempts: 10 }', /^6 .* is text/],
  ['{ accepted: "${inputs.wnted}", of: Judge.Good, attempts: 10 }', /^6 .*wanted/],
  ['{ accepted: 5, of: Juge, attempts: 10 }', /^6 .*no producer "Juge"/],
  ['{ accepted: 5, of: Judge.Bad, attempts: 10 }', /^6 .*no output "Bad"/],
  ['{ accepted: 5, of: Judge.Note, attempts: 10 }', /^6 .*must be a boolean or a number/],
  ['{ accepted: 5, of: Judge.Score, attempts: 10 }', /^6 .*atLeast/],
  ['{ accepted: 5, of: Judge.Good, atLeast: 1, attempts: 10 }', /^6 .*compare it with is/],
  ['{ accepted: 5, of: Only, attempts: 10 }', /^6 .*Only\.Good/],
  ['{ accepted: 5, of: Out, attempts: 10 }', /^6 .*does not run in loop/],
  ['{ accepted: 5, of: Deep.Good, attempts: 10 }', /^6 .*several jobs/],
  ['{ accepted: 5, of: Judge.Good, attemps: 10, attempts: 10 }', /^6 .*attempts/],
])('%s is a mistake at its line', (until, message) => {
  const mistakes = mistakesIn(blueprint(until))
  expect(mistakes.length).toBeGreaterThan(0)
  expect(
    mistakes.some(mistake => message.test(mistake)),
    mistakes.join('\n'),
  ).toBe(true)
})

const RIGHT = '{ accepted: 5, of: Judge.Good, attempts: 10 }'

test('count, key and max are mistakes beside it', () => {
  const mistakes = mistakesIn(blueprint(RIGHT, '    count: 4\n    max: 5'))
  expect(mistakes.map(text => text.slice(0, 1))).toEqual(['7', '8'])
})

test.each(['${Draft[poem+1].Text?}', '${Draft[0].Text?}', '${Draft[*].Text}'])(
  'what decides cannot read %s, since nobody knows what will be tried',
  reference => {
    expect(mistakesIn(blueprint(RIGHT, '', `{ text: "${reference}" }`))[0]).toMatch(/^10 /)
  },
)
