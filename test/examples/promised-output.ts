import { readFileSync } from 'node:fs';

/** What the comment at an example's head says that it prints: the indented lines after "prints" or "the page shows". */
export function promisedLines(file: string): string[] {
  const text = readFileSync(file, 'utf8').split('\n');
  const head = text.slice(
    0,
    text.findIndex((line) => !line.startsWith('//')),
  );
  const comment = head.map((line) => line.replace(/^\/\/ ?/, ''));
  const begin = comment.findIndex((line) => /^prints\b|the page shows$/.test(line));
  if (begin < 0) return [];
  const rest = comment.slice(begin + 1);
  const first = rest.findIndex((line) => line.startsWith('    '));
  const behind = rest.slice(first).findIndex((line) => !line.startsWith('    '));
  return rest.slice(first, behind < 0 ? undefined : first + behind).map((line) => line.slice(4));
}

/**
 * The first line that is not as promised, or undefined. In a promise `…` stands for what differs from machine to machine; a line of its
 * own, for any lines.
 */
export function brokenPromise(promised: readonly string[], printed: readonly string[]): string | undefined {
  let at = 0;
  for (const [index, promise] of promised.entries()) {
    if (promise === '…') {
      const next = promised[index + 1];
      if (next === undefined) return undefined;
      while (at < printed.length && !matches(next, printed[at]!)) at++;
      continue;
    }
    const line = printed[at++];
    if (line === undefined) return `"${promise}" is promised, and nothing more is printed`;
    if (!matches(promise, line)) return `"${promise}" is promised, "${line}" is printed`;
  }
  return at < printed.length ? `"${printed[at]}" is printed and not promised` : undefined;
}

function matches(promise: string, line: string): boolean {
  const pattern = promise.split('…').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${pattern.join('.+')}$`).test(line);
}
