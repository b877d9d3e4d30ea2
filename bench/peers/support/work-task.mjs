import { work } from '../../work/work.mjs'

/** The work as a task of a pool. @param {{ kind: string, url: string }} task */
export default ({ kind, url }) => work(kind, url)
