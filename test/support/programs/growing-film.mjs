// A film whose scenes and shots are decided during the run, and the program that kills itself while it appends to the
// log: `node growing-film.mjs <work as JSON> [moment as JSON]`. A moment is a line that is to be written, by the event's
// label, and how much of it reaches the disk: `nothing`, `half`, or `all` of it, before anybody is told. Without one,
// it is killed by others.
import * as fs from 'node:fs'
import { createRequire, syncBuiltinESMExports } from 'node:module'
import { fileURLToPath } from 'node:url'

/** A scene that is long makes its list too large for a line of the log. */
const scene = (slug, text, shots, isLong = false) => ({
  slug,
  text,
  shots,
  ...(isLong && { notes: 'x'.repeat(20_000) }),
})

const SCRIPTS = {
  fox: {
    1: [scene('wood', 'a wood', 2), scene('den', 'a den', 1)],
    2: [scene('sea', 'the sea', 1), scene('wood', 'a wood', 2), scene('den', 'another den', 1)],
  },
  owl: {
    1: [scene('night', 'a night', 1, true), scene('dawn', 'a dawn', 0)],
    2: [scene('night', 'a night', 1, true), scene('dawn', 'a dawn', 0)],
  },
}

export const film = isKeyed => ({
  name: 'film',
  inputs: { rows: 'json' },
  loops: {
    row: { over: '${inputs.rows}', key: '${row}' },
    scene: { over: '${Script[row].Scenes}', max: 4, ...(isKeyed && { key: '${scene.slug}' }) },
    shot: { count: '${Board[row][scene].Shots}', max: 3 },
  },
  producers: {
    Script: { loop: 'row', provider: 'script', with: { row: '${row}' }, outputs: { Scenes: 'json' } },
    Board: {
      loop: ['row', 'scene'],
      provider: 'paid',
      with: { text: '${scene.text}', shots: '${scene.shots}' },
      outputs: { Shots: 'number' },
    },
    Picture: {
      loop: ['row', 'scene', 'shot'],
      provider: 'paid',
      with: { text: '${scene.text}', shot: '${index.shot}' },
      outputs: { Text: 'text' },
    },
    Reel: {
      loop: 'row',
      provider: 'paid',
      with: { pictures: '${Picture[row][*][*].Text}' },
      outputs: { Text: 'text' },
    },
  },
})

export const filmRequest = ({ edition, isKeyed }) => ({
  blueprint: film(isKeyed),
  inputs: { rows: ['fox', 'owl'] },
  ...(edition === 2 && { regenerate: ['Script[fox]'] }),
})

export async function openFilmEngine({ store, calls, edition }) {
  const { inline, openEngine } = await import('../../../dist/index.js')
  const note = (what, jobId) => fs.appendFileSync(calls, `${what} ${jobId}\n`)
  return await openEngine({
    store,
    concurrency: 8,
    threads: 1,
    durability: 'process',
    providers: {
      script: inline(({ jobId, inputs }) => {
        note('pay', jobId)
        return { outputs: { Scenes: SCRIPTS[inputs.row][edition] } }
      }),
      // A service that takes the work once, and is asked for its result later.
      paid: inline(async ({ jobId, inputs, outputs }, context) => {
        if (context.resume === undefined) {
          note('pay', jobId)
          await context.checkpoint({ id: jobId })
        } else note('resume', jobId)
        return { outputs: 'Shots' in outputs ? { Shots: inputs.shots } : { Text: JSON.stringify(inputs) } }
      }),
    },
  })
}

/** `loop.expanded scene fox`, `job.succeeded Producer:Script[fox]` */
function labelOf({ type, loop, parents = [], artifactId, jobId }) {
  return [type, ...(loop ? [loop, ...parents] : [artifactId ?? jobId ?? []])].join(' ')
}

/** @param moment the `times`th line from now on with this label; @see above */
function killWhenWritten({ label, times, written }) {
  const { write } = fs
  const isLine = text => text.startsWith('{"seq":')
  let left = times
  createRequire(import.meta.url)('node:fs').write = (descriptor, bytes, ...rest) => {
    const text = bytes.toString()
    let at = 0
    for (const line of text.split(/(?<=\n)/)) {
      if (isLine(line) && labelOf(JSON.parse(line)) === label && --left === 0) {
        const size = Buffer.byteLength(line)
        const end = at + (written === 'nothing' ? 0 : written === 'half' ? size >> 1 : size)
        if (end > 0) fs.writeSync(descriptor, bytes, 0, end)
        // Nobody is told of the write. What goes on all the same has the time to do so.
        setTimeout(() => process.kill(process.pid, 'SIGKILL'), 20)
        return
      }
      at += Buffer.byteLength(line)
    }
    return write(descriptor, bytes, ...rest)
  }
  syncBuiltinESMExports()
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [work, moment] = process.argv.slice(2).map(text => JSON.parse(text))
  if (moment !== undefined) killWhenWritten(moment)
  const engine = await openFilmEngine(work)
  await engine.run(filmRequest(work))
  await engine.close()
}
