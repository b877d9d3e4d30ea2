import { work } from '../../work/work.mjs'

/** The work as a processor that BullMQ loads into threads of its own. @param {{ data: { kind: string, url?: string } }} job */
export default async ({ data }) => work(data.kind, data.url)
