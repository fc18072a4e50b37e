import { TargetClient } from './client.js';
import { resolveTarget, type KnownTarget } from './registry.js';

/** A known target as it describes itself where it is there. */
export interface DescribedTarget extends KnownTarget {
  readonly version?: string;
  readonly flags?: readonly string[];
  /** Why one that is there does not answer. */
  readonly failure?: string;
}

/** So many processes are started at once. */
const SIDE_BY_SIDE = 4;
const PATIENCE_MILLISECONDS = 20_000;

/** Asks each target that is there for its version. One that does not answer is told as such, and the others go on. */
export async function describedTargets(targets: readonly KnownTarget[]): Promise<DescribedTarget[]> {
  const described: DescribedTarget[] = [...targets];
  const waiting = [...targets.keys()];
  const askNext = async (): Promise<void> => {
    for (let i = waiting.shift(); i !== undefined; i = waiting.shift())
      described[i] = await describedTarget(targets[i]!);
  };
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, askNext));
  return described;
}

async function describedTarget(target: KnownTarget): Promise<DescribedTarget> {
  if (target.missing !== undefined) return target;
  const client = TargetClient.start(resolveTarget(target.name), {
    timeoutMilliseconds: PATIENCE_MILLISECONDS,
    onStandardError: () => undefined,
  });
  try {
    const { version, flags } = await client.request('describe', {});
    return { ...target, version, flags };
  } catch (error) {
    return { ...target, failure: error instanceof Error ? error.message : String(error) };
  } finally {
    await client.stop();
  }
}
