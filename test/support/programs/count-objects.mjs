import { queryObjects } from 'node:v8'

/** Objects of this thread that somebody holds. */
export async function countObjects() {
  // What goes may take others along, in a later turn: a registry of what was collected.
  for (let round = 0; round < 3; round++) {
    globalThis.gc?.()
    await new Promise(resolve => setTimeout(resolve, 20))
  }
  return queryObjects(Object, { format: 'count' })
}
