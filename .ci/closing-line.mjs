// Prints `N passed, N failed` from the results of vitest's JSON reporter; exits with 1 when one failed, or when
// nothing was run.
import { readFileSync } from 'node:fs'

const { numPassedTests, testResults } = JSON.parse(readFileSync(process.argv[2], 'utf8'))
let failed = 0
for (const { status, assertionResults } of testResults) {
  const inFile = assertionResults.filter(result => result.status === 'failed').length
  // A file that cannot even be loaded has no tests, and has failed all the same.
  failed += status === 'failed' ? Math.max(1, inFile) : inFile
}
console.log(`${numPassedTests} passed, ${failed} failed`)
process.exitCode = failed > 0 || numPassedTests === 0 ? 1 : 0
