/**
 * Does a path match a pattern of file names? `*` stands for anything within one folder level, `**` for anything, `?`
 * for one character. A pattern without a slash is about the file's name alone; `.wast` at its end may be left out.
 */
export function matchesFilePattern(pattern: string, path: string): boolean {
  const subject = pattern.includes('/') ? path : path.slice(path.lastIndexOf('/') + 1);
  const source = pattern.replace(/\*\*\/?|[*?]|[.+^${}()|[\]\\]/g, (part) => {
    if (part.startsWith('**')) return '.*';
    if (part === '*') return '[^/]*';
    if (part === '?') return '[^/]';
    return `\\${part}`;
  });
  return new RegExp(`^${source}(?:\\.wast)?$`).test(subject);
}
