const { values } = Array.prototype;

/**
 * A new object that `structuredClone` and `postMessage` refuse (DataCloneError), as they do the host's own objects of WebAssembly. An
 * ordinary object would arrive as `{}`. It is an iterator beneath, which is refused for its internal slots (HTML, StructuredSerialize).
 */
export function uncloneable(prototype: object | null): object {
  return Object.setPrototypeOf(Reflect.apply(values, [], []), prototype) as object;
}
