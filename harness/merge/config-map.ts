import { MergeRefused } from './merge-refused.js';

/** What Kubernetes keeps in one (validation.MaxSecretSize holds for both kinds). */
const MOST_BYTES = 1024 * 1024;

const CONFIG_MAP_KIND = 'ConfigMap';

/** RFC 1123, as Kubernetes names things. */
const NAME = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

/**
 * A Kubernetes ConfigMap that holds a file, ready for `kubectl apply`: services mount it and load their profile out of it.
 *
 * @throws MergeRefused for a name that Kubernetes does not take, and for more than it keeps
 */
export function configMapText(name: string, file: string, text: string): string {
  if (!NAME.test(name))
    throw new MergeRefused(`a ConfigMap cannot be called "${name}"; give small letters, digits and dashes`);
  if (Buffer.byteLength(text) > MOST_BYTES)
    throw new MergeRefused(
      `a ConfigMap holds ${MOST_BYTES} bytes, and the profile has more; mount a file instead`,
    );
  const metadata = { name, labels: { 'app.kubernetes.io/name': 'wasm-dyno' } };
  return `${JSON.stringify({ apiVersion: 'v1', kind: CONFIG_MAP_KIND, metadata, data: { [file]: text } })}\n`;
}

export function isConfigMap(value: object): boolean {
  return 'kind' in value && value.kind === CONFIG_MAP_KIND;
}
