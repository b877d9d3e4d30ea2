/** `Producer:Picture[3]` → `Picture[3]` */
export const jobName = (id: string): string => id.replace(/^Producer:/, '')
