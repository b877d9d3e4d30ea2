import type { MovieId, RunId } from '../../model/id.js'
import { isJsonObject } from '../../model/json.js'
import type { KeysByLoop } from '../../plan/identity/element-keys.js'
import { KeyTable } from '../../plan/identity/key-table.js'
import { layout } from '../../storage/layout.js'
import type { Store } from '../../storage/store.js'

/** Keys written at a time, so that a loop of any length is never one string. */
const KEYS_AT_ONCE = 10_000

/** Keeps the keys that a run's ids have: `runs/<runId>/keys.json`, one a line. Nothing where no loop has keys. */
export async function saveRunKeys(store: Store, movie: MovieId, run: RunId, keys: KeysByLoop): Promise<void> {
  if (keys.size > 0) await store.files.create(layout.runKeys(movie, run), keyLines(keys))
}

async function* keyLines(byLoop: KeysByLoop): AsyncIterable<Uint8Array> {
  let separator = '{\n'
  for (const [loop, keys] of byLoop) {
    yield Buffer.from(`${separator}${JSON.stringify(loop)}:[`)
    for (let at = 0; at < keys.count; at += KEYS_AT_ONCE) {
      const count = Math.min(KEYS_AT_ONCE, keys.count - at)
      const lines = Array.from({ length: count }, (_, index) => JSON.stringify(keys.at(at + index)))
      yield Buffer.from(`${at === 0 ? '\n' : ',\n'}${lines.join(',\n')}`)
    }
    yield Buffer.from(']')
    separator = ',\n'
  }
  yield Buffer.from('\n}\n')
}

/** @throws Error when the record is there and cannot be read */
export async function readRunKeys(store: Store, movie: MovieId, run: RunId): Promise<KeysByLoop> {
  const byLoop = new Map<string, KeyTable>()
  const bytes = await store.files.read(layout.runKeys(movie, run))
  const record: unknown = bytes === undefined ? {} : JSON.parse(bytes.toString('utf8'))
  if (!isJsonObject(record)) return byLoop
  for (const [loop, list] of Object.entries(record)) {
    if (!Array.isArray(list)) continue
    const keys = new KeyTable()
    for (const key of list) keys.add(String(key))
    byLoop.set(loop, keys)
  }
  return byLoop
}
