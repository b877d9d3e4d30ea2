import { expect, test } from 'vitest'
import type { ProduceContext, ProduceRequest } from '../../../src/model/provider/provider.js'
import { batchConfigSchema } from '../../../src/providers/openai-batch/batch-config.js'
import { resultOfRow } from '../../../src/providers/openai-batch/row/result-of-row.js'
import { rowResult } from '../../../src/providers/openai-batch/row/row-result.js'

const config = batchConfigSchema.parse({ prompt: 'Hi' })
const request = { outputs: { Text: { type: 'text' } } } as unknown as ProduceRequest
const context = { log: () => {} } as unknown as ProduceContext
const choice = { finish_reason: 'stop', message: { content: 'All' } }

test('an answer without a status is one; nothing without a status is none', () => {
  expect(rowResult({ custom_id: 'a', response: { body: { choices: [choice] } } }).state).toBe('answered')
  expect(rowResult({ custom_id: 'a', response: { body: 'oops' } }).state).toBe('undone')
})

test.each<[unknown, string]>([
  [{ choices: [choice] }, 'All'],
  [{ choices: [{ message: { content: 'All' } }] }, 'All'],
  [{ choices: [{ ...choice, message: { content: [{ type: 'text', text: 'A' }, { text: 'll' }] } }] }, 'All'],
])('%j is a text', (body, text) => {
  const { outputs } = resultOfRow(body as object, config, request, context)
  expect(outputs).toEqual({ Text: text })
})
