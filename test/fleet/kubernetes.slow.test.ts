import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';

import type { IJob } from 'kubernetes-models/batch/v1/Job';
import ts from 'typescript';
import { parseAllDocuments } from 'yaml';
import { FLEET, resourceFiles } from './fleet-files.js';

interface Resource {
  readonly apiVersion: string;
  readonly kind: string;
}

type Job = Resource & IJob;

const documentsOf = (text: string): Resource[] =>
  parseAllDocuments(text).map((one) => one.toJS() as Resource);

/** Where the client's models have a kind: `batch/v1/Job`, `v1/ConfigMap`. */
const modelPath = ({ apiVersion, kind }: Resource): string => `kubernetes-models/${apiVersion}/${kind}`;

/** What the models, generated from the API's OpenAPI description, say of a resource's values. */
async function validate(resource: Resource): Promise<void> {
  const module = (await import(modelPath(resource))) as Record<
    string,
    new (content: Resource) => { validate(): void }
  >;
  new module[resource.kind]!(resource).validate();
}

/** Fields that the API does not know: the compiler finds them, as an object's literal may have no more than its type. */
function unknownFields(resources: readonly Resource[]): string[] {
  const file = path.join(import.meta.dirname, 'resources.generated.ts');
  const text = resources
    .map(
      (resource, i) =>
        `import type { I${resource.kind} as T${i} } from '${modelPath(resource)}';\nexport const r${i}: T${i} = ${JSON.stringify(resource)};`,
    )
    .join('\n');
  const options: ts.CompilerOptions = {
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    target: ts.ScriptTarget.ES2022,
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    types: [],
  };
  const host = ts.createCompilerHost(options);
  const { fileExists, getSourceFile } = host;
  host.fileExists = (name) => name === file || fileExists(name);
  host.getSourceFile = (name, ...rest) =>
    name === file
      ? ts.createSourceFile(name, text, ts.ScriptTarget.ES2022)
      : getSourceFile.call(host, name, ...rest);
  const program = ts.createProgram([file], options, host);
  return ts
    .getPreEmitDiagnostics(program)
    .map((one) => ts.flattenDiagnosticMessageText(one.messageText, '\n'));
}

describe('the fleet on Kubernetes', function () {
  this.timeout(600_000);
  const rendered = (folder: string): Resource[] =>
    documentsOf(
      execFileSync('kubectl', ['kustomize', path.join(FLEET, 'kubernetes', folder)], { encoding: 'utf8' }),
    );
  const hasKubectl = spawnSync('kubectl', ['kustomize', '--help']).status === 0;
  const resources = resourceFiles().flatMap((file) => documentsOf(readFileSync(file, 'utf8')));

  it('is resources as the API has them, to the last field', async () => {
    assert.deepEqual([...new Set(resources.map(({ kind }) => kind))].sort(), [
      'Job',
      'Namespace',
      'PersistentVolumeClaim',
      'Role',
      'RoleBinding',
      'ServiceAccount',
    ]);
    for (const resource of resources) await validate(resource);
    assert.deepEqual(unknownFields(resources), []);
  });

  it('is held to a schema that finds faults', async () => {
    const job = structuredClone(resources.find(({ kind }) => kind === 'Job')) as Job;
    const container = job.spec!.template.spec!.containers[0]!;
    Object.assign(container, { args: 'calibrate' });
    await assert.rejects(validate(job), /args must be array/);
    Object.assign(container, { args: [], readOnlyRootFileSystem: true });
    assert.match(unknownFields([job]).join('\n'), /readOnlyRootFileSystem/);
  });

  it('gives each pod whole cores of its own, no rights, and a root that cannot be written', () => {
    for (const job of resources.filter(({ kind }) => kind === 'Job') as Job[]) {
      const spec = job.spec!.template.spec!;
      assert.equal(spec.securityContext!.runAsNonRoot, true);
      for (const { securityContext } of [...(spec.initContainers ?? []), ...spec.containers])
        assert.deepEqual(securityContext, {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        });
    }
    const { containers } = (resources.find(({ kind }) => kind === 'Job') as Job).spec!.template.spec!;
    const calibrate = (resources as Job[]).find(({ metadata }) => metadata?.name === 'calibrate')!;
    const { limits, requests } = calibrate.spec!.template.spec!.containers[0]!.resources!;
    assert.ok(containers.length === 1);
    assert.deepEqual(limits, requests);
    assert.match(String(limits!['cpu']), /^\d+$/);
  });

  for (const folder of ['fleet', 'object-store']) {
    it(`renders as ${folder}: a Job for each class of nodes, and one behind them that merges`, async function () {
      if (!hasKubectl) {
        process.stdout.write('      skipped: kubectl is not here\n');
        return this.skip();
      }
      const all = rendered(folder);
      for (const resource of all) await validate(resource);
      assert.deepEqual(unknownFields(all), []);
      const jobs = all.filter(({ kind }) => kind === 'Job') as Job[];
      assert.deepEqual(jobs.map(({ metadata }) => metadata!.name).sort(), [
        'agree',
        'calibrate-compute',
        'calibrate-general',
      ]);
      for (const { metadata, spec } of jobs.filter(({ metadata }) => metadata!.name !== 'agree')) {
        const pod = spec!.template.spec!;
        assert.equal(spec!.completions, spec!.parallelism);
        assert.ok(pod.nodeSelector!['node.kubernetes.io/instance-type'], metadata!.name);
        const term = pod.affinity!.podAntiAffinity!.requiredDuringSchedulingIgnoredDuringExecution![0]!;
        for (const [label, value] of Object.entries(term.labelSelector!.matchLabels!))
          assert.equal(spec!.template.metadata!.labels![label], value);
        const steps = [...(pod.initContainers ?? []), ...pod.containers].map(({ name }) => name);
        assert.deepEqual(steps, folder === 'fleet' ? ['calibrate'] : ['calibrate', 'upload']);
      }
      const agree = jobs.find(({ metadata }) => metadata!.name === 'agree')!.spec!.template.spec!;
      const steps = [...agree.initContainers!, ...agree.containers].map(({ name }) => name);
      const download = folder === 'fleet' ? [] : ['download'];
      assert.deepEqual(steps, ['wait', ...download, 'merge', 'apply']);
      const claims = all.filter(({ kind }) => kind === 'PersistentVolumeClaim');
      assert.equal(claims.length, folder === 'fleet' ? 1 : 0);
    });
  }
});
