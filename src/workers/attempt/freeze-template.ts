import type { JobTemplate } from '../../model/job.js'

/** All jobs of a producer get the same `config` and `outputs`; one that changes them would change the others'. */
export function freezeTemplate(template: JobTemplate): JobTemplate {
  freezeDeep(template.config)
  freezeDeep(template.outputs)
  return template
}

export function freezeDeep<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  Object.freeze(value)
  for (const child of Object.values(value)) freezeDeep(child)
  return value
}
