/** A session that says nothing for so long is lost, in milliseconds, unless a run says otherwise. */
const SILENCE_MS = 12_000

/** How soon a run and its hosts notice that the other is gone; in milliseconds. */
export interface FleetTiming {
  /** A session that says nothing for so long is lost. */
  readonly silenceMs: number
  /** How often both ends say that they are there. */
  readonly beatMs: number
  /** What should come with each beat, and comes further apart than this, shows that the queue was away or full. */
  readonly gapMs: number
}

export const fleetTiming = (silenceMs: number = SILENCE_MS): FleetTiming => ({
  silenceMs,
  beatMs: silenceMs / 6,
  gapMs: silenceMs / 2,
})

/** A host finishes what it has for so long when no coordinator answers. */
export const ORPHAN_MS = 600_000

/** A run waits so long for its fleet before it ends with `FLEET_UNREACHABLE`. */
export const FLEET_WAIT_MS = 300_000

/** The end of a run waits so long for its hosts' farewells, and for a queue that may not answer. */
export const LEAVE_MS = 1_000
export const END_MS = 3_000

/** A ticket that was taken by a host which never spoke is asked for again after this. */
export const TICKET_MS = 30_000

/** Jobs in one frame. */
export const FRAME_JOBS = 128

/** Bytes of one frame, where its parts allow. */
export const FRAME_BYTES = 256 * 1024
