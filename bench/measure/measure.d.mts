export function measurePairs(
  count: number,
  sides: {
    readonly ours: (pair: number) => Promise<number>
    readonly theirs: (pair: number) => Promise<number>
    readonly isWarm?: boolean
  },
): Promise<{ ours: number[]; theirs: number[] }>
