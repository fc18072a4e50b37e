import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { loadPrograms, type Program } from '@wasm-dyno/corpora';
import { temporaryFolder } from '../machine/temporary-folder.js';

export interface ProgramFile {
  readonly program: Program;
  readonly path: string;
}

/** The programs on the disk, where targets can read them. */
export interface ProgramFiles {
  readonly files: readonly ProgramFile[];
  /** Why programs are missing. */
  readonly notices: readonly string[];
  /** Removes the files. */
  remove(): void;
}

/** @throws Error when no program's module is installed */
export function programFiles(): ProgramFiles {
  const { programs, skipped } = loadPrograms();
  const notices = skipped.map(({ name, reason }) => `the program of ${name} is left out: ${reason}`);
  if (programs.length === 0) throw new Error(`there is no program to run: ${notices[0] ?? ''}`);
  const { path: folder, remove } = temporaryFolder('programs');
  try {
    const files = programs.map((program) => {
      const path = join(folder, `${program.name}.wasm`);
      writeFileSync(path, program.bytes);
      return { program, path };
    });
    return { files, notices, remove };
  } catch (error) {
    remove();
    throw error;
  }
}
