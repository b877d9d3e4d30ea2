import type { ProbeReport } from './probe-report.js'
export const probePage = (report: ProbeReport): string => JSON.stringify(report)
