// node closing-line.mjs FILE...: prints `N passed, N failed` from results of vitest's JSON reporter, added up; exits with
// 1 when one failed, or when one of the runs has no test.
import { readFileSync } from 'node:fs'

let [passed, failed, isEmpty] = [0, 0, false]
for (const file of process.argv.slice(2)) {
  const { numPassedTests, testResults } = JSON.parse(readFileSync(file, 'utf8'))
  passed += numPassedTests
  isEmpty ||= numPassedTests === 0
  for (const { status, assertionResults } of testResults) {
    const inFile = assertionResults.filter(result => result.status === 'failed').length
    // A file that cannot even be loaded has no tests, and has failed all the same.
    failed += status === 'failed' ? Math.max(1, inFile) : inFile
  }
}
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed > 0 || isEmpty ? 1 : 0
