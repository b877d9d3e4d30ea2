/** Exit codes, as promised in the README. */
export const EXIT = { done: 0, failed: 1, usage: 2, busy: 3, budget: 4, service: 6, cancelled: 130 } as const
