/** Watches the resident memory of this process; `stop` gives the growth up to the peak, in bytes. */
export function watchMemory() {
  const startBytes = process.memoryUsage.rss()
  let peakBytes = startBytes
  const look = () => {
    peakBytes = Math.max(peakBytes, process.memoryUsage.rss())
  }
  const timer = setInterval(look, 10)
  return {
    stop() {
      clearInterval(timer)
      look()
      return peakBytes - startBytes
    },
  }
}
