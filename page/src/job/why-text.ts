import type { WhyData } from '../../../src/ui/page-jobs.ts'

const WORDS: Readonly<Record<WhyData['type'], string>> = {
  first: 'it was missing',
  retry: 'the attempt before failed',
  failed: 'it had failed',
  unfinished: 'the attempt before did not end',
  asked: 'somebody asked for it',
  rejected: 'a version was rejected',
  changed: 'changed',
  again: 'an output was missing',
}

/** Why a job ran, in a few words. */
export function whyText({ type, names = [] }: WhyData): string {
  if (type !== 'changed') return WORDS[type]
  const shown = names.map(name =>
    name.startsWith('(') ? name.slice(1, -1) : `“${decodeURIComponent(name)}”`,
  )
  return `${shown.slice(0, 5).join(', ')}${shown.length > 5 ? ' and more' : ''} changed`
}
