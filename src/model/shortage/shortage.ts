/** What this machine ran short of: file descriptors, or room for another process. */
export type Shortage = 'files' | 'processes'

/** What a user can do about it. */
export const SHORTAGE_WAY_OUT: Readonly<Record<Shortage, string>> = {
  files:
    'This machine gives the process too few open files. Raise the limit (ulimit -n 4096), or lower the concurrency.',
  processes:
    'This machine has no room for another process. Raise the limit (ulimit -u), free memory, or lower the concurrency.',
}
