interface Port {
  onmessage: (() => void) | null;
  postMessage(message: unknown): void;
  close(): void;
}

/**
 * Resolves in a task of its own, behind every microtask: when the standard is back from what it does in parallel (JS API,
 * "asynchronously compile"). Messages are the one way to a task that all hosts have and none delays.
 */
export async function nextTask(): Promise<void> {
  const { MessageChannel } = globalThis as unknown as {
    MessageChannel?: new () => { readonly port1: Port; readonly port2: Port };
  };
  if (MessageChannel === undefined) return;
  await new Promise<void>((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}
