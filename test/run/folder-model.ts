/** What a tree of folders, files and links should be after what a program and its host did, by the rules of docs/wasi.md. */

export class Folder {
  readonly kind = 'folder';
  readonly entries = new Map<string, Node>();
  removed = false;
}

export class File {
  readonly kind = 'file';
  constructor(public contents = '') {}
}

export class Link {
  readonly kind = 'link';
  constructor(readonly text: string) {}
}

export type Node = Folder | File | Link;

/** Why the model refuses: out of the folder, or anything else. */
export class Refusal extends Error {
  constructor(readonly reason: 'notcapable' | 'other') {
    super(reason);
  }
}

/** A folder that the program holds, and how deep it was below the root when it got it. */
export interface Handle {
  readonly folder: Folder;
  readonly depth: number;
}

interface Spot {
  readonly folder: Folder;
  readonly name: string | undefined;
  readonly slash: boolean;
  readonly depth: number;
}

function refuseIf(condition: boolean, reason: Refusal['reason'] = 'other'): void {
  if (condition) throw new Refusal(reason);
}

const parts = (path: string) => path.split('/').filter((part) => part !== '');

function spotOf(handle: Handle, path: string, last: 'follow' | 'slash' | 'keep'): Spot {
  const trail = [handle.folder];
  let todo = parts(path);
  let slash = path.endsWith('/');
  let links = 0;
  refuseIf(path === '');
  refuseIf(path.startsWith('/'), 'notcapable');
  const expand = (link: Link) => {
    refuseIf(++links > 40);
    refuseIf(link.text.startsWith('/'), 'notcapable');
    if (todo.length === 0 && link.text.endsWith('/')) slash = true;
    todo = [...parts(link.text), ...todo];
  };
  while (todo.length > 0) {
    const part = todo.shift()!;
    const here = trail.at(-1)!;
    if (part === '.') continue;
    if (part === '..') {
      refuseIf(trail.length === 1, 'notcapable');
      trail.pop();
      continue;
    }
    const node = here.entries.get(part);
    const isLast = todo.length === 0;
    if (node instanceof Link && (!isLast || last === 'follow' || (last === 'slash' && slash))) {
      expand(node);
    } else if (isLast) {
      return { folder: here, name: part, slash, depth: handle.depth + trail.length - 1 };
    } else {
      refuseIf(!(node instanceof Folder));
      trail.push(node as Folder);
    }
  }
  return { folder: trail.at(-1)!, name: undefined, slash, depth: handle.depth + trail.length - 1 };
}

function nodeAt({ folder, name }: Spot): Node | undefined {
  return name === undefined ? folder : folder.entries.get(name);
}

/** Does a link's text lead above the root from so deep? */
function leadsAbove(text: string, depth: number): boolean {
  let level = depth;
  return (
    text.startsWith('/') ||
    parts(text).some((part) => {
      if (part !== '.') level += part === '..' ? -1 : 1;
      return level < 0;
    })
  );
}

function contains(outer: Node, inner: Folder): boolean {
  return (
    outer === inner ||
    (outer instanceof Folder && [...outer.entries.values()].some((node) => contains(node, inner)))
  );
}

/** Puts a node under a free name. */
function place({ folder, name, slash }: Spot, node: Node): void {
  refuseIf(name === undefined || folder.entries.has(name) || folder.removed);
  refuseIf(slash && !(node instanceof Folder));
  folder.entries.set(name!, node);
}

export const model = {
  mkdir: (handle: Handle, path: string): void => place(spotOf(handle, path, 'keep'), new Folder()),

  symlink(handle: Handle, path: string, text: string): void {
    const spot = spotOf(handle, path, 'keep');
    refuseIf(leadsAbove(text, spot.depth), 'notcapable');
    place(spot, new Link(text));
  },

  rmdir(handle: Handle, path: string): void {
    const spot = spotOf(handle, path, 'keep');
    const node = nodeAt(spot);
    refuseIf(spot.name === undefined || !(node instanceof Folder) || node.entries.size > 0);
    (node as Folder).removed = true;
    spot.folder.entries.delete(spot.name!);
  },

  unlink(handle: Handle, path: string): void {
    const spot = spotOf(handle, path, 'keep');
    const node = nodeAt(spot);
    refuseIf(spot.name === undefined || node === undefined || node instanceof Folder || spot.slash);
    spot.folder.entries.delete(spot.name!);
  },

  link(handle: Handle, path: string, target: Handle, newPath: string): void {
    const from = spotOf(handle, path, 'keep');
    const to = spotOf(target, newPath, 'keep');
    const node = nodeAt(from);
    refuseIf(from.name === undefined || node === undefined || (from.slash && !(node instanceof Folder)));
    refuseIf(to.name === undefined || to.folder.entries.has(to.name) || to.slash);
    refuseIf(node instanceof Link && leadsAbove(node.text, to.depth), 'notcapable');
    refuseIf(node instanceof Folder);
    place(to, node!);
  },

  rename(handle: Handle, path: string, target: Handle, newPath: string): void {
    const from = spotOf(handle, path, 'keep');
    const to = spotOf(target, newPath, 'keep');
    const node = nodeAt(from);
    refuseIf(from.name === undefined || to.name === undefined || node === undefined);
    refuseIf((from.slash || to.slash) && !(node instanceof Folder));
    refuseIf(node instanceof Link && leadsAbove(node.text, to.depth), 'notcapable');
    this.move(from.folder, from.name!, to.folder, to.name!);
  },

  /** What rename(2) does with two names. */
  move(folder: Folder, name: string, target: Folder, newName: string): void {
    const node = folder.entries.get(name)!;
    const replaced = target.entries.get(newName);
    if (replaced === node) return;
    refuseIf(target.removed || (node instanceof Folder && contains(node, target)));
    if (replaced instanceof Folder) {
      refuseIf(!(node instanceof Folder) || replaced.entries.size > 0);
      replaced.removed = true;
    } else {
      refuseIf(node instanceof Folder && replaced !== undefined);
    }
    folder.entries.delete(name);
    target.entries.set(newName, node);
  },

  openFolder(handle: Handle, path: string, follow: boolean): Handle {
    const spot = spotOf(handle, path, follow ? 'follow' : 'slash');
    const node = nodeAt(spot);
    refuseIf(!(node instanceof Folder));
    return { folder: node as Folder, depth: spot.depth + (spot.name === undefined ? 0 : 1) };
  },

  write(handle: Handle, path: string, contents: string): void {
    const spot = spotOf(handle, path, 'follow');
    const node = nodeAt(spot);
    if (node instanceof File) {
      refuseIf(spot.slash);
      node.contents = contents;
    } else {
      refuseIf(node !== undefined);
      place(spot, new File(contents));
    }
  },

  read(handle: Handle, path: string): string {
    const spot = spotOf(handle, path, 'follow');
    const node = nodeAt(spot);
    refuseIf(!(node instanceof File) || spot.slash);
    return (node as File).contents;
  },

  stat(handle: Handle, path: string, follow: boolean): Node['kind'] {
    const spot = spotOf(handle, path, follow ? 'follow' : 'slash');
    const node = nodeAt(spot);
    refuseIf(node === undefined || (spot.slash && !(node instanceof Folder)));
    return node!.kind;
  },

  readlink(handle: Handle, path: string): string {
    const node = nodeAt(spotOf(handle, path, 'slash'));
    refuseIf(!(node instanceof Link));
    return (node as Link).text;
  },

  list: ({ folder }: Handle): string[] => [...folder.entries.keys()].sort(),
};

/** The tree as lines, files that are one under several names told by number. */
export function drawing(folder: Folder): string[] {
  const numbers = new Map<Node, number>();
  const draw = (node: Node, path: string): string[] => {
    if (node instanceof Folder)
      return [
        path,
        ...[...node.entries].sort(byName).flatMap(([name, entry]) => draw(entry, `${path}/${name}`)),
      ];
    if (!numbers.has(node)) numbers.set(node, numbers.size);
    const what = node instanceof Link ? `-> ${node.text}` : `= ${node.contents}`;
    return [`${path} #${numbers.get(node)} ${what}`];
  };
  return draw(folder, '');
}

function byName([a]: readonly [string, Node], [b]: readonly [string, Node]): number {
  return a < b ? -1 : 1;
}
