import type { ArtifactId } from '../../../index.js'

const NAMED = 5

/** What was to be made once more, and stays as it is; nothing when there is none. */
export function pinnedLines(pinned: readonly ArtifactId[], movieId: string): string[] {
  if (pinned.length === 0) return []
  const more = pinned.length > NAMED ? `, and ${pinned.length - NAMED} more` : ''
  const names = pinned.slice(0, NAMED).join(', ') + more
  const what = pinned.length === 1 ? 'is pinned and stays as it is' : 'are pinned and stay as they are'
  return [
    `Not regenerated: ${names} ${what}. To have it regenerated: showrunner unpin ${movieId} "${pinned[0]}"`,
  ]
}
