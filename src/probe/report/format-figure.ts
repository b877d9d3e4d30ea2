/** `12,345`, `45.2`, `3.18` */
export const formatRate = (perSecond: number): string =>
  perSecond >= 100
    ? Math.round(perSecond).toLocaleString('en-US')
    : perSecond.toFixed(perSecond >= 10 ? 1 : 2)

/** `12.3 s`, `1.53 s`, `153 ms`, `1.5 ms` */
export function formatMs(ms: number): string {
  if (ms >= 10_000) return `${(ms / 1_000).toFixed(1)} s`
  if (ms >= 1_000) return `${(ms / 1_000).toFixed(2)} s`
  return `${ms >= 10 ? Math.round(ms) : ms.toFixed(1)} ms`
}

/** `36 %`, `2.1 %`; nothing for nothing. */
export const formatShare = (share: number): string =>
  share === 0 ? '' : `${(share * 100).toFixed(share < 0.1 ? 1 : 0)} %`
