import { useEffect, useState } from 'preact/hooks'
import { formatCount, formatTime } from '../../data/format.ts'

const PAUSE_MS = 120

interface PickerProps {
  readonly label: string
  readonly all: number
  /** In changes. */
  readonly at: number
  readonly atMs: number | undefined
  readonly onPick: (at: number) => void
}

/** Chooses one of two moments. */
export function MomentPicker({ label, all, at, atMs, onPick }: PickerProps) {
  const [wanted, setWanted] = useState<number>()
  useEffect(() => setWanted(undefined), [at])
  useEffect(() => {
    if (wanted === undefined) return
    const pause = setTimeout(() => onPick(wanted), PAUSE_MS)
    return () => clearTimeout(pause)
  }, [wanted])
  const shown = wanted ?? at
  const time = atMs === undefined ? 'the beginning' : formatTime(atMs)
  return (
    <label class="moment">
      <span class="quiet">{label}</span>
      <input
        type="range"
        min={0}
        max={all}
        value={shown}
        aria-valuetext={shown >= all ? 'now' : time}
        onInput={event => setWanted(Number(event.currentTarget.value))}
      />
      <output>
        <b>{shown >= all ? 'now' : time}</b>{' '}
        <span class="quiet">
          after {formatCount(shown)} {shown === 1 ? 'change' : 'changes'}
        </span>
      </output>
    </label>
  )
}
