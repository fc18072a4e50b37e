import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { ERRNO, FOLLOW, Guest, OPEN, RIGHT } from './wasi-guest.js';

const ROOT = 3;
const PAGE_END = 18 * 65_536;
const WRITING = RIGHT.read | RIGHT.write;

/** Times flags: access, access now, modification, modification now. */
const TIME = { accessed: 1, accessedNow: 2, modified: 4, modifiedNow: 8 } as const;

describe('errors and values of WASI functions', () => {
  let folder: string;
  let guest: Guest;

  const host = (...names: string[]) => path.join(folder, ...names);

  beforeEach(async () => {
    folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'wasm-dyno-errno-')));
    fs.mkdirSync(host('dir'));
    fs.writeFileSync(host('file'), 'contents');
    guest = await Guest.start({ preopens: [{ host: folder, guest: '/' }] });
  });

  afterEach(() => {
    guest.wasi.close();
    fs.rmSync(folder, { recursive: true });
  });

  it('reading a folder is ISDIR, seeking in one BADF', () => {
    const fd = guest.opened(ROOT, 'dir');
    assert.equal(guest.read(fd, 10).errno, ERRNO.isdir);
    assert.equal(guest.call('fd_pread', fd, ...guest.vectors(4), 0n, guest.outAt), ERRNO.isdir);
    assert.equal(guest.call('fd_seek', fd, 0n, 0, guest.outAt), ERRNO.badf);
    assert.equal(guest.call('fd_tell', fd, guest.outAt), ERRNO.badf);
    assert.equal(guest.write(fd, 'x').errno, ERRNO.badf);
    assert.equal(guest.call('fd_allocate', fd, 0n, 1n), ERRNO.badf);
    assert.equal(guest.call('fd_filestat_set_size', fd, 0n), ERRNO.badf);
    assert.equal(guest.call('fd_advise', fd, 0n, 1n, 0), ERRNO.badf);
    assert.equal(guest.call('fd_sync', fd), 0);
  });

  it('a time that is given and now is INVAL, and changes nothing', () => {
    const fd = guest.opened(ROOT, 'file');
    const before = guest.fstat(fd);
    const flags = [TIME.modified | TIME.modifiedNow, TIME.accessed | TIME.accessedNow, 16];
    for (const each of flags) {
      assert.equal(guest.call('fd_filestat_set_times', fd, 1n, 1n, each), ERRNO.inval);
      const [at, length] = guest.path('file');
      assert.equal(
        guest.call('path_filestat_set_times', ROOT, FOLLOW, at, length, 1n, 1n, each),
        ERRNO.inval,
      );
    }
    assert.deepEqual(guest.fstat(fd), before);
  });

  it('file times keep their nanoseconds, and setting one moves no other', () => {
    const fd = guest.opened(ROOT, 'file');
    const [accessed, modified] = [1_700_000_000_123_456_789n, 1_600_000_000_987_654_321n];
    const set = (flags: number) => guest.call('fd_filestat_set_times', fd, accessed, modified, flags);
    assert.equal(set(TIME.modified), 0);
    assert.equal(set(TIME.accessed), 0);
    const { accessed: gotAccessed, modified: gotModified } = guest.stat(ROOT, 'file');
    assert.deepEqual([gotAccessed, gotModified], [accessed, modified]);
    const onDisk = fs.statSync(host('file'), { bigint: true });
    assert.deepEqual([onDisk.atimeNs / 1000n, onDisk.mtimeNs / 1000n], [accessed / 1000n, modified / 1000n]);
    // A link's own times, then its target's.
    fs.symlinkSync('file', host('link'));
    for (const follow of [0, FOLLOW]) {
      const [at, length] = guest.path('link');
      const errno = guest.call('path_filestat_set_times', ROOT, follow, at, length, 0n, 77n, TIME.modified);
      assert.equal(errno, 0);
      assert.deepEqual(
        [guest.stat(ROOT, 'link', 0).modified, guest.stat(ROOT, 'file').modified],
        [77n, follow === 0 ? modified : 77n],
      );
    }
    // The host changes the file: its time counts again.
    fs.writeFileSync(host('file'), 'changed');
    assert.equal(guest.fstat(fd).modified, fs.statSync(host('file'), { bigint: true }).mtimeNs);
  });

  it('trailing slashes name folders only', () => {
    assert.equal(guest.open(ROOT, 'file/').errno, ERRNO.notdir);
    assert.equal(guest.open(ROOT, 'new/', { flags: OPEN.create, rights: WRITING }).errno, ERRNO.isdir);
    assert.equal(guest.open(ROOT, 'new/').errno, ERRNO.noent);
    assert.equal(guest.open(ROOT, 'dir///').errno, 0);
    assert.equal(guest.mkdir(ROOT, 'made/'), 0);
    assert.equal(guest.rmdir(ROOT, 'made/'), 0);
    assert.equal(guest.rmdir(ROOT, 'file/'), ERRNO.notdir);
    assert.equal(guest.unlink(ROOT, 'file/'), ERRNO.notdir);
    assert.equal(guest.unlink(ROOT, 'dir/'), ERRNO.isdir);
    assert.equal(guest.unlink(ROOT, 'dir'), ERRNO.isdir);
    assert.equal(guest.link(ROOT, 'file', ROOT, 'new/'), ERRNO.noent);
    assert.equal(guest.symlink('file', ROOT, 'new/'), ERRNO.noent);
    assert.equal(guest.symlink('file', ROOT, 'dir/'), ERRNO.exist);
    assert.equal(guest.symlink('file', ROOT, 'file/'), ERRNO.notdir);
    assert.equal(guest.rename(ROOT, 'file', ROOT, 'new/'), ERRNO.notdir);
    assert.equal(guest.rename(ROOT, 'file/', ROOT, 'new'), ERRNO.notdir);
    assert.equal(guest.rename(ROOT, 'dir/', ROOT, 'moved/'), 0);
    assert.equal(guest.stat(ROOT, 'file/').errno, ERRNO.notdir);
    assert.equal(guest.symlink('moved', ROOT, 'l'), 0);
    assert.equal(guest.stat(ROOT, 'l/', 0).type, 3, 'a slash follows a link');
    assert.equal(guest.rmdir(ROOT, 'l/'), ERRNO.notdir);
    assert.equal(guest.unlink(ROOT, 'l/'), ERRNO.notdir);
    assert.deepEqual(fs.readdirSync(folder).sort(), ['file', 'l', 'moved']);
  });

  it('a folder opens again with the rights that it has; it has none of a file', () => {
    const rightsOf = (fd: number) => {
      assert.equal(guest.call('fd_fdstat_get', fd, guest.outAt), 0);
      return { base: guest.u64(guest.outAt + 8), inheriting: guest.u64(guest.outAt + 16) };
    };
    const { base, inheriting } = rightsOf(ROOT);
    const fileRights = RIGHT.read | RIGHT.write | RIGHT.seek | RIGHT.tell | (1n << 22n);
    assert.equal(base & fileRights, 0n);
    assert.equal(inheriting & fileRights, fileRights);
    const again = guest.opened(ROOT, '.', { rights: base, inheriting });
    assert.deepEqual(rightsOf(again), { base, inheriting });
    for (const flags of [0, OPEN.directory]) {
      assert.equal(guest.open(ROOT, '.', { flags, rights: 0n }).errno, 0);
      assert.equal(guest.open(ROOT, '.', { flags, rights: RIGHT.read }).errno, 0);
      assert.equal(guest.open(ROOT, '.', { flags, rights: WRITING }).errno, ERRNO.isdir);
    }
  });

  it('rights that are given up are gone', () => {
    const fd = guest.opened(ROOT, 'file', { rights: WRITING | RIGHT.seek });
    assert.equal(guest.write(fd, 'new').errno, 0);
    assert.equal(guest.call('fd_fdstat_set_rights', fd, RIGHT.read, 0n), 0);
    assert.equal(guest.write(fd, 'no').errno, ERRNO.notcapable);
    assert.equal(guest.call('fd_seek', fd, 0n, 0, guest.outAt), ERRNO.notcapable);
    assert.equal(guest.read(fd, 5).bytes.toString(), 'tents');
    assert.equal(guest.call('fd_fdstat_set_rights', fd, WRITING, 0n), ERRNO.notcapable);
    assert.equal(guest.call('fd_fdstat_set_rights', ROOT, RIGHT.readdir | (1n << 13n), RIGHT.read), 0);
    assert.equal(guest.mkdir(ROOT, 'new'), ERRNO.notcapable);
    assert.equal(guest.unlink(ROOT, 'file'), ERRNO.notcapable);
    assert.equal(guest.open(ROOT, 'file', { rights: WRITING }).errno, ERRNO.notcapable);
    assert.equal(guest.open(ROOT, 'file').errno, 0);
  });

  it('rights that a folder gave up are gone for what is opened through it', () => {
    assert.equal(guest.call('fd_fdstat_get', ROOT, guest.outAt), 0);
    const base = guest.u64(guest.outAt + 8);
    const inheriting = guest.u64(guest.outAt + 16);
    const unlinkFile = 1n << 26n;
    const kept = inheriting & ~(RIGHT.seek | unlinkFile);
    assert.equal(guest.call('fd_fdstat_set_rights', ROOT, base, kept), 0);
    const file = guest.opened(ROOT, 'file', { rights: RIGHT.read | RIGHT.seek });
    assert.equal(guest.call('fd_seek', file, 0n, 0, guest.outAt), ERRNO.notcapable);
    assert.equal(guest.read(file, 3).bytes.toString(), 'con');
    const inner = guest.opened(guest.opened(ROOT, 'dir', { rights: base }), '.', { rights: base });
    fs.writeFileSync(host('dir', 'x'), '');
    assert.equal(guest.unlink(inner, 'x'), ERRNO.notcapable);
    assert.equal(guest.unlink(ROOT, 'dir/x'), 0);
  });

  it('fd_fdstat_set_rights(0, 0) takes every right away, of folders and files however they were opened', () => {
    const rightsOf = (fd: number) => {
      assert.equal(guest.call('fd_fdstat_get', fd, guest.outAt), 0);
      return [guest.u64(guest.outAt + 8), guest.u64(guest.outAt + 16)];
    };
    assert.equal(guest.mkdir(ROOT, 'dir/sub'), 0);
    fs.writeFileSync(host('dir', 'x'), '');
    for (const rights of [0n, RIGHT.read]) {
      const fd = guest.opened(ROOT, 'dir', { rights, inheriting: rights });
      assert.notEqual(rightsOf(fd)[0], 0n, 'what holds is shown, not what was asked for');
      assert.equal(guest.call('fd_fdstat_set_rights', fd, ...(rightsOf(fd) as [bigint, bigint])), 0);
      assert.equal(guest.stat(fd, 'x').errno, 0, 'rights that it has are kept');
      assert.equal(guest.call('fd_fdstat_set_rights', fd, 0n, 0n), 0);
      assert.deepEqual(rightsOf(fd), [0n, 0n]);
      for (const [what, errno] of Object.entries({
        mkdir: guest.mkdir(fd, 'new'),
        unlink: guest.unlink(fd, 'x'),
        rmdir: guest.rmdir(fd, 'sub'),
        rename: guest.rename(fd, 'x', fd, 'y'),
        link: guest.link(fd, 'x', fd, 'y'),
        symlink: guest.symlink('x', fd, 'y'),
        readlink: guest.readlink(fd, 'x').errno,
        open: guest.open(fd, 'sub').errno,
        stat: guest.stat(fd, 'x').errno,
        fstat: guest.fstat(fd).errno,
        list: guest.list(fd).errno,
        sync: guest.call('fd_sync', fd),
        times: guest.call('fd_filestat_set_times', fd, 0n, 0n, 0),
      }))
        assert.equal(errno, ERRNO.notcapable, what);
    }
    assert.deepEqual(fs.readdirSync(host('dir')).sort(), ['sub', 'x']);
    for (const rights of [RIGHT.read, WRITING]) {
      const fd = guest.opened(ROOT, 'file', { rights });
      assert.equal(guest.call('fd_fdstat_set_rights', fd, 0n, 0n), 0);
      assert.deepEqual(rightsOf(fd), [0n, 0n]);
      for (const [what, errno] of Object.entries({
        times: guest.call('fd_filestat_set_times', fd, 0n, 0n, 0),
        seek: guest.call('fd_seek', fd, 0n, 0, guest.outAt),
        tell: guest.call('fd_tell', fd, guest.outAt),
        size: guest.call('fd_filestat_set_size', fd, 1n),
        allocate: guest.call('fd_allocate', fd, 0n, 1n),
        advise: guest.call('fd_advise', fd, 0n, 0n, 0),
        flags: guest.call('fd_fdstat_set_flags', fd, 0),
        fstat: guest.fstat(fd).errno,
        read: rights === RIGHT.read ? guest.read(fd, 1).errno : ERRNO.notcapable,
      }))
        assert.equal(errno, ERRNO.notcapable, what);
    }
  });

  it('a new file takes no name that a link has, dangling or not', () => {
    const flags = OPEN.create | OPEN.exclusive;
    fs.symlinkSync('nowhere', host('dangling'));
    fs.symlinkSync('file', host('leading'));
    for (const name of ['dangling', 'leading', 'dangling/']) {
      for (const follow of [0, 1])
        assert.equal(guest.open(ROOT, name, { flags, rights: WRITING, follow }).errno, ERRNO.exist, name);
    }
    assert.deepEqual(fs.readdirSync(folder).sort(), ['dangling', 'dir', 'file', 'leading']);
  });

  it('look-up flags that there are none of are INVAL', () => {
    const [at, length] = guest.path('file');
    for (const flags of [2, 3, 0x8000_0000]) {
      assert.equal(guest.stat(ROOT, 'file', flags).errno, ERRNO.inval);
      assert.equal(guest.open(ROOT, 'file', { follow: flags }).errno, ERRNO.inval);
      assert.equal(guest.link(ROOT, 'file', ROOT, 'new', flags), ERRNO.inval);
      const times = ['path_filestat_set_times', ROOT, flags, at, length, 0n, 0n, 0] as const;
      assert.equal(guest.call(...times), ERRNO.inval);
    }
    assert.deepEqual(fs.readdirSync(folder).sort(), ['dir', 'file']);
  });

  it('cutting a file off wants the right to write', () => {
    assert.equal(guest.open(ROOT, 'file', { flags: OPEN.truncate }).errno, ERRNO.notcapable);
    assert.equal(fs.readFileSync(host('file'), 'utf8'), 'contents');
    assert.equal(guest.open(ROOT, 'file', { flags: OPEN.truncate, rights: WRITING }).errno, 0);
    assert.equal(fs.readFileSync(host('file'), 'utf8'), '');
  });

  it('sockets: BADF for what is no descriptor, NOTSOCK for all others', () => {
    for (const [fd, errno] of [
      [99, ERRNO.badf],
      [0, ERRNO.notsock],
      [ROOT, ERRNO.notsock],
    ] as const) {
      assert.equal(guest.call('sock_shutdown', fd, 1), errno);
      assert.equal(guest.call('sock_accept', fd, 0, guest.outAt), errno);
      assert.equal(guest.call('sock_recv', fd, ...guest.vectors(1), 0, guest.outAt, guest.outAt + 8), errno);
      assert.equal(guest.call('sock_send', fd, ...guest.vectors(1), 0, guest.outAt), errno);
    }
  });

  it('names that are not UTF-8 are ILSEQ, and do not meet', () => {
    for (const name of [
      [0x66, 0xff],
      [0x66, 0xfe],
      [0xc0, 0xaf],
      [0xed, 0xa0, 0x80],
    ]) {
      const bytes = Uint8Array.from(name);
      const made = guest.open(ROOT, bytes, { flags: OPEN.create, rights: WRITING });
      assert.equal(made.errno, ERRNO.ilseq);
      assert.equal(guest.mkdir(ROOT, bytes), ERRNO.ilseq);
      assert.equal(guest.symlink(bytes, ROOT, 'l'), ERRNO.ilseq);
      assert.equal(guest.rename(ROOT, 'file', ROOT, bytes), ERRNO.ilseq);
    }
    assert.deepEqual(fs.readdirSync(folder).sort(), ['dir', 'file']);
    // The host's own are listed as they are.
    fs.writeFileSync(Buffer.from(`${folder}/x\xff`, 'latin1'), '');
    assert.equal(guest.list(ROOT).names.length, 3);
    assert.equal(guest.memory.includes(Buffer.from([0x78, 0xff]), guest.dataAt), true);
  });

  it('a leading BOM is part of a name', () => {
    const fd = guest.opened(ROOT, '\uFEFFname', { flags: OPEN.create, rights: WRITING });
    assert.equal(guest.write(fd, 'x').written, 1);
    assert.deepEqual(fs.readdirSync(folder).sort(), ['dir', 'file', '\uFEFFname'].sort());
    assert.equal(guest.open(ROOT, 'name').errno, ERRNO.noent);
    assert.ok(guest.list(ROOT).names.includes('\uFEFFname'));
  });

  it('pointers are looked at before anything is done', () => {
    const fd = guest.opened(ROOT, 'file', { rights: WRITING });
    // The second of two buffers lies beyond the memory.
    const [at, count] = guest.vectors(4, 4);
    guest.memory.writeUInt32LE(PAGE_END - 2, at + 8);
    for (const name of ['fd_write', 'fd_read']) {
      assert.equal(guest.call(name, fd, at, count, guest.outAt), ERRNO.fault);
      assert.equal(guest.call(name, fd, PAGE_END - 8, 2, guest.outAt), ERRNO.fault);
      assert.equal(guest.call(name, fd, ...guest.vectors(4), PAGE_END - 2), ERRNO.fault);
    }
    assert.equal(guest.call('fd_tell', fd, guest.outAt), 0);
    assert.equal(guest.u64(), 0n, 'the position has not moved');
    assert.equal(fs.readFileSync(host('file'), 'utf8'), 'contents');
    // A path beyond the memory is not cut, a place for the descriptor must be there.
    guest.memory.write('cut', PAGE_END - 3);
    assert.equal(guest.call('path_create_directory', ROOT, PAGE_END - 3, 10), ERRNO.fault);
    const [pathAt, length] = guest.path('made');
    const open = ['path_open', ROOT, 0, pathAt, length, OPEN.create, WRITING, 0n, 0] as const;
    assert.equal(guest.call(...open, PAGE_END - 3), ERRNO.fault);
    assert.equal(guest.call('fd_seek', fd, 1n, 0, -4), ERRNO.fault);
    assert.equal(guest.call('random_get', PAGE_END - 4, 8), ERRNO.fault);
    assert.equal(guest.memory.toString('utf8', PAGE_END - 4), '\0cut');
    assert.equal(guest.call('poll_oneoff', 0, PAGE_END - 31, 1, 0), ERRNO.fault);
    assert.deepEqual(fs.readdirSync(folder).sort(), ['dir', 'file']);
  });

  it('paths and names of more than Linux takes are NAMETOOLONG, buffers of more INVAL', () => {
    assert.equal(guest.mkdir(ROOT, 'n'.repeat(256)), ERRNO.nametoolong);
    assert.equal(guest.mkdir(ROOT, 'n'.repeat(255)), 0);
    assert.equal(guest.mkdir(ROOT, `a${'/'.repeat(4095)}b`), ERRNO.nametoolong);
    assert.equal(guest.mkdir(ROOT, `dir${'/'.repeat(4091)}b`), 0);
    assert.equal(guest.mkdir(ROOT, 'dir/../'.repeat(500) + 'c'), 0);
    assert.equal(guest.call('fd_write', 1, 0, 1025, guest.outAt), ERRNO.inval);
    assert.equal(guest.call('fd_write', 1, 0, 100_000_000, guest.outAt), ERRNO.inval);
    assert.equal(guest.call('fd_write', 1, 0x8000, 1024, guest.outAt), 0);
    assert.equal(guest.mkdir(ROOT, ''), ERRNO.noent);
    assert.equal(guest.mkdir(ROOT, 'a\0b'), ERRNO.inval);
  });

  it('kinds: exclusive, missing, not empty, loops, too many descriptors', async () => {
    const create = OPEN.create | OPEN.exclusive;
    assert.equal(guest.open(ROOT, 'file', { flags: create, rights: WRITING }).errno, ERRNO.exist);
    assert.equal(guest.open(ROOT, 'dir', { flags: create, rights: WRITING }).errno, ERRNO.exist);
    assert.equal(guest.open(ROOT, 'dir', { flags: OPEN.create, rights: WRITING }).errno, ERRNO.isdir);
    assert.equal(guest.open(ROOT, 'x', { flags: OPEN.create | OPEN.directory }).errno, ERRNO.inval);
    assert.equal(guest.open(ROOT, 'file', { flags: OPEN.directory }).errno, ERRNO.notdir);
    assert.equal(guest.open(ROOT, 'x', { flags: 16 }).errno, ERRNO.inval);
    assert.equal(guest.mkdir(ROOT, 'dir'), ERRNO.exist);
    assert.equal(guest.mkdir(ROOT, '.'), ERRNO.exist);
    assert.equal(guest.rmdir(ROOT, '.'), ERRNO.inval);
    assert.equal(guest.mkdir(ROOT, 'dir/sub'), 0);
    assert.equal(guest.rmdir(ROOT, 'dir'), ERRNO.notempty);
    assert.equal(guest.rename(ROOT, 'dir', ROOT, 'dir/sub/x'), ERRNO.inval);
    assert.equal(guest.rename(ROOT, '.', ROOT, 'x'), ERRNO.busy);
    assert.equal(guest.link(ROOT, 'dir', ROOT, 'x'), ERRNO.perm);
    assert.equal(guest.symlink('/etc', ROOT, 'x'), ERRNO.notcapable);
    assert.equal(guest.symlink('loop', ROOT, 'loop'), 0);
    assert.equal(guest.open(ROOT, 'loop').errno, ERRNO.loop);
    assert.equal(guest.open(ROOT, 'loop', { follow: 0 }).errno, ERRNO.loop);
    assert.deepEqual(guest.readlink(ROOT, 'loop'), { errno: 0, text: 'loop' });
    assert.equal(guest.readlink(ROOT, 'file').errno, ERRNO.inval);
    assert.equal(guest.open(99, 'file').errno, ERRNO.badf);
    assert.equal(guest.open(1, 'file').errno, ERRNO.notdir);
    assert.equal(guest.call('fd_renumber', ROOT, 99), ERRNO.badf);
    const few = await Guest.start({ preopens: [{ host: folder, guest: '/' }], maximumDescriptors: 5 });
    assert.equal(few.opened(ROOT, 'file'), 4);
    assert.equal(few.open(ROOT, 'new', { flags: OPEN.create, rights: WRITING }).errno, ERRNO.mfile);
    assert.equal(fs.existsSync(host('new')), false);
    assert.equal(few.call('fd_close', 4), 0);
    assert.equal(few.opened(ROOT, 'file'), 4);
    few.wasi.close();
  });

  it('a name made through a dangling link stays inside, and reading a name cuts it', () => {
    assert.equal(guest.symlink('dir/target', ROOT, 'l'), 0);
    const fd = guest.opened(ROOT, 'l', { flags: OPEN.create, rights: WRITING });
    assert.equal(guest.write(fd, 'hi').errno, 0);
    assert.equal(fs.readFileSync(host('dir', 'target'), 'utf8'), 'hi');
    const [at, length] = guest.path('l');
    guest.memory.fill(0x2e, guest.dataAt, guest.dataAt + 8);
    assert.equal(guest.call('path_readlink', ROOT, at, length, guest.dataAt, 4, guest.outAt), 0);
    assert.equal(guest.u32(), 4);
    assert.equal(guest.memory.toString('utf8', guest.dataAt, guest.dataAt + 8), 'dir/....');
  });

  it('positions: appending, seeking, reading at and beyond the end', () => {
    const fd = guest.opened(ROOT, 'file', { rights: WRITING, descriptorFlags: 1 });
    assert.equal(guest.write(fd, '+').written, 1);
    assert.equal(fs.readFileSync(host('file'), 'utf8'), 'contents+');
    assert.equal(guest.call('fd_seek', fd, -1n, 2, guest.outAt), 0);
    assert.equal(guest.u64(), 8n);
    assert.deepEqual(guest.read(fd, 1, 4), { errno: 0, bytes: Buffer.from('+') });
    assert.deepEqual(guest.read(fd, 4), { errno: 0, bytes: Buffer.alloc(0) });
    assert.equal(guest.call('fd_seek', fd, -10n, 0, guest.outAt), ERRNO.inval);
    assert.equal(guest.call('fd_seek', fd, 0n, 3, guest.outAt), ERRNO.inval);
    assert.equal(guest.call('fd_seek', fd, 2n ** 63n - 1n, 1, guest.outAt), ERRNO.inval);
    assert.equal(guest.call('fd_pread', fd, ...guest.vectors(4), 2n ** 63n, guest.outAt), ERRNO.inval);
    assert.equal(guest.call('fd_pread', fd, ...guest.vectors(4), 2n ** 62n, guest.outAt), 0);
    assert.equal(guest.u32(), 0);
    assert.equal(guest.call('fd_seek', 0, 0n, 0, guest.outAt), ERRNO.spipe);
  });

  it('listing goes on behind the last entry that fitted', () => {
    for (let i = 0; i < 50; i++) fs.writeFileSync(host('dir', `file.${i}`), '');
    const fd = guest.opened(ROOT, 'dir');
    const seen = new Set<string>();
    for (let cookie = 0n, ended = false; !ended;) {
      assert.equal(guest.call('fd_readdir', fd, guest.dataAt, 256, cookie, guest.outAt), 0);
      const used = guest.u32();
      ended = used < 256;
      for (let at = guest.dataAt; at + 24 <= guest.dataAt + used;) {
        const length = guest.u32(at + 16);
        if (at + 24 + length > guest.dataAt + used) break;
        cookie = guest.u64(at);
        seen.add(guest.memory.toString('utf8', at + 24, at + 24 + length));
        at += 24 + length;
      }
    }
    assert.equal(seen.size, 52);
    assert.equal(guest.call('fd_readdir', ROOT, guest.dataAt, 256, 2n ** 64n - 1n, guest.outAt), 0);
    assert.equal(guest.u32(), 0);
  });

  it('a listing that is no longer kept begins again where it was', () => {
    for (let i = 0; i < 100; i++) fs.mkdirSync(host('dir', `d${i}`));
    const fds = Array.from({ length: 100 }, (_, i) => guest.opened(ROOT, `dir/d${i}`));
    const list = (fd: number, cookie: bigint) => {
      assert.equal(guest.call('fd_readdir', fd, guest.dataAt, 25, cookie, guest.outAt), 0);
      return guest.u32() === 0 ? undefined : guest.u64(guest.dataAt);
    };
    for (const fd of fds) assert.equal(list(fd, 0n), 1n);
    for (const fd of fds) assert.equal(list(fd, 1n), 2n);
    for (const fd of fds) assert.equal(list(fd, 2n), undefined);
  });

  it('memory that has grown is seen, on both executors', async () => {
    for (const executor of ['interpreter', 'host'] as const) {
      const other = await Guest.start({ executor, seed: 0 });
      const beyond = PAGE_END + 8;
      assert.equal(other.call('random_get', beyond, 8), ERRNO.fault);
      assert.equal(other.grow(1), 18);
      assert.equal(other.call('random_get', beyond, 8), 0);
      assert.notEqual(other.u64(beyond), 0n);
      other.wasi.close();
    }
  });

  it('reading a pipe waits for its first bytes only', async () => {
    const pipe = host('pipe');
    spawnSync('mkfifo', [pipe]);
    // A writer that keeps the pipe open after its four bytes.
    const writer = spawn('sh', ['-c', `exec 3>"${pipe}"; printf full >&3; sleep 20`], { stdio: 'ignore' });
    const stdin = fs.openSync(pipe, 'r');
    try {
      const reader = await Guest.start({ stdin });
      assert.deepEqual(reader.read(0, 4, 4), { errno: 0, bytes: Buffer.from('full') });
    } finally {
      fs.closeSync(stdin);
      writer.kill();
    }
  });

  it('standard input given as bytes, output taken by functions', async () => {
    const printed: string[] = [];
    const take = (bytes: Uint8Array) => void printed.push(Buffer.from(bytes).toString());
    const other = await Guest.start({ stdin: Buffer.from('abcdef'), stdout: take });
    assert.equal(other.read(0, 2, 2).bytes.toString(), 'abcd');
    assert.equal(other.read(0, 10).bytes.toString(), 'ef');
    assert.equal(other.read(0, 10).bytes.length, 0);
    assert.equal(other.write(1, 'out').written, 3);
    assert.equal(other.write(2, 'lost').written, 4);
    assert.equal(other.write(0, 'x').errno, ERRNO.badf);
    assert.equal(other.read(1, 1).errno, ERRNO.badf);
    assert.deepEqual(printed, ['out']);
  });

  it('polling tells bad descriptors and what files have left', () => {
    const fd = guest.opened(ROOT, 'file');
    const subscribe = (at: number, type: number, descriptor: number) => {
      guest.memory.fill(0, at, at + 48);
      guest.memory[at + 8] = type;
      guest.memory.writeUInt32LE(descriptor, at + 16);
    };
    subscribe(0x8000, 1, fd);
    subscribe(0x8030, 2, 77);
    assert.equal(guest.call('poll_oneoff', 0x8000, 0x9000, 2, guest.outAt), 0);
    assert.equal(guest.u32(), 2);
    assert.equal(guest.u64(0x9010), 8n);
    assert.equal(guest.memory.readUInt16LE(0x9028), ERRNO.badf);
    assert.equal(guest.call('poll_oneoff', 0x8000, 0x9000, 0, guest.outAt), ERRNO.inval);
    subscribe(0x8000, 3, 0);
    assert.equal(guest.call('poll_oneoff', 0x8000, 0x9000, 1, guest.outAt), ERRNO.inval);
  });
});
