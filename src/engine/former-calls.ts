import { ShowrunnerError } from '../model/error/error.js'

/** Methods that an engine had in 0.1, and what a program calls in their place. */
const FORMER_CALLS: Readonly<Record<string, string>> = {
  status: 'engine.movie(id).status()',
  events: 'engine.movie(id).events(options)',
  artifacts: 'engine.movie(id).artifacts()',
  readBlob: 'engine.movie(id).blob(blob).stream()',
  verify: 'engine.movie(id).verify()',
  editArtifact: 'engine.movie(id).edit(artifact, content, options)',
  pinArtifact: 'engine.movie(id).pin(artifact)',
  unpinArtifact: 'engine.movie(id).unpin(artifact)',
  gc: 'engine.movie(id).gc(options)',
  copy: 'engine.movie(id).copy(toStore)',
}

/** Says what to call now, where a program in JavaScript would read that `status` is not a function. No type has them. */
export function refuseFormerCalls(engine: object): void {
  for (const [name, present] of Object.entries(FORMER_CALLS)) {
    const value = () => {
      throw new ShowrunnerError(
        'USAGE_INVALID',
        `engine.${name}() was a call of 0.1. Write ${present}; docs/from-0.1.md has all that has changed.`,
      )
    }
    Object.defineProperty(engine, name, { value })
  }
}
