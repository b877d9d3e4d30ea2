import { type JobId, jobOf } from '../../model/id.js'
import type { Expansion } from '../../model/movie/expansion.js'

/** The job that has made a list; where elements are tried, the name of the list stands for it. */
export const jobOfList = ({ artifactId, loop, parents = [] }: Expansion): JobId =>
  artifactId === undefined
    ? (`${loop}${parents.map(name => `[${name}]`).join('')}` as JobId)
    : jobOf(artifactId)
