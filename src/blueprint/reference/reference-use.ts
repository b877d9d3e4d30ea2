/**
 * What becomes of the value: passed on, written into a longer text, compared by a condition, or only asked
 * whether it is there (so that absent is fine).
 */
export type ReferenceUse = 'value' | 'text' | 'test' | 'exists'
