/** How many rounds, seeds or random cases a test tries: `usual`, or `long` in `npm run test:long` (`vitest --mode long`). */
export function rounds(usual: number, long: number): number {
  return process.env.SHOWRUNNER_TEST_LONG === '1' ? long : usual
}
