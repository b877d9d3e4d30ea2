const helper = (/** @type {any} */ request) => request.inputs.text.length

/** Fails in its own code, two calls deep. */
export default async (/** @type {any} */ request) => helper(request)
