const actions = new Set<() => void>()

/**
 * Does `action` when the process exits; returns a function that takes it back. All share one listener, since a
 * program may open more engines than Node expects listeners.
 */
export function atExit(action: () => void): () => void {
  if (actions.size === 0) process.on('exit', runAll)
  actions.add(action)
  return () => {
    if (actions.delete(action) && actions.size === 0) process.off('exit', runAll)
  }
}

function runAll(): void {
  for (const action of actions) action()
}
