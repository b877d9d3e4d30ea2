import { useEffect, useState } from 'preact/hooks'

/** What a request answers, asked again whenever its key is another one; the last answer stays meanwhile. */
export function useFetched<Data>(key: string, ask: () => Promise<Data>): { data?: Data; error?: string } {
  const [answer, setAnswer] = useState<{ data?: Data; error?: string }>({})
  useEffect(() => {
    let isCurrent = true
    ask().then(
      data => isCurrent && setAnswer({ data }),
      error => isCurrent && setAnswer(before => ({ ...before, error: String(error.message ?? error) })),
    )
    return () => {
      isCurrent = false
    }
  }, [key])
  return answer
}
