import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import fc from 'fast-check';

import { DescriptorFolder } from '../../engine/dist/wasi/files/descriptor-folder.js';
import { drawing, Folder, Link, model, Refusal, type Handle } from './folder-model.js';
import { ERRNO, FOLLOW, Guest, OPEN, RIGHT } from './wasi-guest.js';

const FILE_KINDS: Readonly<Record<number, string>> = { 3: 'folder', 4: 'file', 7: 'link' };

type GuestStep =
  | {
      readonly what: 'mkdir' | 'rmdir' | 'unlink' | 'read' | 'readlink' | 'write';
      readonly at: number;
      readonly path: string;
    }
  | { readonly what: 'open' | 'stat'; readonly at: number; readonly path: string; readonly follow: boolean }
  | { readonly what: 'symlink'; readonly at: number; readonly path: string; readonly text: string }
  | {
      readonly what: 'link' | 'rename';
      readonly at: number;
      readonly path: string;
      readonly to: number;
      readonly newPath: string;
    }
  | { readonly what: 'list'; readonly at: number };

/** What another process does: lays a link wherever it leads, or moves a folder. Folders and names by their order. */
type HostStep =
  | { readonly what: 'host link'; readonly folder: number; readonly name: string; readonly text: string }
  | {
      readonly what: 'host move';
      readonly folder: number;
      readonly entry: number;
      readonly to: number;
      readonly name: string;
    };

type Step = GuestStep | HostStep;

const NAMES = ['a', 'b', 'c'];
const name = fc.constantFrom(...NAMES);
const part = fc.oneof({ weight: 6, arbitrary: name }, { weight: 2, arbitrary: fc.constantFrom('..', '.') });
const guestPath = fc
  .tuple(fc.array(part, { minLength: 1, maxLength: 4 }), fc.constantFrom('', '', '', '/'))
  .map(([parts, end]) => parts.join('/') + end);
const linkText = fc.oneof(
  guestPath,
  fc.constantFrom(
    '..',
    '../..',
    '../out',
    '../out/d',
    '../../out/secret',
    '/',
    '/etc',
    '../r',
    '../r/a',
    'a/../../out',
  ),
);
const at = fc.nat(5);

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    what: fc.constantFrom('mkdir', 'mkdir', 'rmdir', 'unlink', 'read', 'readlink', 'write'),
    at,
    path: guestPath,
  }),
  fc.record({ what: fc.constantFrom('open', 'open', 'stat'), at, path: guestPath, follow: fc.boolean() }),
  fc.record({ what: fc.constant('symlink'), at, path: guestPath, text: linkText }),
  fc.record({
    what: fc.constantFrom('link', 'rename', 'rename'),
    at,
    path: guestPath,
    to: at,
    newPath: guestPath,
  }),
  fc.record({ what: fc.constant('list'), at }),
  fc.record({ what: fc.constant('host link'), folder: fc.nat(9), name, text: linkText }),
  fc.record({ what: fc.constant('host move'), folder: fc.nat(9), entry: fc.nat(9), to: fc.nat(9), name }),
) as fc.Arbitrary<Step>;

/** A program, its folder `r` beside the folder `out` that is not its own, and what the model makes of it. */
class World {
  private readonly root = new Folder();
  private readonly handles: { fd: number; handle: Handle }[] = [
    { fd: 3, handle: { folder: this.root, depth: 0 } },
  ];
  private readonly outsideBefore: string[];
  private written = 0;

  constructor(
    private readonly base: string,
    private readonly guest: Guest,
    private readonly comparesResults: boolean,
  ) {
    fs.mkdirSync(path.join(base, 'out', 'd'), { recursive: true });
    fs.writeFileSync(path.join(base, 'out', 'secret'), 'secret');
    fs.writeFileSync(path.join(base, 'out', 'd', 'a'), 'secret');
    this.outsideBefore = this.outside();
  }

  /** Everything outside, with what any touch would change. */
  private outside(): string[] {
    const names = ['out', 'out/secret', 'out/d', 'out/d/a'];
    const told = names.map((each) => {
      const stat = fs.lstatSync(path.join(this.base, each), { bigint: true });
      return `${each} ${stat.ino} ${stat.nlink} ${stat.mtimeNs} ${stat.ctimeNs} ${stat.size}`;
    });
    const listed = [this.base, path.join(this.base, 'out'), path.join(this.base, 'out', 'd')];
    return [...told, ...listed.map((each) => fs.readdirSync(each).join())];
  }

  take(each: Step): void {
    if (each.what === 'host link' || each.what === 'host move') this.hostStep(each);
    else this.guestStep(each);
    assert.deepEqual(this.outside(), this.outsideBefore, JSON.stringify(each));
  }

  check(): void {
    if (this.comparesResults) assert.deepEqual(drawing(this.root), this.drawn());
  }

  private guestStep(each: GuestStep): void {
    const held = this.handles[each.at % this.handles.length]!;
    const [errno, value] = this.onGuest(each, held.fd);
    assert.ok(typeof value !== 'string' || !value.includes('secret'), JSON.stringify(each));
    if (!this.comparesResults) return;
    let expected: unknown;
    let refusal: string | undefined;
    try {
      expected = this.onModel(each, held.handle);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      refusal = error.reason;
    }
    const told = `${JSON.stringify(each)}: errno ${errno}, the model says ${refusal ?? 'success'}`;
    assert.equal(errno === 0, refusal === undefined, told);
    assert.equal(errno === ERRNO.notcapable, refusal === 'notcapable', told);
    if (each.what === 'open' && errno === 0)
      this.handles.push({ fd: value as number, handle: expected as Handle });
    else if (errno === 0) assert.deepEqual(value, expected, told);
  }

  private handleAt(index: number): { fd: number; handle: Handle } {
    return this.handles[index % this.handles.length]!;
  }

  private onGuest(each: GuestStep, fd: number): [errno: number, value?: unknown] {
    const { guest } = this;
    switch (each.what) {
      case 'mkdir':
      case 'rmdir':
      case 'unlink':
        return [guest[each.what](fd, each.path)];
      case 'symlink':
        return [guest.symlink(each.text, fd, each.path)];
      case 'link':
      case 'rename':
        return [guest[each.what](fd, each.path, this.handleAt(each.to).fd, each.newPath)];
      case 'open': {
        const how = { flags: OPEN.directory, follow: each.follow ? FOLLOW : 0 };
        const { errno, fd: opened } = guest.open(fd, each.path, how);
        return [errno, opened];
      }
      case 'stat': {
        const { errno, type } = guest.stat(fd, each.path, each.follow ? FOLLOW : 0);
        return [errno, FILE_KINDS[type]];
      }
      case 'readlink': {
        const { errno, text } = guest.readlink(fd, each.path);
        return [errno, text];
      }
      case 'list': {
        const { errno, names } = guest.list(fd);
        return [errno, names];
      }
      case 'read':
        return this.readFile(fd, each.path);
      case 'write':
        return [this.writeFile(fd, each.path, `${++this.written}`)];
    }
  }

  private readFile(folder: number, file: string): [number, string?] {
    const { errno, fd } = this.guest.open(folder, file);
    if (errno !== 0) return [errno];
    const read = this.guest.read(fd, 64);
    this.guest.call('fd_close', fd);
    // A folder can be opened for reading, but not read.
    return [read.errno, read.bytes.toString()];
  }

  private writeFile(folder: number, file: string, text: string): number {
    const how = { flags: OPEN.create | OPEN.truncate, rights: RIGHT.write };
    const { errno, fd } = this.guest.open(folder, file, how);
    if (errno !== 0) return errno;
    this.guest.write(fd, text);
    return this.guest.call('fd_close', fd);
  }

  private onModel(each: GuestStep, handle: Handle): unknown {
    switch (each.what) {
      case 'mkdir':
      case 'rmdir':
      case 'unlink':
      case 'read':
      case 'readlink':
        return model[each.what](handle, each.path);
      case 'symlink':
        return model.symlink(handle, each.path, each.text);
      case 'link':
      case 'rename':
        return model[each.what](handle, each.path, this.handleAt(each.to).handle, each.newPath);
      case 'open':
        return model.openFolder(handle, each.path, each.follow);
      case 'stat':
        return model.stat(handle, each.path, each.follow);
      case 'list':
        return model.list(handle);
      case 'write':
        return model.write(handle, each.path, `${this.written}`);
    }
  }

  private hostStep(each: HostStep): void {
    const folders = this.foldersInside();
    const [folder, place] = folders[each.folder % folders.length]!;
    if (each.what === 'host link') {
      if (folder.entries.has(each.name)) return;
      fs.symlinkSync(each.text, path.join(place, each.name));
      folder.entries.set(each.name, new Link(each.text));
      return;
    }
    const moved = [...folder.entries.keys()].sort()[each.entry % Math.max(1, folder.entries.size)];
    if (moved === undefined) return;
    const [target, targetPlace] = folders[each.to % folders.length]!;
    try {
      model.move(folder, moved, target, each.name);
    } catch {
      return;
    }
    fs.renameSync(path.join(place, moved), path.join(targetPlace, each.name));
  }

  /** The model's folders with their places on the host; where results are not compared, the host's own. */
  private foldersInside(): [Folder, string][] {
    const found: [Folder, string][] = [];
    const visit = (folder: Folder, place: string) => {
      found.push([folder, place]);
      for (const [each, node] of [...folder.entries].sort())
        if (node instanceof Folder) visit(node, path.join(place, each));
    };
    visit(
      this.comparesResults ? this.root : this.readTree(path.join(this.base, 'r')),
      path.join(this.base, 'r'),
    );
    return found;
  }

  private readTree(place: string): Folder {
    const folder = new Folder();
    for (const entry of fs.readdirSync(place, { withFileTypes: true })) {
      const node = entry.isDirectory() ? this.readTree(path.join(place, entry.name)) : new Link('');
      folder.entries.set(entry.name, node);
    }
    return folder;
  }

  /** The tree on the host, as `drawing` has the model's. */
  private drawn(): string[] {
    const numbers = new Map<bigint, number>();
    const draw = (place: string, shown: string): string[] => {
      const stat = fs.lstatSync(place, { bigint: true });
      if (stat.isDirectory())
        return [
          shown,
          ...fs
            .readdirSync(place)
            .sort()
            .flatMap((each) => draw(path.join(place, each), `${shown}/${each}`)),
        ];
      if (!numbers.has(stat.ino)) numbers.set(stat.ino, numbers.size);
      const what = stat.isSymbolicLink()
        ? `-> ${fs.readlinkSync(place)}`
        : `= ${fs.readFileSync(place, 'utf8')}`;
      return [`${shown} #${numbers.get(stat.ino)} ${what}`];
    };
    return draw(path.join(this.base, 'r'), '');
  }
}

async function live(steps: readonly Step[], comparesResults: boolean): Promise<void> {
  const base = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'wasm-dyno-world-')));
  fs.mkdirSync(path.join(base, 'r'));
  const guest = await Guest.start({ preopens: [{ host: path.join(base, 'r'), guest: '/r' }] });
  try {
    const world = new World(base, guest, comparesResults);
    for (const each of steps) world.take(each);
    world.check();
  } finally {
    guest.wasi.close();
    fs.rmSync(base, { recursive: true });
  }
}

describe('folders given to WASI programs, whatever is done', () => {
  const sequences = fc.array(step, { minLength: 10, maxLength: 60 });

  it('nothing outside is touched, and inside all is as the model has it', async () => {
    await fc.assert(
      fc.asyncProperty(sequences, (steps) => live(steps, true)),
      { numRuns: 300, seed: 16 },
    );
  });

  it('nothing outside is touched where folders are known by device and inode', async () => {
    const holders = DescriptorFolder as unknown as { possible: boolean | undefined };
    holders.possible = false;
    try {
      await fc.assert(
        fc.asyncProperty(sequences, (steps) => live(steps, false)),
        { numRuns: 300, seed: 16 },
      );
    } finally {
      holders.possible = undefined;
    }
  });
});
