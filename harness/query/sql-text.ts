/** A text as SQL writes it. */
export function sqlText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

export function sqlName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A file's path where patterns of names are taken too: it stands for that file alone. */
export function sqlFile(path: string): string {
  return sqlText(exactPattern(path));
}

/** @see sqlFile */
export function exactPattern(path: string): string {
  return path.replace(/[[*?]/g, '[$&]');
}

export function sqlList(texts: readonly string[]): string {
  return `[${texts.join(', ')}]`;
}
