/** The last block that starts at or before a slot; blocks are sorted by their first slot. */
export function blockOfJob<Block extends { readonly firstJob: number }>(
  blocks: readonly Block[],
  job: number,
): Block {
  let low = 0
  let high = blocks.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (blocks[middle]!.firstJob <= job) low = middle
    else high = middle - 1
  }
  return blocks[low]!
}

/** The same by the slot of an artifact. */
export function blockOfArtifact<Block extends { readonly firstArtifact: number }>(
  blocks: readonly Block[],
  slot: number,
): Block {
  let low = 0
  let high = blocks.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (blocks[middle]!.firstArtifact <= slot) low = middle
    else high = middle - 1
  }
  return blocks[low]!
}
