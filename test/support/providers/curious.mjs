// Tells what it was given and what it can see.
let calls = 0
export default async function curious(request, context) {
  calls++
  console.log('printed by a provider')
  process.stdout.write('written by a provider\n')
  let isFrozen = false
  try {
    request.config.size = 99
  } catch {
    isFrozen = true
  }
  const saved =
    request.inputs.checkpoint === undefined ? undefined : await context.checkpoint(request.inputs.checkpoint)
  return {
    outputs: {
      Text: JSON.stringify({ calls, isFrozen, resume: context.resume, saved: saved === undefined }),
    },
  }
}
