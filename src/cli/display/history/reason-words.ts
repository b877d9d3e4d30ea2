import type { PreviewRow } from '../../../index.js'

export type ReasonWord = keyof PreviewRow['reasons']

/** Why jobs would run, in few words. */
export const REASON_WORDS: Record<ReasonWord, string> = {
  settings: 'settings changed',
  missing: 'not made yet',
  failed: 'failed before',
  changed: 'inputs changed',
  interrupted: 'interrupted',
  regenerate: 'regenerate',
  rejected: 'rejected by people',
  upstream: 'after a job that runs',
  unread: 'compared during the run',
}
