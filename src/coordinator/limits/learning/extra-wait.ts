/**
 * One call more than a limit is sent when the last one is known to be taken, or after so long: where a refusal is a second
 * on its way, a limit that has risen would otherwise be followed by a call a second.
 */
export const EXTRA_WAIT_MS = 250
