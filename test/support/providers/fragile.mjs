// Ends its thread, as often as `inputs.deaths` says, and then works.
export async function produce({ attempt, inputs }, context) {
  if (attempt <= inputs.deaths) process.exit(9)
  context.log('info', 'alive')
  context.progress(0.5, 'half way')
  return { outputs: { Text: `made in attempt ${attempt}` } }
}
