import { expect, test } from 'vitest'
import { ERROR_BODY_LIMIT_BYTES } from '../../src/model/limit.js'
import { errorText } from '../../src/providers/http-fetch.js'

test('of a failure whose body never ends only the beginning is read', async () => {
  let isCancelled = false
  const endless = new ReadableStream({
    pull: controller => controller.enqueue(new Uint8Array(64 * 1024).fill(120)),
    cancel: () => {
      isCancelled = true
    },
  })
  const text = await errorText(new Response(endless, { status: 500 }), undefined)
  expect(text).toHaveLength(ERROR_BODY_LIMIT_BYTES)
  expect(isCancelled).toBe(true)
})
