const PREFIX = 'Producer:'

/** `Producer:Picture[3]` → `Picture[3]` */
export const jobName = (id: string): string => (id.startsWith(PREFIX) ? id.slice(PREFIX.length) : id)
