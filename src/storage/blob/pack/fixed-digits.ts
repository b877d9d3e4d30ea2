/** A number of fixed width, with zeros before it. */
export function digits(value: number, count: number): string {
  return String(value).padStart(count, '0')
}

/** The number of so many digits at `at`; undefined for anything but digits. */
export function numberAt(bytes: Buffer, at: number, count: number): number | undefined {
  let value = 0
  for (let index = at; index < at + count; index++) {
    const digit = bytes[index]! - 48
    if (!(digit >= 0 && digit <= 9)) return undefined
    value = value * 10 + digit
  }
  return value
}
