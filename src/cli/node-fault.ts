/** As `engines` in package.json has it. */
const OLDEST = [20, 19] as const

/** What is wrong with a version of Node; undefined when it will do. */
export function nodeFault(version: string): string | undefined {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) return undefined
  return `Showrunner needs Node ${OLDEST.join('.')} or newer, and this is ${version} (${process.execPath}). Install a newer one from https://nodejs.org.`
}
