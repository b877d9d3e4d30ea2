// Work that costs money: each call, submission and resumption is a line in the file `inputs.calls`, written
// with O_APPEND, so that a kill loses none. What it makes depends on the job alone.
import { appendFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

export async function produce({ jobId, indices, inputs, outputs }, context) {
  const note = (what, rest = '') => appendFileSync(inputs.calls, `${what} ${jobId} ${rest}\n`)
  note('call')
  if ('Facts' in outputs) await submit(jobId, context, note)
  // Long enough that many a kill finds work that was submitted and not fetched.
  await sleep(('Facts' in outputs ? 15 : 0) + ((indices.n ?? 0) % 7))
  const made = {}
  for (const name of Object.keys(outputs)) made[name] = await makers[name](jobId, indices, inputs, context)
  return { outputs: made }
}

/** A service that takes the work once and is asked for its result later. */
async function submit(jobId, context, note) {
  if (context.resume !== undefined) {
    note('resume', context.resume.id)
    return
  }
  note('submit')
  await context.checkpoint({ id: `id-of-${jobId}` })
}

const makers = {
  Text: jobId => `text of ${jobId}`,
  Good: (_jobId, { n }) => n % 3 === 1,
  Image: (jobId, _indices, _inputs, context) => context.blob(Buffer.from(`image of ${jobId}`), 'image/png'),
  // Every tenth is too large for its line in the log.
  Facts: (jobId, { n }) => ({ jobId, padding: 'x'.repeat(n % 10 === 0 ? 20_000 : 10) }),
  // Every fourth list is too large for its line in the log, and every fifth is empty.
  Scenes: (_jobId, { row }) =>
    Array.from({ length: row % 5 }, (_, n) => ({
      slug: `scene-${row}-${n}`,
      padding: 'x'.repeat(row % 4 === 3 ? 20_000 : 10),
    })),
  Sum: (_jobId, _indices, { facts }) => facts.map(({ jobId }) => jobId).join(' '),
}
