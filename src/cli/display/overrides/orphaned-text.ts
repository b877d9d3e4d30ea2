import type { ArtifactId } from '../../../index.js'

const NAMED = 5

/** What is pinned or edited and belongs to no element any more; nothing when there is none. */
export function orphanedLines(orphaned: readonly ArtifactId[]): string[] {
  if (orphaned.length === 0) return []
  const names = orphaned.slice(0, NAMED).map(id => id.replace(/^Producer:/, ''))
  const more = orphaned.length > NAMED ? `, and ${orphaned.length - NAMED} more` : ''
  const [what, it] =
    orphaned.length === 1
      ? ['1 pinned or edited artifact belongs', 'It is']
      : [`${orphaned.length} pinned or edited artifacts belong`, 'They are']
  return [
    `${what} to no row or output of this blueprint any more: ${names.join(', ')}${more}. ${it} kept, and applied to nothing else; when the row comes back, so does what was pinned. Give the loop a key ("key: \${row.id}"), so that what you pin stays with its row however that changes.`,
  ]
}
