/** Members beyond the standard, which lead to all of the engine. */
const NOT_LOOKED_INTO: readonly PropertyKey[] = ['engine', 'store'];

/** All that can be seen of a namespace from outside: one line for each object's prototype and keys and for each property. */
export function outlineNamespace(namespace: object): Map<string, string> {
  const lines = new Map<string, string>();
  const paths = new Map<object, string>([
    [Object.prototype, 'Object.prototype'],
    [Function.prototype, 'Function.prototype'],
    [Error, 'Error'],
    [Error.prototype, 'Error.prototype'],
  ]);
  const visit = (path: string, object: object): void => {
    if (paths.has(object)) return;
    paths.set(object, path);
    const prototype = Object.getPrototypeOf(object) as object | null;
    lines.set(`${path}: prototype`, prototype === null ? 'null' : (paths.get(prototype) ?? 'unknown'));
    lines.set(`${path}: extensible`, String(Object.isExtensible(object)));
    lines.set(`${path}: constructor`, String(isConstructor(object)));
    for (const key of Reflect.ownKeys(object)) {
      const property = Object.getOwnPropertyDescriptor(object, key)!;
      lines.set(`${path}.${String(key)}`, propertyText(property));
      if (NOT_LOOKED_INTO.includes(key)) continue;
      for (const [part, value] of Object.entries(property) as [string, unknown][]) {
        if (typeof value === 'function' || (typeof value === 'object' && value !== null))
          visit(part === 'value' ? `${path}.${String(key)}` : `${part} ${path}.${String(key)}`, value);
      }
    }
  };
  visit('WebAssembly', namespace);
  return lines;
}

function isConstructor(value: object): boolean {
  try {
    Reflect.construct(Object, [], value as new () => object);
    return true;
  } catch {
    return false;
  }
}

function propertyText(property: PropertyDescriptor): string {
  const { configurable, enumerable, get, set, writable } = property;
  const attributes = `${configurable ? 'configurable ' : ''}${enumerable ? 'enumerable ' : ''}`;
  if (!('value' in property)) return `${attributes}get ${valueText(get)} set ${valueText(set)}`;
  return `${attributes}${writable ? 'writable ' : ''}${valueText(property.value)}`;
}

function valueText(value: unknown): string {
  if (typeof value === 'function') return `function ${value.name}/${value.length}`;
  return typeof value === 'object' && value !== null ? 'object' : String(value);
}
