import { isAbsolute, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { compiledModule } from '../../../model/compiled-module.js'

const FRAME_LIMIT = 5
/** `at helper (file:///…/lib.mjs:3:20)`, `at async file:///…/lib.mjs:3:20` */
const FRAME = /^\s*at (?:async )?(?:(.+?) \()?(file:\/\/.+|\/.+|[A-Za-z]:\\.+):(\d+):(\d+)\)?$/
/** The folder of the engine's own code, compiled or not. Which of its files this becomes is the bundles' choice. */
const ENGINE = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? '../../../' : compiledModule(''), import.meta.url),
)

/**
 * Where in the user's own code an error came from, innermost first: `helper (lib.mjs:3:20)`. Frames of the engine, of
 * Node and of packages are left out, and so is everything else of a stack, which may quote a request.
 */
export function ownFrames(error: Error): string[] {
  const frames: string[] = []
  for (const line of String(error.stack).split('\n')) {
    const [, name, place, row, column] = FRAME.exec(line) ?? []
    if (place === undefined) continue
    const path = pathOf(place)
    if (path === undefined || path.startsWith(ENGINE) || path.includes(`${sep}node_modules${sep}`)) continue
    const at = `${shortPath(path)}:${row}:${column}`
    frames.push(name === undefined || name === '<anonymous>' ? at : `${name} (${at})`)
    if (frames.length === FRAME_LIMIT) break
  }
  return frames
}

function pathOf(place: string): string | undefined {
  try {
    return place.startsWith('file:') ? fileURLToPath(place) : place
  } catch {
    return undefined
  }
}

function shortPath(path: string): string {
  const short = relative(process.cwd(), path)
  return short.startsWith('..') || isAbsolute(short) ? path : short
}
