import { systemReason } from '@wasm-dyno/engine/node/regular-file';

/** By the system's code of what kept a program from being started, the reason where `systemReason` has other words, and what to do. */
const REASONS: Readonly<Record<string, { readonly reason?: string; readonly mend: string }>> = {
  ENOENT: { mend: 'name a program that is there' },
  ENOTDIR: { mend: 'name a program that is there' },
  EACCES: { mend: 'name a program, not a folder, that may be executed (chmod +x)' },
  EPERM: { mend: 'name a program that may be executed here' },
  EAGAIN: { reason: 'too many processes are there', mend: 'end some, or allow more (ulimit -u)' },
  EMFILE: { mend: 'allow more (ulimit -n)' },
  ENFILE: { mend: 'end programs that hold some' },
  ENOMEM: { reason: 'no memory is left', mend: 'end programs that hold some' },
  E2BIG: { reason: 'its arguments and environment are too long', mend: 'give it less' },
  ENOEXEC: { reason: 'it is no program of this machine', mend: 'name one that was built for it' },
};

/** Why a program could not be started, and what to do where that is known. */
export function startReason(error: Error): string {
  const known = REASONS['code' in error ? String(error.code) : ''];
  if (known !== undefined) return `${known.reason ?? systemReason(error)}; ${known.mend}`;
  return error.message;
}
